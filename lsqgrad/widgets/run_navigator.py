"""A run as the stepper walks through it: a cursor over a `Trace`, with no widget in it."""

import math
from typing import Any, NamedTuple

from lsqgrad._util import ArgumentError, ArgumentTypeError, validation
from lsqgrad.judging import Finding, judge
from lsqgrad.regression import Step, Trace, sgd_by_hand, sgd_with_torch
from lsqgrad.widgets.cursor import Quiz

ENGINES = {"by hand": sgd_by_hand, "PyTorch": sgd_with_torch}


class Setting(NamedTuple):
    """A setting of a run: its name on the screen, the kind of its control, what it does."""

    label: str
    kind: str
    meaning: str


SETTINGS = {
    "lr": Setting("Learning rate", "number", "How far an update goes"),
    "batch_size": Setting("Batch size", "integer", "How many points a mini-batch has"),
    "epochs": Setting("Epochs", "integer", "How many passes over the data"),
    "seed": Setting("Seed", "integer", "Fixes the order of the points"),
    "w": Setting("Start w", "number", "The weight before the first update"),
    "b": Setting("Start b", "number", "The bias before the first update"),
    "engine": Setting("Engine", "choice", "What computes the run"),
}
MOST_STEPS = 100_000  # so many take two seconds or so by hand, and half a minute with PyTorch


class RunNavigator(Quiz):
    """A position in a trace, what moves it, and what a learner may see there.

    Moving changes the position and nothing else: the trace was computed once. `new_run` puts
    another trace in its place.

    In *predict mode* each batch is seen twice: first `asking`, when its result is hidden, then
    with its result. `next` goes from the one to the other, and `previous` goes back the same way.

    Parameters
    ----------
    trace : Trace
        The run.

    Attributes
    ----------
    trace : Trace
        The run.
    position, last : int
        How many updates are done, and how many there are.

    Examples
    --------
    >>> trace = sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0, lr=0.1)
    >>> navigator = RunNavigator(trace)
    >>> navigator.next()
    >>> navigator.position, navigator.step.number
    (1, 1)
    >>> navigator.new_run(lr=0.05, epochs=5)
    >>> navigator.position, navigator.last
    (0, 5)
    """

    def __init__(self, trace: Trace) -> None:
        super().__init__(last=len(trace))
        self.trace = trace

    @property
    def step(self) -> Step | None:
        """The step that is looked at: the one done last, or the one asked about; None at 0."""
        if self.asking:
            return self.trace[self.position]
        return self.trace[self.position - 1] if self.position > 0 else None

    @property
    def steps_per_epoch(self) -> int:
        """How many batches an epoch has."""
        return self._steps_per_epoch(self.trace.batch_size)

    def next_epoch(self) -> None:
        """Go to the end of this epoch, or of the next one if this one is at its end."""
        whole_epochs = self.position // self.steps_per_epoch
        self.seek(min((whole_epochs + 1) * self.steps_per_epoch, self.last))

    def new_run(self, **changes: Any) -> None:
        """Make another run of the same data, with some settings changed, and go to its start.

        Parameters
        ----------
        **changes
            Any of lr, batch_size, epochs, seed, w, b as for `sgd_by_hand`, and engine, "by hand"
            or "PyTorch". The others stay as they are. After an error everything does.

        Raises
        ------
        TypeError, ValueError
            If a setting is not known, or is not of the kind named in `sgd_by_hand`, or if there
            would be more than 100000 steps in more than one epoch.
        ImportError
            If the engine is PyTorch, and PyTorch is not installed.
        """
        settings = {name: getattr(self.trace, name) for name in SETTINGS}
        if unknown := changes.keys() - settings.keys():
            raise ArgumentTypeError("changes", f"any of {', '.join(SETTINGS)}", unknown.pop())
        settings |= changes
        engine = validation.choice("engine", settings.pop("engine"), ENGINES)
        batch_size = validation.integer(
            "batch_size", settings["batch_size"], low=1, high=len(self.trace.X)
        )
        most = max(MOST_STEPS // self._steps_per_epoch(batch_size), 1)
        validation.integer("epochs", settings["epochs"], low=1, high=most)
        trace = ENGINES[engine](self.trace.X, self.trace.Y, dtype=self.trace.X.dtype, **settings)
        self.trace, self.last = trace, len(trace)
        self.reset()

    def predict(self, **answers: str) -> dict[str, Finding]:
        """Judge what the learner typed for the step asked about, and go on to its result.

        Parameters
        ----------
        **answers : str
            Any of loss, w, b: see `judge`. After an error nothing has changed.

        Returns
        -------
        dict of Finding
            For each of `answers`.

        Raises
        ------
        RuntimeError
            If nothing is asked here.
        TypeError, ValueError
            If an answer is not a number, as a string.
        """
        if not self.asking:
            raise RuntimeError("predict: expected to be asked for a prediction here, but was not.")
        verdicts = {}
        for quantity, answer in answers.items():
            try:
                verdicts[quantity] = judge(self.trace, self.position, quantity, answer)
            except ArgumentError as error:
                if error.argument == "answer":
                    error.argument = quantity  # it says which of the answers it is
                raise
        self.next()
        return verdicts

    def _steps_per_epoch(self, batch_size):
        return math.ceil(len(self.trace.X) / batch_size)
