"""Draws matplotlib figures: some artists as SVG that can stand inside a page, or all as PNG.

Only what changed is drawn and sent, as a few kilobytes of paths; the browser lays it over what
was drawn before. A picture of pixels takes longer to compress than all of this together.
"""

from __future__ import annotations

import io
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util.types import Array

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

LARGER = 1.5  # than on a page is a picture of pixels, for paper
LINE, MARGIN = 1.25, 4  # height of a line by the size of its type; pixels around a caption
STYLE_SHEET = re.compile(r"<style.*?</style>", re.DOTALL)  # it would hold for all of the page
FONT = "'DejaVu Sans'"
TAG = re.compile(r"<[^>]*>")
FINER = re.compile(r"(?<=\.\d\d)\d+")  # than a hundredth of a pixel, which nobody sees
MARK_OR_LINE = re.compile(r'<use .*?/>|<path d="(.*?)"(.*?/>)', re.DOTALL)


@cache
def _renderer():
    """Return matplotlib's SVG without the names of groups, which two pictures on a page share."""
    from matplotlib.backends.backend_svg import RendererSVG
    from matplotlib.textpath import text_to_path

    measure = lru_cache(maxsize=10_000)(text_to_path.get_text_width_height_descent)

    class Renderer(RendererSVG):
        def get_text_width_height_descent(self, s, prop, ismath):
            """Measure a text, once for all pictures."""
            return measure(s, prop, ismath)

        def open_group(self, s, gid=None):
            """Open no group."""

        def close_group(self, s):
            """Close no group."""

    return Renderer


def type_of_size(points: float) -> AbstractContextManager[None]:
    """Return a context of matplotlib's own settings, whatever the user's are, but for the type.

    Text has this size, and stays text in an SVG, in the sans-serif font of the page. There it may
    be a little wider or narrower than DejaVu Sans, in which it is measured.
    """
    import matplotlib

    settings: dict[Any, Any] = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if not name.startswith("backend")  # that is for the user to choose, and slow to change
    }
    own = {
        "font.size": points,
        "font.family": ["DejaVu Sans"],
        "path.simplify": False,  # each point of a line is drawn
        "svg.fonttype": "none",
        "svg.hashsalt": "lsqgrad",  # an id stands for its definition, in whichever picture
    }
    return matplotlib.rc_context(settings | own)


def draw_artists(figure: Figure, artists: Iterable[Artist]) -> str:
    """Return what some artists of a figure draw, as the inside of an SVG element."""
    width, height = figure.get_size_inches() * figure.dpi
    buffer = io.StringIO()
    # Without metadata: the date, and the version of matplotlib, would go with every picture.
    metadata = dict.fromkeys(["Date", "Creator", "Format", "Type"])
    renderer = _renderer()(width, height, buffer, image_dpi=figure.dpi, metadata=metadata)
    for artist in artists:
        artist.draw(renderer)
    renderer.finalize()
    _, _, text = buffer.getvalue().partition("<svg")
    inside = text.partition(">")[2].rpartition("</svg>")[0]
    inside = STYLE_SHEET.sub("", inside).replace(FONT, "sans-serif")
    return TAG.sub(lambda tag: FINER.sub("", tag[0]), inside)


def draw_pieces(figure: Figure, lines: Iterable[Line2D]) -> tuple[list[str], str]:
    """Return each segment of these lines, and each marker, as an SVG element; and what they share.

    A line has segments or markers, and not both. All of it is inside of the figure.
    """
    pieces = []
    inside = draw_artists(figure, lines)
    for found in MARK_OR_LINE.finditer(inside):
        points, style = found.groups()
        if points is None:
            pieces.append(found[0])
        else:
            for start, end in pairwise(points.splitlines()):
                if end.startswith("L"):
                    pieces.append(f'<path d="M{start[1:]}{end}"{style}')
    return pieces, MARK_OR_LINE.sub("", inside)


def png(figures: Sequence[Figure], caption: str = "") -> bytes:
    """Return figures of one height beside each other, with a caption below, as a PNG."""
    from matplotlib.image import imsave

    image = np.hstack([pixels(figure) for figure in figures])
    if caption:
        width = sum(figure.bbox.width for figure in figures)
        image = np.vstack([image, pixels(_words_below(caption, width))])
    buffer = io.BytesIO()
    imsave(buffer, image, format="png", pil_kwargs={"pnginfo": None})
    return buffer.getvalue()


def _words_below(words: str, width: float) -> Figure:
    """Return a figure of some lines of text."""
    import matplotlib
    from matplotlib.figure import Figure

    size = matplotlib.rcParams["font.size"]
    lines = textwrap.wrap(words, int(width / (0.6 * size)))
    height = 2 * math.ceil(LINE * size * len(lines) / 2 + MARGIN)
    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    place = MARGIN / width, 1 - MARGIN / height
    figure.text(*place, "\n".join(lines), va="top", parse_math=False)
    return figure


def pixels(figure: Figure) -> Array:
    """Draw all of a figure and return its pixels, shape (rows, columns, 4)."""
    from matplotlib.image import imread

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=LARGER * figure.dpi)
    buffer.seek(0)
    return imread(buffer, format="png")
