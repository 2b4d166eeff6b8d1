"""Finds free places for words in a panel."""

from __future__ import annotations

import numpy as np

from lsqgrad._util.types import Array
from lsqgrad.plotting.shapes import Box

CELL = 3.0  # pixels


class Room:
    """What of a box is taken, in cells of a few pixels.

    Parameters
    ----------
    box : Box
        Where words may stand.
    """

    def __init__(self, box: Box) -> None:
        self._box = box
        columns = max(int((box.right - box.left) / CELL), 1)
        rows = max(int((box.bottom - box.top) / CELL), 1)
        self._taken = np.zeros((rows, columns), dtype=bool)

    def take_points(self, pixels: Array, margin: float = 4.0) -> None:
        """Take the cells of points, shape (n, 2), with a margin around them."""
        pixels = pixels[np.isfinite(pixels).all(axis=1)]
        if len(pixels) == 0:
            return
        reach = np.arange(-margin, margin + CELL, CELL)
        offsets = np.stack(np.meshgrid(reach, reach), axis=-1).reshape(-1, 1, 2)
        column, row = self._cells(pixels + offsets).reshape(-1, 2).T
        rows, columns = self._taken.shape
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        self._taken[row[inside], column[inside]] = True

    def take_lines(self, starts: Array, ends: Array) -> None:
        """Take the cells along segments."""
        if len(starts):
            longest = np.abs(ends - starts).max()
            along = np.linspace(0, 1, int(longest / CELL) + 2)[:, np.newaxis, np.newaxis]
            self.take_points((starts + along * (ends - starts)).reshape(-1, 2))

    def take(self, box: Box) -> None:
        """Take the cells of a box."""
        (left, top), (right, bottom) = self._cells(np.reshape(box, (2, 2)))
        self._taken[max(top, 0) : max(bottom + 1, 0), max(left, 0) : max(right + 1, 0)] = True

    def is_free(self, box: Box) -> bool:
        """Tell whether a box lies inside and none of it is taken."""
        if not self._box.holds(box):
            return False
        (left, top), (right, bottom) = self._cells(np.reshape(box, (2, 2)))
        return not self._taken[top : bottom + 1, left : right + 1].any()

    def find(self, width: float, height: float, near: Array) -> Box | None:
        """Take the free place of this size that is nearest to a point, if there is one."""
        wide, high = int(width / CELL) + 2, int(height / CELL) + 2
        rows, columns = self._taken.shape
        if high > rows or wide > columns:
            return None
        total = np.zeros((rows + 1, columns + 1), dtype=int)
        total[1:, 1:] = self._taken.cumsum(axis=0).cumsum(axis=1)
        inside = total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide]
        free = np.argwhere(inside + total[:-high, :-wide] == 0)
        if len(free) == 0:
            return None
        corners = free[:, ::-1] * CELL + self._box[:2]
        # How far the point is from each rectangle
        away = np.maximum(np.maximum(corners - near, near - corners - [width, height]), 0)
        left, top = corners[np.argmin(np.sum(away**2, axis=1))]
        box = Box(left, top, left + width, top + height)
        self.take(box)
        return box

    def _cells(self, pixels):
        return np.floor((pixels - np.array(self._box[:2])) / CELL).astype(int)
