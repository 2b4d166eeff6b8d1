"""The stepper: a run, one mini-batch at a time."""

from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

from lsqgrad._util import ArgumentError, ArgumentTypeError, import_torch, still, validation
from lsqgrad.judging import Finding
from lsqgrad.plotting import LOSS_AXES
from lsqgrad.regression import Trace, arithmetic, check_trace, forms_of
from lsqgrad.widgets import page
from lsqgrad.widgets.player import RUN_ALL, Player
from lsqgrad.widgets.run_description import pictures_in_words, state
from lsqgrad.widgets.run_frames import RunFrames, names_of_runs
from lsqgrad.widgets.run_navigator import SETTINGS, RunNavigator
from lsqgrad.widgets.typed import read_number


class Stepper(Player):
    """Steps through a run one mini-batch at a time, forwards and backwards.

    Put it last in a notebook cell and it is shown. The run is not computed again: a move only
    changes which part of the trace is seen, so that *Previous batch* is exact. With several
    features there is no line to draw; the losses and the arithmetic are shown.

    Parameters
    ----------
    trace : Trace
        A run, from `sgd_by_hand` or `sgd_with_torch`.
    form : {"scalar sums", "matrix product", "chain rule"}, optional
        How the arithmetic is written; with several features it is a matrix product. If left out,
        the first that fits.
    loss_axis : {"linear", "logarithmic"}
        The axis of the loss curve.
    size : {"notebook", "projector"}, optional
        The projector's type is larger. If left out, what `projector` has said.
    controls : {"few", "all"}
        Whether all controls are seen at once, or few until *More* is pressed.
    predict : bool
        Whether to begin in predict mode: the result of each batch is hidden until it is asked for.
    compare : bool
        Whether PyTorch's numbers stand beside those by hand. A run with PyTorch shows them anyway.

    Attributes
    ----------
    navigator : RunNavigator
        The position in the run, and all that can be done with it, without a widget.

    Raises
    ------
    TypeError, ValueError
        If `trace` is not a Trace, or another argument not one of those named.
    ImportError
        If anywidget or matplotlib is not installed, or PyTorch, if it is to be compared.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> stepper = Stepper(sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], [[0]], 0, lr=0.1))
    >>> stepper.next()
    >>> stepper.position
    1
    >>> print(stepper.text.splitlines()[1])
    ∂L/∂w = −18.6667, ∂L/∂b = −8. w: 0 → 1.86667, b: 0 → 0.8.
    """

    def __init__(
        self,
        trace: Trace,
        *,
        form: str | None = None,
        loss_axis: str = "linear",
        size: str | None = None,
        controls: str = "few",
        predict: bool = False,
        compare: bool = False,
    ) -> None:
        check_trace(trace, one_feature_to="predict" if predict else None)
        forms = forms_of(trace)
        form = validation.choice("form", forms[0] if form is None else form, forms)
        axis = validation.choice("loss_axis", loss_axis, LOSS_AXES)
        navigator = RunNavigator(trace)
        navigator.predicting = predict
        frames = RunFrames(trace, compare=bool(compare and import_torch()))
        super().__init__(navigator, frames, size=size, controls=controls, form=form, axis=axis)
        self._actions |= {"run": self._make_run, "compare": self._compare}

    @property
    def trace(self) -> Trace:
        """The run."""
        return self.navigator.trace

    @property
    def text(self) -> str:
        """What is seen at this position, in words and numbers."""
        return "\n".join("".join(map(str, line)) for line in state(*self._at()))

    @property
    def alt_text(self) -> str:
        """The picture at this position in words."""
        pictures = pictures_in_words(*self._at())
        other = {"linear": "losses-logarithmic", "logarithmic": "losses"}
        del pictures[other[self._start["axis"]]]
        return " ".join(pictures.values())

    @property
    def arithmetic(self) -> str:
        """The arithmetic of this position in the form chosen at the start; empty at the start."""
        step = self.navigator.step
        if step is None or self.navigator.asking:
            return ""
        by_torch = self._frames.by_torch(step)
        return "\n".join(map(str, arithmetic(step, self._start["form"], by_torch)))

    def next_epoch(self) -> None:
        """Go to the end of this epoch, or of the next one if this one is at its end."""
        self._do(self.navigator.next_epoch)

    def new_run(self, **changes: Any) -> None:
        """Make another run of the same data and go to its start: see `RunNavigator.new_run`."""
        with self._lock:
            other = self._with(changes)
            self._show(self._frames.of(other.trace), other)

    def predict(self, **answers: str) -> dict[str, Finding]:
        """Answer what predict mode asks, and see the result.

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

    def png(self) -> bytes:
        """Draw this position, on the axis chosen at the start, as a PNG."""
        with self._lock:
            return self._png()

    def _png(self, caption=""):
        return self._frames.png(self.position, self.navigator.asking, self._start["axis"], caption)

    def to_html(self, path: str | Path, runs: Iterable[Mapping[str, Any]] = ()) -> None:
        """Write a file that plays without a kernel and without a network.

        Parameters
        ----------
        path : str or Path
            The file, which is written anew.
        runs : iterable of mappings
            The settings of further runs to choose among, as for `new_run`: ``[{"lr": 0.01}]``.

        Raises
        ------
        TypeError, ValueError
            If `path` is no path, if `runs` are no mappings of what `new_run` takes, or if a run has
            more than 1,000 steps.
        """
        self._write(path, self.html(runs))

    def html(self, runs: Iterable[Mapping[str, Any]] = ()) -> str:
        """Return what `to_html` writes as a part of a page."""
        others = [*runs] if isinstance(runs, Iterable) else [runs]
        if not all(isinstance(changes, Mapping) for changes in others):
            expected = "a list of mappings, such as [{'lr': 0.01}]"
            raise ArgumentTypeError("runs", expected, validation.describe(runs))
        with self._lock:
            shown = [(self.navigator, self._frames)]
            for changes in others:
                other = self._with(changes)
                shown.append((other, self._frames.of(other.trace)))
            names = names_of_runs(*(frames.trace for _, frames in shown))
            recordings = [
                page.record(self._scene(navigator, frames), frames, name)
                for (navigator, frames), name in zip(shown, names, strict=True)
            ]
            tables = [
                f"<p>{escape(name)}</p>{frames.overview()}"
                for (_, frames), name in zip(shown, names, strict=True)
            ]
            return page.fragment(recordings, "".join(tables))

    def _with(self, changes):
        """Return the start of another run of the same data."""
        other = RunNavigator(self.trace)
        other.predicting = self.navigator.predicting
        other.new_run(**changes)
        return other

    def _at(self):
        return self.trace, self.position, self.navigator.asking

    # What the page asks for

    def _make_run(self, message):
        """Make a new run of what was typed, or of the start that was pointed at."""
        changes = {name: _setting(name, value) for name, value in message["changes"].items()}
        with redirect_stderr(_Teller(self._tell)):
            self.new_run(**changes)
        if self.trace.stopped:
            self.widget.send({"note": self.trace.stopped})

    def _compare(self, message):
        """Put PyTorch's numbers beside those by hand, or take them away."""
        if message["value"]:
            told = "PyTorch is being loaded, which takes a few seconds."
            self.widget.send({"progress": told})
            import_torch()
        frames = self._frames.of(self.trace)
        frames.compare = bool(message["value"])
        self._show(frames)

    def _tell(self, progress):
        self.widget.send({"progress": progress, "stop": True})

    def _sentence(self, error):
        """Call a setting by the name of its field."""
        if isinstance(error, ArgumentError) and error.argument in SETTINGS:
            error.argument = SETTINGS[error.argument].label
        return super()._sentence(error)

    def _still(self):
        """Return the picture, with the words and the arithmetic beside it."""
        words = "\n".join(filter(None, [self.text, self.arithmetic, RUN_ALL]))
        picture = self._png(f"{self.text} {RUN_ALL}")
        return still(words, picture, f"{self.alt_text}\n{self.text}")

    def __repr__(self):
        return f"<Stepper at position {self.position} of {self.navigator.last}>"


class _Teller(StringIO):
    """Takes what a run tells those who wait, and passes it on, a line at a time."""

    def __init__(self, tell):
        super().__init__()
        self._tell = tell

    def write(self, text):
        if text:  # print writes what ends a line by itself, even if that is nothing
            self._tell(text.strip())
        return len(text)


def _setting(name, value):
    """Return a setting, as `RunNavigator.new_run` takes it, from what was typed."""
    kind = SETTINGS[name].kind
    if kind == "choice":
        return value
    number = read_number(name, value, whole=kind == "integer")
    return [[number]] if name == "w" else number
