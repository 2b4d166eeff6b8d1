"""Draws matplotlib figures: some artists as SVG that can stand inside a page, or all as PNG.

Only what changed is drawn and sent, as a few kilobytes of paths; the browser lays it over what
was drawn before. A picture of pixels takes longer to compress than all of this together.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

STYLE_SHEET = re.compile(r"<style.*?</style>", re.DOTALL)  # it would hold for all of the page


@cache
def _renderer():
    """Return matplotlib's SVG without the names of groups, which two pictures on a page share."""
    from matplotlib.backends.backend_svg import RendererSVG

    class Renderer(RendererSVG):
        def open_group(self, s, gid=None):
            """Open no group."""

        def close_group(self, s):
            """Close no group."""

    return Renderer


def type_of_size(points: float) -> AbstractContextManager[None]:
    """Return a context in which text has this size, and stays text in an SVG."""
    import matplotlib

    return matplotlib.rc_context(
        {"font.size": points, "legend.fontsize": points - 2, "svg.fonttype": "none"}
    )


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
    return STYLE_SHEET.sub("", inside)


def element(figure: Figure, attributes: str, *insides: str) -> str:
    """Return an SVG element of the figure's size, what comes later lying over the rest."""
    width, height = figure.get_size_inches() * figure.dpi
    return (
        f'<svg {attributes} viewBox="0 0 {width:g} {height:g}" '
        f'style="stroke-linejoin: round; stroke-linecap: butt">{"".join(insides)}</svg>'
    )


def png(figure: Figure) -> bytes:
    """Return all of a figure as a PNG."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    return buffer.getvalue()
