"""What is seen of an answer without calling it."""

import pytest

from lsqgrad.judging.answers import describe, is_stub


class Silent:
    @property
    def __class__(self):
        raise RuntimeError

    def __getattr__(self, name):
        raise RuntimeError

    __dict__ = __class__


def test_an_object_that_answers_no_question_is_no_stub():
    assert not is_stub(Silent())


@pytest.mark.usefixtures("little_time")
def test_what_describes_itself_for_ever_is_described_by_its_type():
    class Endless:
        def __repr__(self):
            while True:
                pass

    assert describe(Endless()) == "something of type Endless"
