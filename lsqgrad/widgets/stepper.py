"""The stepper: a `RunNavigator` with buttons. It shows what that says, and decides nothing."""

import asyncio
import base64
import sys
import threading
from functools import partial
from html import escape
from typing import Any

import numpy as np

from lsqgrad._util import ArgumentError, import_torch, validation
from lsqgrad.judging import Finding
from lsqgrad.plotting import LOSS_AXES, SIZES, RunFigure
from lsqgrad.regression import FORMS, Trace, arithmetic, check_trace, step_with_torch
from lsqgrad.widgets import markup
from lsqgrad.widgets.controls import ANSWERS, WITHOUT_BUTTONS, StepperControls
from lsqgrad.widgets.run_description import picture_in_words, state_in_words
from lsqgrad.widgets.run_navigator import SETTINGS, RunNavigator

QUANTITIES = dict(zip(ANSWERS, ("loss", "w", "b"), strict=True))
ANSWER_LABELS = {quantity: name for name, quantity in QUANTITIES.items()}


class Stepper:
    """Steps through a run one mini-batch at a time, forwards and backwards.

    Put it last in a notebook cell and it is shown. The run is not computed again: a move only
    changes which part of the trace is seen, so that *Previous batch* is exact.

    Parameters
    ----------
    trace : Trace
        A run with one feature, from `sgd_by_hand` or `sgd_with_torch`.
    form : {"scalar sums", "matrix product", "chain rule"}
        How the arithmetic is written.
    loss_axis : {"linear", "logarithmic"}
        The axis of the loss curve.
    size : {"notebook", "projector"}
        The projector's type is larger.
    predict : bool
        Whether to begin in predict mode: the result of each batch is hidden until it is asked for.
    compare : bool
        Whether PyTorch's numbers stand beside those by hand. A run with PyTorch shows them anyway.

    Attributes
    ----------
    navigator : RunNavigator
        The position in the run, and all that can be done with it, without a widget.
    widget : ipywidgets.VBox
        What is shown.

    Raises
    ------
    TypeError, ValueError
        If `trace` is not a Trace with one feature, or another argument not one of those named.
    ImportError
        If ipywidgets or matplotlib is not installed, or PyTorch, if it is to be compared.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> stepper = Stepper(sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], [[0]], 0, lr=0.1))
    >>> stepper.next()
    >>> stepper.position
    1
    >>> print(stepper.text)
    Step 1 (epoch 1, batch 1): rows 2, 1, 0, n = 3. Loss 18.6667.
    ∂L/∂w = -18.6667, ∂L/∂b = -8. w: 0 → 1.86667, b: 0 → 0.8.
    Loss of all of the data: 0.296296, down from 18.6667.
    """

    def __init__(
        self,
        trace: Trace,
        *,
        form: str = "scalar sums",
        loss_axis: str = "linear",
        size: str = "notebook",
        predict: bool = False,
        compare: bool = False,
    ) -> None:
        check_trace(trace, one_feature_to="draw")
        self.navigator = RunNavigator(trace)
        self.navigator.predicting = predict
        self._view = {
            "Arithmetic": validation.choice("form", form, FORMS),
            "Loss axis": validation.choice("loss_axis", loss_axis, LOSS_AXES),
            "Size": validation.choice("size", size, SIZES),
            "PyTorch's numbers": bool(compare and import_torch()),
        }
        self._note = ""  # an error or a verdict: it stays until the next move or run
        self._lock = threading.RLock()  # a front end may press buttons from a thread of its own
        self._playing: asyncio.Task[None] | None = None  # the task that plays
        self._drawn = None  # the run, the axis and the size that the background was drawn for
        self._controls = StepperControls(self._act)
        self.widget = self._controls.widget
        for name, value in self._view.items():
            self._controls.set(name, value=value)
        self._controls.set("Predict mode", value=self.navigator.predicting)
        self._controls.set("Speed", value=self.navigator.speed)
        self._actions = self._all_actions()
        self._draw()

    @property
    def trace(self) -> Trace:
        """The run."""
        return self.navigator.trace

    @property
    def position(self) -> int:
        """How many updates are done: 0 is the start of the run."""
        return self.navigator.position

    @property
    def text(self) -> str:
        """What is seen at this position, in words and numbers."""
        return state_in_words(self.navigator)

    @property
    def alt_text(self) -> str:
        """The picture at this position in words."""
        return picture_in_words(self.navigator)

    @property
    def arithmetic(self) -> str:
        """The arithmetic of this position, one line each; empty if there is none to show."""
        return "\n".join(map(str, self._arithmetic()))

    def next(self) -> None:
        """Go on by one batch; in predict mode, to its result or to the next question."""
        self._do(self.navigator.next)

    def previous(self) -> None:
        """Go back by one batch; in predict mode, to its question or to the result before."""
        self._do(self.navigator.previous)

    def next_epoch(self) -> None:
        """Go to the end of this epoch, or of the next one if this one is at its end."""
        self._do(self.navigator.next_epoch)

    def reset(self) -> None:
        """Go back to the start."""
        self._do(self.navigator.reset)

    def seek(self, position: int) -> None:
        """Go to `position`, an integer from 0 to the number of steps."""
        self._do(self.navigator.seek, position)

    def new_run(self, **changes: Any) -> None:
        """Make another run of the same data and go to its start: see `RunNavigator.new_run`."""
        self._do(self.navigator.new_run, **changes)

    def predict(self, **answers: str) -> dict[str, Finding]:
        """Answer what predict mode asks, and see the verdict and the result.

        Parameters
        ----------
        **answers : str
            Any of loss, w, b, each a number as one types it.

        Returns
        -------
        dict of Finding
            For each of `answers`.
        """
        return self._do(self.navigator.predict, **answers)

    def play(self) -> None:
        """Go on by itself until the end, or until something is pressed; in a notebook only."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError(
                "play: expected to be called in a notebook, which goes on meanwhile; "
                "elsewhere call next() as often as you like."
            ) from None
        self._do(self.navigator.play)
        if self.navigator.playing:
            self._playing = loop.create_task(self._keep_playing())

    def pause(self) -> None:
        """Stop playing."""
        self._do(self.navigator.pause)

    def png(self) -> bytes:
        """Draw what is seen at this position, in type that a class can read, as a PNG."""
        with self._lock:
            return self._picture.png(self.position, self.navigator.asking)

    async def _keep_playing(self):
        """Move on at the navigator's speed; frames that come late are not made up for."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + 1 / self.navigator.speed, loop.time())
            await asyncio.sleep(due - loop.time())
            # It may have been stopped meanwhile, and another task may play by now.
            if not self.navigator.playing or self._playing is not asyncio.current_task():
                return
            self._do(self.navigator.tick)

    # What the controls do

    def _all_actions(self):
        """Return what each control does, by its name."""
        navigator = self.navigator
        actions = {
            "Reset": navigator.reset,
            "Previous batch": navigator.previous,
            "Next batch": navigator.next,
            "Next epoch": navigator.next_epoch,
            "Step": navigator.seek,
            "Speed": partial(setattr, navigator, "speed"),
            "Predict mode": partial(setattr, navigator, "predicting"),
            "Check": self._check,
        }
        for name, setting in SETTINGS.items():
            actions[setting.label] = partial(self._change_setting, name)
        return actions

    def _act(self, name, *value):
        """Do what a control asks for; say what is wrong with it instead of raising."""
        if name in ANSWERS:
            return  # a field for a prediction waits for its button
        if name == "Check" and not self.navigator.asking:
            return  # the second press of a double click
        try:
            if name == "Play":
                (self.pause if self.navigator.playing else self.play)()
            elif name in self._view:
                if name == "PyTorch's numbers" and value == (True,):
                    self._load_torch()
                self._look(name, *value)
            else:
                self._do(self._actions[name], *value)
        except (TypeError, ValueError, ImportError) as error:
            # What was typed stays, to be mended. A choice cannot be mended: it goes back.
            self._controls.set("PyTorch's numbers", value=self._view["PyTorch's numbers"])
            self._controls.set("Engine", value=self.trace.engine)
            if isinstance(error, ArgumentError):
                error.argument = self._label_of(error.argument, name)
            self._say(str(error))

    def _label_of(self, argument, pressed):
        """Return the name of the field that an argument was typed into."""
        if pressed == "Check":
            return ANSWER_LABELS.get(argument, argument)
        labels = {name: setting.label for name, setting in SETTINGS.items()} | {"speed": "Speed"}
        return labels.get(argument, argument)

    def _check(self):
        """Judge the predictions that were typed."""
        answers = {QUANTITIES[name]: self._controls[name] for name in ANSWERS}
        return self.navigator.predict(**{q: text for q, text in answers.items() if text.strip()})

    def _change_setting(self, name, value):
        """Make a new run with one setting changed."""
        if value == "PyTorch":
            self._load_torch()
        self.navigator.new_run(**{name: [[value]] if name == "w" else value})

    def _load_torch(self):
        """Load PyTorch, and say so meanwhile."""
        note = self._note
        if "torch" not in sys.modules:
            self._say("PyTorch is being loaded, which takes a few seconds.")
        import_torch()
        self._note = note

    def _do(self, action, *args, **kwargs):
        """Let the navigator act, and show the state that it is in then."""
        with self._lock:
            result = action(*args, **kwargs)
            self._note = _verdicts(result) if isinstance(result, dict) else ""
            self._draw()
            return result

    def _look(self, name, value):
        """Show the same state in another way; a verdict stays."""
        with self._lock:
            self._view[name] = value
            self._draw()

    # What is shown

    def _draw(self):
        """Bring everything on the screen to the state, the slowest part first."""
        navigator, controls = self.navigator, self._controls
        wanted = (navigator.runs, self._view["Loss axis"], self._view["Size"])
        if wanted != self._drawn:
            self._draw_background(wanted)
        controls.screen.value = self._frame()
        self._draw_words()
        for name, setting in SETTINGS.items():  # a value that was refused does not stay
            controls.set(setting.label, value=_in_a_field(getattr(self.trace, name)))
        controls.set("Reset", disabled=navigator.at_start)
        controls.set("Previous batch", disabled=navigator.at_start)
        controls.set("Next batch", disabled=navigator.at_end)
        controls.set("Next epoch", disabled=navigator.at_end)
        controls.set(
            "Play",
            description="Pause" if navigator.playing else "Play",
            disabled=navigator.predicting or navigator.last == 0,
        )
        controls.ask((navigator.runs, navigator.position) if navigator.asking else None)
        # Last, since the page measures the slider: it is laid out once then, and not twice.
        controls.set("Step", value=navigator.position)

    def _draw_background(self, wanted):
        """Draw what belongs to a run."""
        if self._drawn and wanted[1:] == self._drawn[1:]:
            self._picture.load(self.trace)
        else:
            self._picture = RunFigure(self.trace, self._view["Loss axis"], self._view["Size"])
        self._drawn = wanted
        self._controls.background.value = self._picture.background()
        self._controls.set("Step", max=self.navigator.last)

    def _draw_words(self):
        text = "\n".join(filter(None, [self._note, self.text]))
        self._controls.words.value = markup.words_markup(text, self._view["Size"], self.position)

    def _say(self, note):
        """Show a note above the words, and leave everything as it is."""
        with self._lock:
            self._note = note
            self._draw_words()

    def _frame(self):
        """Draw picture and arithmetic as HTML."""
        navigator = self.navigator
        label = f"class='lsqgrad-figure' role='img' aria-label='{escape(self.alt_text)}'"
        picture = self._picture.foreground(navigator.position, navigator.asking, label)
        if navigator.asking:
            table = markup.batch_table(navigator.step)
        elif lines := self._arithmetic():
            table = markup.arithmetic_table(lines)
        else:
            table = ""
        return markup.frame(navigator.position, self._view["Size"], picture, table, navigator.runs)

    def _arithmetic(self):
        """Return the lines of arithmetic of the step done last, if they may be seen."""
        step = self.navigator.step
        if step is None or self.navigator.asking:
            return []
        by_torch = None
        if self.trace.engine == "PyTorch":
            by_torch = step
        elif self._view["PyTorch's numbers"]:
            by_torch = step_with_torch(step)
        return arithmetic(step, self._view["Arithmetic"], by_torch)

    def _repr_mimebundle_(self, **_):
        """Show the widget where a kernel runs; elsewhere the picture, or at the least the text."""
        picture = base64.b64encode(self.png()).decode("ascii")
        words = "\n".join(filter(None, [self.text, self.arithmetic, WITHOUT_BUTTONS]))
        bundle = self.widget._repr_mimebundle_()
        bundle |= {"text/plain": words, "image/png": picture}
        return bundle, {"image/png": {"alt": f"{self.alt_text}\n{self.text}"}}

    def __repr__(self):
        return f"<Stepper at position {self.position} of {self.navigator.last}>"


def _in_a_field(value):
    """Return a setting as a field takes it: a float32 in no more digits than it has."""
    return float(str(np.ravel(value)[0])) if isinstance(value, np.floating | np.ndarray) else value


def _verdicts(verdicts):
    """Write what was said to each prediction, a line each."""
    return "\n".join(f"{ANSWER_LABELS[q]}: {verdict.sentence}" for q, verdict in verdicts.items())
