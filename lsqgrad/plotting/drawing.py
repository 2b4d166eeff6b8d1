"""A figure with the words for those who do not see it."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

from lsqgrad._util import ArgumentError, ArgumentTypeError, still, validation

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Drawing:
    """A figure with alternative text. Put it last in a notebook cell and it is shown.

    Pyplot forgets the figure, so that the notebook does not show it a second time.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What is seen.
    alt : str
        What is seen, in a sentence or two. Screen readers read it in place of the picture, and it
        stands where no picture can be shown.

    Raises
    ------
    TypeError
        If `figure` is not a figure, or `alt` is not a string.
    ValueError
        If `alt` is empty.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> Drawing(Figure(), "An empty sheet.")
    An empty sheet.
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        from matplotlib.figure import Figure

        if not isinstance(figure, Figure):
            raise ArgumentTypeError("figure", "a matplotlib figure", validation.describe(figure))
        if not validation.string("alt", alt).strip():
            raise ArgumentError("alt", "a sentence that says what is seen in the figure", repr(alt))
        self.figure = figure
        self.alt = alt
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close(figure)

    def __repr__(self) -> str:
        return self.alt

    def _png(self) -> bytes:
        """Return the picture as a PNG, without a margin, as notebooks show figures."""
        buffer = io.BytesIO()
        unnamed: Any = {"Software": None}  # the version of matplotlib would go with every picture
        self.figure.savefig(
            buffer, format="png", dpi=self.figure.dpi, bbox_inches="tight", metadata=unnamed
        )
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        return still(self.alt, self._png(), self.alt)
