"""A drawing of the shapes in Xw + b and in its gradient, as boxes to scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from lsqgrad._util import COLORS, GREY, validation
from lsqgrad.plotting.canvas import DPI, TYPE, canvas, count
from lsqgrad.plotting.drawing import Drawing
from lsqgrad.plotting.panels import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS, MOST_COLUMNS = 12, 6
CELL, HIGHEST = 30.0, 150.0  # pixels: the side of an entry, and the height of a box, at the most
LETTER = 22.0  # pixels: the height of what stands above a box, and of what stands below it
NARROWEST, REPEATED = 52.0, 84.0  # pixels that a box takes, since its shape is written below it
SIGN, BESIDE, APART = 30.0, 8.0, 26.0  # pixels: a sign, and between two boxes and two rows
TITLE = 190.0  # pixels: the width of what stands to the left of a row
EDGE = 8.0  # pixels


class Box(NamedTuple):
    """A matrix: its letter, its shape, its colour, and what stands in each entry.

    Of one that is `repeated`, the first row is there and the others are copies of it.
    """

    letter: str
    rows: int
    columns: int
    color: str
    entry: str = ""
    repeated: bool = False

    @property
    def shape(self) -> str:
        """The shape, as it stands below the box."""
        return f"1×1 → {self.rows}×1" if self.repeated else f"{self.rows}×{self.columns}"


class Row(NamedTuple):
    """A line of boxes and signs, and what it says."""

    title: str
    formula: str
    parts: Sequence[Box | str]


def draw_shapes(n: int, p: int) -> Drawing:
    """Draw the shapes of ``Xw + b``, where b goes to every row, and of the way back to w and b.

    The boxes are to scale. On the way back Xᵀr has the shape of w, and the residuals are summed for
    b: notebook 01, equation (15).

    Parameters
    ----------
    n : int
        How many rows the data have, from 1 to 12.
    p : int
        How many features, from 1 to 6.

    Returns
    -------
    Drawing
        With alternative text.

    Raises
    ------
    TypeError, ValueError
        If `n` or `p` is no such integer.

    Examples
    --------
    >>> draw_shapes(3, 1)
    Boxes to scale, in three rows. Forward: X (3×1) times w (1×1), plus b (1×1), which is repeated in three rows, is Ŷ (3×1). Back to w: 2/n times Xᵀ (1×3) times r (3×1) is ∂L/∂w (1×1), of the shape of w. Back to b: 2/n times 1ᵀ (1×3) times r (3×1), the sum of the residuals, is ∂L/∂b (1×1), of the shape of b.
    """  # noqa: E501
    n = validation.integer("n", n, low=1, high=MOST_ROWS)
    p = validation.integer("p", p, low=1, high=MOST_COLUMNS)
    cell = min(CELL, HIGHEST / max(n, p))
    rows = _rows(n, p)
    width = TITLE + max(_width(row.parts, cell) for row in rows) + EDGE
    heights = [_height(row.parts, cell) for row in rows]
    height = sum(heights) + APART * (len(rows) - 1) + 2 * EDGE
    with canvas(width / DPI, height / DPI, layout=None) as figure:
        ax = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
        ax.set_axis_off()
        top = height - EDGE
        for row, high in zip(rows, heights, strict=True):
            _draw_row(ax, row, top - high / 2, cell)
            top -= high + APART
    alt = (
        f"Boxes to scale, in three rows. Forward: X ({n}×{p}) times w ({p}×1), plus b (1×1), "
        f"which is repeated in {count(n, 'row')}, is Ŷ ({n}×1). Back to w: 2/n times "
        f"Xᵀ ({p}×{n}) times r ({n}×1) is ∂L/∂w ({p}×1), of the shape of w. Back to b: 2/n times "
        f"1ᵀ (1×{n}) times r ({n}×1), the sum of the residuals, is ∂L/∂b (1×1), of the shape of b."
    )
    return Drawing(figure, alt)


def _rows(n, p):
    residual = Box("r", n, 1, COLORS["residual"])
    slope = COLORS["gradient"]
    return [
        Row(
            "forward",
            "Ŷ = Xw + b",
            [
                Box("X", n, p, COLORS["x"]),
                Box("w", p, 1, COLORS["w"]),
                "+",
                Box("b", n, 1, COLORS["b"], "b", repeated=True),
                "=",
                Box("Ŷ", n, 1, INK),
            ],
        ),
        Row(
            "back to w",
            "∂L/∂w = (2/n) Xᵀr",
            ["2/n", Box("Xᵀ", p, n, COLORS["x"]), residual, "=", Box("∂L/∂w", p, 1, slope)],
        ),
        Row(
            "back to b: a sum",
            "∂L/∂b = (2/n) 1ᵀr",
            ["2/n", Box("1ᵀ", 1, n, GREY, "1"), residual, "=", Box("∂L/∂b", 1, 1, slope)],
        ),
    ]


def _width(parts, cell):
    return sum(_width_of(part, cell) for part in parts)


def _width_of(part: Box | str, cell: float) -> float:
    if isinstance(part, str):
        return SIGN + 6.0 * (len(part) - 1)
    return max(part.columns * cell, REPEATED if part.repeated else NARROWEST) + BESIDE


def _height(parts, cell):
    return max(part.rows for part in parts if isinstance(part, Box)) * cell + 2 * LETTER


def _draw_row(ax: Axes, row: Row, middle: float, cell: float) -> None:
    """Draw boxes and signs from left to right, with their middles at one height."""
    centered: Any = {"ha": "center", "va": "center"}
    ax.text(EDGE, middle + 10, row.title, va="center", weight="bold")
    ax.text(EDGE, middle - 10, row.formula, va="center")
    left = TITLE
    for part in row.parts:
        width = _width_of(part, cell)
        center = left + width / 2
        if isinstance(part, str):
            ax.text(center, middle, part, **centered, fontsize=13 if len(part) == 1 else None)
        else:
            half = part.rows * cell / 2
            _draw_box(ax, part, center - part.columns * cell / 2, middle + half, cell)
            ax.text(
                center, middle + half + LETTER * 0.6, part.letter, **centered, color=part.color,
                weight="bold",
            )  # fmt: skip
            ax.text(center, middle - half - LETTER * 0.6, part.shape, **centered, color=part.color)
        left += width


def _draw_box(ax: Axes, box: Box, left: float, top: float, cell: float) -> None:
    """Draw the entries of a matrix, of which copies are dashed and white."""
    from matplotlib.patches import Rectangle

    for row in range(box.rows):
        is_copy = box.repeated and row > 0
        for column in range(box.columns):
            corner = left + column * cell, top - (row + 1) * cell
            face = "white" if is_copy else (box.color, 0.18)
            style: Any = {
                "linestyle": "--" if is_copy else "-",
                "facecolor": face,
                "linewidth": 1.2,
            }
            ax.add_patch(
                Rectangle(corner, cell, cell, edgecolor=box.color, gid=box.letter, **style)
            )
            if box.entry:
                ax.text(
                    corner[0] + cell / 2, corner[1] + cell / 2, box.entry, color=box.color,
                    ha="center", va="center_baseline", fontsize=min(TYPE, cell * 0.42),
                    style="italic" if is_copy else "normal",
                )  # fmt: skip
