"""What learners may do, how what is said to them is read, and that nothing of it is left."""

import builtins
import math
import sys
import warnings
from contextlib import contextmanager

import numpy as np

MODULES = (np, np.linalg, math, builtins)


def found(exercise, answer, seed=0):
    """Return the finding; every sentence of these tests is read here."""
    finding = exercise.judge(answer, seed)
    assert finding.sentence.endswith((".", "?"))
    assert finding.sentence[0].isupper() or finding.sentence.startswith(("∂", "w "))
    assert not {"\n", "!"} & set(finding.sentence)
    assert len(finding.sentence) < 600
    return finding


def kind(exercise, answer):
    return found(exercise, answer).kind


@contextmanager
def all_as_before():
    """See that streams, filters, the recursion limit, NumPy and its like are as they were."""

    def state():
        return sys.stdout, sys.stderr, [*warnings.filters], np.geterr(), sys.getrecursionlimit()

    before, originals = state(), [dict(vars(here)) for here in MODULES]
    yield
    after = state()
    replaced = [
        (here.__name__, name)
        for here, names in zip(MODULES, originals, strict=True)
        for name, value in names.items()
        if vars(here).get(name) is not value and name != "_"
    ]
    for here, names in zip(MODULES, originals, strict=True):
        vars(here).update(names)
    sys.setrecursionlimit(before[-1])
    assert after == before
    assert replaced == []


class Evil:
    """Answers no question."""

    def __array__(self, *_, **__):
        raise RuntimeError("I am evil")

    __repr__ = __str__ = __len__ = __eq__ = __bool__ = __float__ = __iter__ = __array__
    __hash__ = None


class Mute(Exception):
    def __str__(self):
        raise ValueError


class Quitting(Exception):
    def __str__(self):
        raise SystemExit
