"""The line explorer: a line over data, moved by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lsqgrad._util import still
from lsqgrad.widgets import page
from lsqgrad.widgets.explorer_frames import ExplorerFrames
from lsqgrad.widgets.player import RUN_ALL, Player
from lsqgrad.widgets.typed import read_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class LineExplorer(Player):
    """Moves a line over data by hand: squares on the residuals, loss and gradient follow.

    Put it last in a notebook cell and it is shown. Drag an end of the line, or the point over the
    loss; the slider moves w or b alone.

    Parameters
    ----------
    X, Y : array_like of shape (n, 1)
        The data.
    w : array_like of shape (1, 1), optional
        The weight at the start; 0 if left out.
    b : float, optional
        The bias at the start; about the mean of `Y` if left out.
    size : {"notebook", "projector"}, optional
        The projector's type is larger. If left out, what `projector` has said.
    controls : {"few", "all"}
        Whether all controls are seen at once, or few until *More* is pressed.

    Raises
    ------
    TypeError, ValueError
        If `X` and `Y` are not columns of real numbers, as many of the one as of the other, or
        another argument is not as named above.
    ImportError
        If anywidget or matplotlib is not installed.

    Examples
    --------
    >>> explorer = LineExplorer([[1], [2], [3]], [[2], [4], [6]], w=[[1]], b=2)
    >>> print(explorer.text.splitlines()[0])
    w = 1, b = 2. The loss is 0.666667, the mean of 3 squares of residuals.
    >>> explorer.move(w=2, b=0)
    >>> print(explorer.text.splitlines()[0])
    w = 2, b = 0. The loss is 0, the mean of 3 squares of residuals.
    """

    def __init__(
        self,
        X: ArrayLike,
        Y: ArrayLike,
        *,
        w: ArrayLike | None = None,
        b: ArrayLike | None = None,
        size: str | None = None,
        controls: str = "few",
    ) -> None:
        frames = ExplorerFrames(X, Y, w, b)
        super().__init__(frames, frames, size=size, controls=controls)
        self._actions |= {"drag": self._drag, "run": self._move}

    @property
    def w(self) -> float:
        """The weight, the slope of the line."""
        return self._frames.w

    @property
    def b(self) -> float:
        """The bias, the height of the line at x = 0."""
        return self._frames.b

    @property
    def text(self) -> str:
        """What is seen, in words and numbers."""
        return self._frames.text

    def move(self, *, w: float | None = None, b: float | None = None) -> None:
        """Move the line to a weight and a bias; what is left out stays."""
        given = {"w": w, "b": b}
        self._change(**{name: value for name, value in given.items() if value is not None})

    def png(self) -> bytes:
        """Draw the line as a PNG."""
        with self._lock:
            return self._frames.png()

    def html(self) -> str:
        """Return what `to_html` writes as a part of a page: a track along w, and one along b."""
        with self._lock:
            tracks = self._frames.tracks()
            recordings = [
                page.record(self._scene(frames, frames), frames, label) for label, frames in tracks
            ]
            return page.fragment(recordings, self._frames.overview())

    def _change(self, **changes: Any) -> None:
        with self._lock:
            self._frames.change(**changes)
            self._show(self._frames)

    def _drag(self, message: Mapping[str, Any]) -> None:
        """Let the line follow a handle."""
        frame = self._frames.drag(message["handle"], message["x"], message["y"])
        self.widget.send({"run": self._run, "frames": {self.navigator.place: frame}})

    def _move(self, message: Mapping[str, Any]) -> None:
        """Move the line to what was typed, or let the slider begin where it was dragged to."""
        self._change(
            **{
                name: value if name == "along" else read_number(name, value)
                for name, value in message["changes"].items()
            }
        )

    def _still(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the picture, with the words beside it."""
        picture = self._frames.png(f"{self.text} {RUN_ALL}")
        return still(f"{self.text}\n{RUN_ALL}", picture, self.text)

    def __repr__(self) -> str:
        return f"<LineExplorer at w = {self.w:.6g}, b = {self.b:.6g}>"
