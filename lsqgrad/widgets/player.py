"""The player: shows frames in the page, which moves among them without asking."""

import asyncio
import os
import threading
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

from lsqgrad._util import SIZES, ArgumentError, ArgumentTypeError, usual_size, validation
from lsqgrad.widgets import page
from lsqgrad.widgets.cursor import Cursor
from lsqgrad.widgets.frames import Frames

CONTROLS = ("few", "all")
AT_ONCE = 0.03  # seconds of drawing between two messages: what else is asked waits no longer
HANDOUT = "LSQGRAD_HANDOUT"  # this variable makes outputs that play without a kernel
INTERRUPTED = "It was interrupted: nothing has changed."
RUN_ALL = "To move, choose Run → Run All Cells: the buttons need a running kernel."


@cache
def _host() -> type:
    """Return the class of the widget: anywidget is loaded when the first one is shown."""
    import anywidget
    import traitlets

    class Host(anywidget.AnyWidget):
        _esm = page.module()
        _css = page.source("player.css")
        scene = traitlets.Dict().tag(sync=True, echo_update=False)
        place = traitlets.Dict().tag(sync=True, echo_update=False)

    return Host


class Player:
    """Frames with a cursor, in the page. Put it last in a notebook cell and it is shown.

    The page has the frames around the position, and asks for others ahead of the cursor. It moves
    without waiting for an answer, and tells where it is; a move made in code moves the page.

    Parameters
    ----------
    navigator : Cursor
        The position, and what moves it.
    frames : Frames
        What is shown.
    size : {"notebook", "projector"}, optional
        The projector's type is larger. If left out, what `projector` has said.
    controls : {"few", "all"}
        Whether all controls are seen at once, or few until *More* is pressed.
    **start
        How else the page begins.

    Raises
    ------
    TypeError, ValueError
        If `size` or `controls` is not one of those named.
    """

    def __init__(
        self, navigator: Cursor, frames: Frames, *, size: str | None, controls: str, **start: Any
    ) -> None:
        self.navigator: Any = navigator  # a player of a kind knows of which kind it is
        self._frames: Any = frames
        self._start = start | {
            "size": validation.choice("size", usual_size() if size is None else size, SIZES),
            "controls": validation.choice("controls", controls, CONTROLS),
        }
        self._run = 0  # how many scenes there have been before this one
        self._moves = 0  # how many were made in code
        self._wanted: dict[str, None] = {}  # the places that the page waits for, in order
        self._lock = threading.RLock()  # a front end may send from a thread of its own
        self._actions: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "go": self._follow,
            "frames": self._send_frames,
        }

    @cached_property
    def widget(self) -> Any:
        """The widget, made when it is first asked for."""
        widget = _host()(scene=self._scene(), place=self._place())
        widget.on_msg(self._hear)
        return widget

    @property
    def position(self) -> int:
        """The position, counted from 0."""
        return self.navigator.position

    def next(self) -> None:
        """Go on by one; in predict mode, to the answer or to the next question."""
        self._do(self.navigator.next)

    def previous(self) -> None:
        """Go back by one; in predict mode, to the question or to the answer before."""
        self._do(self.navigator.previous)

    def reset(self) -> None:
        """Go back to the start."""
        self._do(self.navigator.reset)

    def seek(self, position: int) -> None:
        """Go to `position`, an integer from 0 to the last."""
        self._do(self.navigator.seek, position)

    def to_html(self, path: str | Path) -> None:
        """Write a file that plays without a kernel and without a network.

        Parameters
        ----------
        path : str or Path
            The file, which is written anew.

        Raises
        ------
        TypeError, ValueError
            If `path` is no path, or there are more than 1,000 steps.
        """
        self._write(path, self.html())

    def html(self) -> str:
        """Return what `to_html` writes as a part of a page."""
        with self._lock:
            recording = page.record(self._scene(), self._frames)
            return page.fragment([recording], self._frames.overview())

    def _write(self, path: str | Path, fragment: str) -> None:
        if not isinstance(path, str | os.PathLike):
            raise ArgumentTypeError("path", "a string or a Path", validation.describe(path))
        Path(path).write_text(page.document(fragment, self._frames.label), encoding="utf-8")

    # What is sent

    def _scene(self, navigator: Cursor | None = None, frames: Any = None) -> dict[str, Any]:
        """Return the scene, with the frames where it begins."""
        navigator, frames = navigator or self.navigator, frames or self._frames
        places = dict.fromkeys([navigator.place, str(navigator.position)])
        start = {"place": navigator.place, "predicting": navigator.predicting}
        return frames.scene() | {
            "run": self._run,
            "start": self._start | start,
            "frames": {place: frames.frame(place) for place in places},
        }

    def _place(self) -> dict[str, Any]:
        at, predicting = self.navigator.place, self.navigator.predicting
        return {"run": self._run, "at": at, "predicting": predicting, "moves": self._moves}

    def _do(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Move, and let the page follow."""
        with self._lock:
            result = action(*args, **kwargs)
            self._moves += 1
            if "widget" in self.__dict__:
                self.widget.place = self._place()
            return result

    def _show(self, frames: Frames, navigator: Cursor | None = None) -> None:
        """Put another scene in place of this one, once all of it is there."""
        with self._lock:
            navigator, run = navigator or self.navigator, self._run + 1
            is_seen = "widget" in self.__dict__
            scene = self._scene(navigator, frames) | {"run": run} if is_seen else {}
            self.navigator, self._frames, self._run = navigator, frames, run
            self._wanted.clear()
            if is_seen:
                with self.widget.hold_sync():
                    self.widget.scene = scene
                    self.widget.place = self._place()

    # What the page says

    def _follow(self, message: Mapping[str, Any]) -> None:
        """Go where the page is, unless it did not know yet of a move that was made in code."""
        place = message["place"]
        if (place["run"], place["moves"]) == (self._run, self._moves):
            self.navigator.go(place["at"], place["predicting"])
            self.widget.place.update(self._place())  # without an answer to the page

    def _hear(self, _widget: object, message: Any, _buffers: object) -> None:
        """Do what the page asks for; say what is wrong with it instead of raising."""
        action = self._actions.get(message.get("do"))
        if action is None:
            return
        answer = {"id": message["id"]} if "id" in message else {}
        try:
            with self._lock:
                action(message)
        except (TypeError, ValueError, ImportError) as error:
            field = error.argument if isinstance(error, ArgumentError) else None
            answer |= {"note": self._sentence(error), "field": field}
        except KeyboardInterrupt:
            self.widget.send(answer | {"note": INTERRUPTED})  # in place of how far it is
            raise
        if answer:
            self.widget.send(answer)

    def _sentence(self, error: Exception) -> str:
        """Say what is wrong."""
        return str(error)

    def _send_frames(self, message: Mapping[str, Any]) -> None:
        """Send the frames of some places: the first at once, before those asked for earlier."""
        if message["run"] != self._run:
            return
        waiting = bool(self._wanted)
        self._wanted = dict.fromkeys(map(str, message["keys"])) | self._wanted
        self._send_a_piece(0)
        if self._wanted and not waiting:
            _soon(self._send_the_others)

    def _send_the_others(self) -> None:
        """Send the other frames in pieces, between which is heard what else waits."""
        with self._lock:
            self._send_a_piece(AT_ONCE)
        if self._wanted:
            _soon(self._send_the_others)

    def _send_a_piece(self, seconds: float) -> None:
        """Send as many frames as are drawn in so many seconds, and one at least."""
        piece: dict[str, Any] = {}
        wanted, self._wanted = self._wanted, {}  # after an interrupt nothing is waited for
        end = perf_counter() + seconds
        while wanted and (not piece or perf_counter() < end):
            place = next(iter(wanted))
            del wanted[place]
            piece[place] = self._frames.frame(place)
        self._wanted = wanted
        if piece:
            self.widget.send({"run": self._run, "frames": piece})

    # Where it is shown

    def _repr_mimebundle_(self, **_: object) -> Any:
        """Show the widget where a kernel runs, and what `_still` says where none does."""
        if os.environ.get(HANDOUT):
            return {"text/html": self.html(), "text/plain": repr(self)}
        with self._lock:
            bundle, metadata = self._still()
        shown = self.widget._repr_mimebundle_()
        return (shown[0] if isinstance(shown, tuple) else shown) | bundle, metadata

    def _display_(self) -> Any:
        """Show the widget in marimo."""
        return self.widget

    def _still(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what is seen where no kernel runs, by its type, and its alternative text."""
        raise NotImplementedError


def _soon(action: Callable[[], None]) -> None:
    """Act after what else waits; where nothing can wait, at once."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        action()
    else:
        loop.call_soon(action)
