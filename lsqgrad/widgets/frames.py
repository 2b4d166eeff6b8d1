"""What a player shows."""

from collections.abc import Iterable
from typing import Any, Protocol

from lsqgrad.regression import Number

Words = tuple[str | Number, ...]  # a line: its text is that of its parts, one after another


class Frames(Protocol):
    """What a player shows: one scene, and a frame for each place of it. JSON, both.

    A place is a position, as in ``"3"``, or the question that is asked there, as in ``"3?"``.
    """

    @property
    def label(self) -> str:
        """What it is called."""

    def scene(self) -> dict[str, Any]:
        """Return what is the same at every place.

        What it has none of is left out, but for `panels`, which is empty then.
        """

    def frame(self, place: str) -> dict[str, Any]:
        """Return what is shown at a place."""

    def places(self) -> Iterable[str]:
        """Return all places, in order."""

    def overview(self) -> str:
        """Return all of it as HTML, for paper."""
