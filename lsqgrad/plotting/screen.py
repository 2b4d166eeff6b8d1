"""Writes projected shapes as the inside of an SVG: no ids, no styles for the page, no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

import numpy as np

from lsqgrad._util.types import Array
from lsqgrad.plotting.shapes import CORNERS, TYPE, Area, Line, Marks, Shape, Text, View


def write(shapes: Iterable[Shape]) -> str:
    """Write shapes whose points are in pixels; what comes later lies over the rest."""
    return "".join(map(_write, shapes))


def pieces(view: View, shape: Line | Marks) -> Iterator[tuple[int, str]]:
    """Yield every mark, or every segment of a line, and the position since which it is there."""
    if isinstance(shape, Line):
        style = _line_style(shape)
        starts, ends, seen = view.segments(shape)
        paths = zip(starts.round(1).tolist(), ends.round(1).tolist(), strict=True)
        for since, ((x, y), (u, v)) in zip(shape.since[seen + 1].tolist(), paths, strict=True):
            yield since, f'<path d="M{x:g} {y:g}L{u:g} {v:g}"{style}/>'
    else:
        pixels = view.to_pixels(shape.points)
        seen = view.sees(pixels)
        marks = _marks(shape, pixels[seen])
        yield from zip(shape.since[seen].tolist(), marks, strict=True)


def _write(shape):
    if isinstance(shape, Line):
        return f'<path d="{_path(shape.points)}"{_line_style(shape)}/>'
    if isinstance(shape, Area):
        edge = "" if shape.edge == "none" else f' stroke="{shape.edge}"'
        return f'<path d="{_path(shape.points)}z" fill="{shape.color}"{edge}/>'
    if isinstance(shape, Marks):
        return "".join(_marks(shape, np.unique(shape.points.round(1), axis=0)))
    if not isinstance(shape, Text):
        raise TypeError(f"{type(shape).__name__} is not projected")
    (x, y), anchor = np.round(shape.point, 1), f' text-anchor="{shape.anchor}"'
    return (
        f'<text x="{x:g}" y="{y:g}"{"" if shape.anchor == "start" else anchor} '
        f'font-family="sans-serif" font-size="{TYPE:g}" fill="{shape.color}">'
        f"{escape(shape.words)}</text>"
    )


def _line_style(line):
    dash = "" if line.dash is None else ' stroke-dasharray="{:g} {:g}"'.format(*line.dash)
    return f' fill="none" stroke="{line.color}" stroke-width="{line.width:g}"{dash}'


def _path(points: Array) -> str:
    """Write the corners of a line; a corner that is not a number is a gap."""
    letter, parts = "M", []
    for x, y in points.round(1).tolist():
        if x != x:  # NaN
            letter = "M"
        else:
            parts.append(f"{letter}{x:g} {y:g}")
            letter = "L"
    return "".join(parts)


def _marks(marks, points):
    """Return each mark as an element."""
    half = marks.size / 2
    if marks.kind in CORNERS:
        corners = (CORNERS[marks.kind] * half).tolist()
        fill = "#fff" if marks.kind == "square" else marks.color
        line = f' stroke="{marks.color}" stroke-width="2"' if marks.kind == "square" else ""
        for x, y in points.tolist():
            path = "L".join(f"{x + u:.1f} {y + v:.1f}" for u, v in corners)
            yield f'<path d="M{path}z" fill="{fill}"{line}/>'
    else:
        fill = {"dot": marks.color, "hole": "#fff"}.get(marks.kind, "none")
        line = "" if marks.kind == "dot" else f' stroke="{marks.color}" stroke-width="2.5"'
        for x, y in points.round(1).tolist():
            yield f'<circle cx="{x:g}" cy="{y:g}" r="{half:g}" fill="{fill}"{line}/>'
