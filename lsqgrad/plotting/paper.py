"""Draws shapes on matplotlib axes: projected ones for a PNG, others on axes of the caller's."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from lsqgrad.plotting.shapes import CORNERS, TYPE, Area, Arrow, Line, Marks, Shape

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(ax: Axes, shapes: Iterable[Shape]) -> None:
    """Draw shapes in the units of the axes, the later over the earlier; pixels become points."""
    from matplotlib.path import Path

    for order, shape in enumerate(shapes):
        style = {"zorder": 2 + order / 1000}
        if isinstance(shape, Line):
            dash = "-" if shape.dash is None else (0, [d / shape.width for d in shape.dash])
            ax.plot(
                *shape.points.T, linestyle=dash, color=shape.color, linewidth=shape.width,
                marker="", solid_joinstyle="round", dash_capstyle="butt", **style,
            )  # fmt: skip
        elif isinstance(shape, Area):
            ax.fill(
                *shape.points.T, facecolor=shape.color, edgecolor=shape.edge, linewidth=1, **style
            )
        elif isinstance(shape, Marks):
            marker = "o"
            if shape.kind in CORNERS:
                corners = CORNERS[shape.kind] * [0.5, -0.5]
                marker = Path(np.vstack([corners, corners[:1]]), closed=True)
            hollow = shape.kind in ("ring", "hole", "square")
            face = "none" if shape.kind == "ring" else "white" if hollow else shape.color
            size = shape.size
            if shape.kind in CORNERS:  # matplotlib makes the farthest corner of a path 1/2
                size *= 2 * np.abs(corners).max()
            ax.plot(
                *shape.points.T, marker=marker, linestyle="", markersize=size,
                markerfacecolor=face, markeredgecolor=shape.color if hollow else "none",
                markeredgewidth=2.5 if hollow else 0, **style,
            )  # fmt: skip
        elif isinstance(shape, Arrow):
            ax.annotate(
                "", shape.tip, shape.tail,
                arrowprops={
                    "arrowstyle": "-|>,head_width=0.35,head_length=0.8", "color": shape.color,
                    "linewidth": 2, "shrinkA": 0, "shrinkB": 0, **style,
                },
            )  # fmt: skip
        else:
            align = {"start": "left", "middle": "center", "end": "right"}[shape.anchor]
            ax.text(
                *shape.point, shape.words, color=shape.color, ha=align, va="baseline",
                fontsize=TYPE, parse_math=False, clip_on=True, **style,
            )  # fmt: skip


def png(shapes: Iterable[Shape], width: float, height: float) -> bytes:
    """Draw projected shapes as a PNG, within matplotlib's own settings."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, width), ylim=(height, 0))
        ax.set_axis_off()
        draw(ax, shapes)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    return buffer.getvalue()
