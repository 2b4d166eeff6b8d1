"""A run as frames: what the stepper shows at each place, with no widget in it."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from lsqgrad.judging import answer_key, said_for
from lsqgrad.plotting import LOSS_AXES, RunPicture
from lsqgrad.regression import Step, Trace, arithmetic, forms_of, step_with_torch, written
from lsqgrad.widgets import markup
from lsqgrad.widgets.cursor import ASKED
from lsqgrad.widgets.run_description import NO_LINE, brief, pictures_in_words, state
from lsqgrad.widgets.run_navigator import ENGINES, SETTINGS

ANSWERS = {"loss": "Loss", "w": "New w", "b": "New b"}
LOWEST, HIGHEST = 1e-5, 10.0  # learning rates that the slider reaches; others can be typed


class RunFrames:
    """What is shown of a run.

    Parameters
    ----------
    trace : Trace
        The run. With several features its line and its path cannot be drawn.
    compare : bool
        Whether PyTorch's numbers stand beside those by hand.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> frames = RunFrames(sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], [[0]], 0, epochs=2))
    >>> [*frames.places()]
    ['0', '0?', '1', '1?', '2']
    >>> frames.frame("1")["alt"]["data"][:37]
    '3 points and the line y = 0.01867 x +'
    """

    label = "Stepper"

    def __init__(self, trace: Trace, compare: bool = False) -> None:
        self.trace, self.compare = trace, compare
        self._axes: list[RunPicture] = []  # one, shared by the runs of a player
        self._can_predict = trace.X.shape[1] == 1

    def of(self, trace: Trace) -> "RunFrames":
        """Return the frames of a run of the same data, drawn on the same axes."""
        frames = RunFrames(trace, self.compare)
        frames._axes = self._axes
        return frames

    @property
    def _picture(self) -> RunPicture:
        """The picture, drawn when it is first seen, and again if the axes have another run."""
        if not self._axes:
            self._axes.append(RunPicture(self.trace))
        (picture,) = self._axes
        if picture.trace is not self.trace:
            picture.load(self.trace)
        return picture

    def places(self) -> Iterator[str]:
        """Return all places, in order."""
        for position in range(len(self.trace)):
            yield str(position)
            if self._can_predict:
                yield f"{position}{ASKED}"
        yield str(len(self.trace))

    def scene(self) -> dict[str, Any]:
        """Return what is the same at every place."""
        trace = self.trace
        last, epoch = len(trace), math.ceil(len(trace.X) / trace.batch_size)
        return {
            "kind": "stepper",
            "label": self.label,
            "unit": "batch",
            "last": last,
            "marks": [*range(epoch, last + 1, epoch)],
            "slider": {"label": "Step"},
            "panels": self._picture.panels(),
            "missing": "" if self._can_predict else NO_LINE.format(features=trace.X.shape[1]),
            "axes": [*LOSS_AXES],
            "forms": [*forms_of(trace)],
            "compare": self.compare,
            "predict": self._can_predict,
            "answers": ANSWERS if self._can_predict else {},
            "said": {name: said_for(name) for name in ANSWERS} if self._can_predict else {},
            "settings": settings_of(trace),
            "summary": names_of_runs(trace)[0],
        }

    def frame(self, place: str) -> dict[str, Any]:
        """Return what is shown at a place."""
        trace = self.trace
        position, asking = int(place.rstrip(ASKED)), place.endswith(ASKED)
        at = (trace, position, asking)
        shown = {
            "panels": self._picture.moving(position, asking),
            "alt": pictures_in_words(*at),
            "status": "\n".join(map(markup.words_in_colors, state(*at))),
            "brief": markup.words_in_colors(brief(*at)),
            "tables": {},
        }
        if asking:
            table = markup.batch_table(trace[position])
            keys = {name: answer_key(trace, position, name) for name in ANSWERS}
            return shown | {"tables": dict.fromkeys(forms_of(trace), table), "answers": keys}
        if position:
            step = trace[position - 1]
            by_torch = self.by_torch(step)
            shown["tables"] = {
                form: markup.arithmetic_table(arithmetic(step, form, by_torch))
                for form in forms_of(trace)
            }
        return shown

    def by_torch(self, step: Step) -> Step | None:
        """Return the step as PyTorch takes it, if its numbers are to be seen."""
        if self.trace.engine == "PyTorch":
            return step
        return step_with_torch(step) if self.compare else None

    def png(self, position: int, asking: bool, axis: str, caption: str = "") -> bytes:
        """Draw what is seen at a position, for where no kernel runs."""
        return self._picture.png(position, asking, axis, caption)

    def overview(self) -> str:
        """Return a table of all steps, as HTML."""
        return markup.table_of_steps(self.trace)


def settings_of(trace: Trace) -> list[dict[str, Any]]:
    """Return the fields for a new run: what each is called, what it does, and what it has now."""
    fields = []
    for name, (label, kind, meaning) in SETTINGS.items():
        value = getattr(trace, name)
        if np.size(value) > 1:  # a column of weights has no field
            continue
        field: dict[str, Any] = {"name": name, "label": label, "kind": kind, "meaning": meaning}
        # A float32 in no more digits than it has
        field["text"] = str(np.ravel(value)[0]) if isinstance(value, np.ndarray) else str(value)
        if kind == "choice":
            field["options"] = [*ENGINES]
        if name == "lr":
            field |= {"low": LOWEST, "high": HIGHEST}
        fields.append(field)
    return fields


def names_of_runs(*traces: Trace) -> list[str]:
    """Say in a few words which run each is: lr and n, and what else is not the same in all."""
    told = [
        (
            f"lr {trace.lr:.6g}",
            f"n = {trace.batch_size}",
            f"{trace.epochs} epochs",
            f"seed {trace.seed}",
            f"from w = {written(trace.w)}, b = {written(trace.b)}",
            trace.engine,
        )
        for trace in traces
    ]
    kept = [k for k, column in enumerate(zip(*told, strict=True)) if k < 2 or len({*column}) > 1]
    return [", ".join(words[k] for k in kept) for words in told]
