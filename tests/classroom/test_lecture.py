"""The lecturer's script: its form, and that it has the whole lecture."""

import json
from pathlib import Path

import lecture
import pytest
from lecture import Part, ScriptError, Stop

ROOT = Path(__file__).parents[2]
SCRIPT = """# Give the lecture

## Before the lecture

### Fonts

Try them.

## Part 1. The line (5 minutes)

### 00 · `00-02`, `00-squares` · 4 min · 45

**Ask.** What moves?

**Expect.** The line.

### 00 · `00-more` · 1 min

**Ask.** And now?

## Afterwards

### Homework
"""


def test_parts_and_stops_are_read():
    first = Stop(
        "00", ("00-02", "00-squares"), 4, True, "**Ask.** What moves?\n\n**Expect.** The line."
    )
    second = Stop("00", ("00-more",), 1, False, "**Ask.** And now?")
    assert lecture.read(SCRIPT) == [Part(1, "The line", 5, (first, second))]


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("## Part 1. The line", "## Part 2. The line", "as part 1: write it as"),
        ("(5 minutes)", "(five minutes)", "cannot read '## Part 1"),
        ("4 min · 45", "4 min 45", "as a stop: write it as"),
        ("`00-02`, `00-squares`", "00-02", "as a stop: write it as"),
        ("**Ask.** And now?", "", "has no note"),
        ("· 1 min", "· 2 min", "part 1 says 5 minutes, and its stops take 6"),
        ("`00-more`", "`00-02`", "cell '00-02' of notebook 00 has two stops"),
        ("## Part 1. The line (5 minutes)", "", "stands in no part"),
    ],
)
def test_what_is_not_in_its_form_is_told(right, wrong, sentence):
    assert right in SCRIPT
    with pytest.raises(ScriptError, match=sentence.replace("(", r"\(")):
        lecture.read(SCRIPT.replace(right, wrong))


def test_a_text_without_parts_is_no_script():
    with pytest.raises(ScriptError, match="there is no part"):
        lecture.read("# Give the lecture\n")


@pytest.fixture(scope="module")
def stops():
    parts = lecture.read(lecture.SCRIPT.read_text(encoding="utf-8"))
    return [stop for part in parts for stop in part.stops]


def test_each_cell_of_the_lecture_is_shown_once_and_in_order(stops):
    for name in dict.fromkeys(stop.notebook for stop in stops):
        (path,) = ROOT.glob(f"notebooks/{name}_*.ipynb")
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tagged = [cell["id"] for cell in cells if "lecture" in cell["metadata"].get("tags", [])]
        assert [cell for stop in stops if stop.notebook == name for cell in stop.cells] == tagged


def test_all_notebooks_of_the_lecture_have_stops(stops):
    tagged = [
        path.name[:2]
        for path in sorted(ROOT.glob("notebooks/*.ipynb"))
        if '"lecture"' in path.read_text(encoding="utf-8")
    ]
    assert sorted({stop.notebook for stop in stops}) == tagged


def test_the_lectures_take_90_and_45_minutes(stops):
    assert sum(stop.minutes for stop in stops) == 90
    assert sum(stop.minutes for stop in stops if stop.short) == 45
