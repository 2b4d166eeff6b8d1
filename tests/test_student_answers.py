"""What is said to answers that were written by somebody who has not seen the judge."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from student_answers.collected import ANSWERS

from lsqgrad.judging.misconceptions import MISCONCEPTIONS
from lsqgrad.practice.exercises import EXERCISES

HERE = Path(__file__).parent / "student_answers"
for module in sorted(HERE.glob("*.py")):
    import_module(f"student_answers.{module.stem}")

# The names that each wrong answer heard when they were last read beside what its author says of it.
# Who mends the judge reads those that change, and writes them here.
NAMED = json.loads((HERE / "named.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.name)
def test_right_answers_are_right_and_wrong_ones_hear_what_was_read(exercise):
    answers = [one for one in ANSWERS if one.exercise == exercise.name]
    assert answers
    named = {}
    for one in answers:
        finding = exercise.judge(one.answer, 0)
        assert (finding.kind == "right") == (not one.mistake), (one.name, finding.sentence)
        if finding.mistakes:
            named[one.name] = [*finding.mistakes]
    assert named == NAMED[exercise.name]


def test_there_are_enough_answers_and_names():
    right = [one for one in ANSWERS if not one.mistake]
    wrong = [one for one in ANSWERS if one.mistake and callable(one.answer)]
    named = [one for one in wrong if one.name in NAMED[one.exercise]]
    assert len(right) >= 400
    assert 3 * len(named) >= 2 * len(wrong)  # of the others many fail, or give nothing
    assert {key for names in NAMED.values() for keys in names.values() for key in keys} <= set(
        MISCONCEPTIONS
    )
