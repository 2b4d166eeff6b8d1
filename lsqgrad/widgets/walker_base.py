"""What both walkers share: a navigator, the buttons that move it, and the choice of a size."""

import threading
from collections.abc import Callable
from typing import Any

from lsqgrad._util import validation
from lsqgrad.plotting import SIZES
from lsqgrad.widgets.controls import Controls
from lsqgrad.widgets.cursor import Cursor


class WalkerBase:
    """A navigator with buttons. It shows what the navigator says, and decides nothing.

    Parameters
    ----------
    navigator : Cursor
        The model.
    size : {"notebook", "projector"}
        The size of the type.
    controls : callable
        Makes the `Controls`, from the function that they are to call.
    """

    def __init__(self, navigator: Cursor, size: str, controls: Callable[..., Controls]) -> None:
        self.navigator: Any = navigator  # a walker knows of which kind
        self._size = validation.choice("size", size, SIZES)
        self._lock = threading.RLock()  # a front end may press buttons from a thread of its own
        self._controls = controls(self._act)
        self.widget = self._controls.widget
        self._controls.set("Size", value=size)
        self._draw()

    @property
    def position(self) -> int:
        """The position in the walk, counted from 0."""
        return self.navigator.position

    def next(self) -> None:
        """Go on to the next line or node; in predict mode, to the answer or the next question."""
        self._do(self.navigator.next)

    def previous(self) -> None:
        """Go back by one; in predict mode, to the question or to the answer before."""
        self._do(self.navigator.previous)

    def reset(self) -> None:
        """Go back to the start."""
        self._do(self.navigator.reset)

    def show_all(self) -> None:
        """Go to the end, where all is shown."""
        self._do(self.navigator.seek, self.navigator.last)

    def _act(self, name, *value):
        """Do what a control asks for; the first word of its name says it."""
        if name == "Size":
            with self._lock:
                (self._size,) = value
                self._draw()
            return
        moves = {
            "Reset": self.reset,
            "Previous": self.previous,
            "Next": self.next,
            "Show": self.show_all,
        }
        moves[name.partition(" ")[0]]()

    def _do(self, action, *args):
        """Let the navigator act, and show the state that it is in then."""
        with self._lock:
            action(*args)
            self._moved()

    def _moved(self):
        """Show what the navigator says after a move."""
        self._draw()

    def _draw(self):
        """Bring everything on the screen to the state."""
        raise NotImplementedError

    def _switch_moves(self, unit, reset=False):
        """Switch off the moves that lead nowhere, but not Reset if that still takes something away.

        `unit` is what the buttons move by: a line or a node.
        """
        at_start, at_end = self.navigator.at_start, self.navigator.at_end
        self._controls.set("Reset", disabled=at_start and not reset)
        self._controls.set(f"Previous {unit}", disabled=at_start)
        self._controls.set(f"Next {unit}", disabled=at_end)
        self._controls.set("Show all", disabled=at_end)
