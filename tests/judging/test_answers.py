"""What is seen of an answer without calling it."""

import functools
import types

import numpy as np
import pytest

from lsqgrad.judging.answers import describe, is_stub, mentions

# No test runs these: the name of a module is looked for in their code.


def imports():
    import nowhere

    return nowhere


def imports_a_part():
    from nowhere.within import something

    return something


def calls():
    return imports()


def calls_within():
    return [one() for one in [lambda: calls()]]


def enclosing(function):
    return lambda: function()


class Callable:
    def __init__(self, function=None):
        self.function = function

    def __call__(self):
        return self.function()

    def method(self):
        return imports()


class Child(Callable):
    __call__ = None


def makes():
    return Child()


space = types.ModuleType("space")
space.within = types.ModuleType("space.within")
space.within.space = space
space.within.helper = calls


def through_modules():
    return space.within.helper()


def for_ever():
    return for_ever() + np.sum(space.within.space)


@pytest.mark.parametrize(
    "answer",
    [
        *(imports, imports_a_part, calls, calls_within, through_modules, makes),
        *(enclosing(calls), Callable(calls), Callable().method, functools.partial(calls)),
        *(functools.cache(calls), Child),
    ],
)
def test_a_module_is_mentioned_wherever_a_call_may_lead(answer):
    assert mentions(answer, "nowhere")
    assert not mentions(answer, "now")


class Silent:
    @property
    def __class__(self):
        raise RuntimeError

    def __getattr__(self, name):
        raise RuntimeError

    __dict__ = __class__


@pytest.mark.parametrize(
    "answer",
    [
        *(for_ever, enclosing(np.mean), np.linalg.norm, print, None, pytest.fixture),
        *(Silent, enclosing(Silent()), lambda: np.testing.assert_allclose(1)),
    ],
)
def test_a_module_that_nothing_leads_to_is_not_mentioned(answer):
    assert not mentions(answer, "nowhere")


def test_the_code_of_libraries_is_not_looked_into():
    assert not mentions(lambda: np.linalg.norm(1), "asarray")
    assert mentions(lambda: np.asarray(1), "asarray")


def test_an_object_that_answers_no_question_is_no_stub_and_mentions_nothing():
    assert not is_stub(Silent())
    assert not mentions(Silent(), "nowhere")


@pytest.mark.usefixtures("little_time")
def test_what_describes_itself_for_ever_is_described_by_its_type():
    class Endless:
        def __repr__(self):
            while True:
                pass

    assert describe(Endless()) == "something of type Endless"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (np.float64(173.5), "float64 173.5"),
        (np.int64(3), "int64 3"),
        (173.5, "float 173.5"),
        (np.True_, f"{type(np.True_).__name__} {np.True_!r}"),
    ],
)
def test_a_number_is_described_once(answer, said):
    assert describe(answer) == said
