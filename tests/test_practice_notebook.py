"""Notebook 06 and the exercises belong together, and its solutions are right."""

import doctest
import re
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from release import STUB, exercises, has_tag

from lsqgrad import Practice
from lsqgrad.practice.exercises import EXERCISES

PATH = Path(__file__).resolve().parent.parent / "notebooks" / "06_practice.ipynb"
NAMES = [exercise.name for exercise in EXERCISES]
HEADING = re.compile(r"^### (\d+)\. (.+)$", re.M)
EXAMPLE = re.compile(r"```pycon\n(.*?)```", re.S)


def stored():
    return nbformat.read(PATH, as_version=4)


def markdown():
    return "\n".join(cell.source for cell in stored().cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def solved():
    """The names of the notebook after all of its cells, with each solution in place of its stub."""
    notebook, names = stored(), {}
    solutions = {answer.id: code for answer, _, code in exercises(notebook)}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            code = solutions.get(cell.id, cell.source)
            exec(TransformerManager().transform_cell(code), names)
    return names


def test_every_exercise_has_its_heading_in_order():
    found = HEADING.findall(markdown())
    assert [int(number) for number, _ in found] == [*range(1, len(NAMES) + 1)]
    assert [title[0].lower() + title[1:] for _, title in found] == NAMES


def test_every_exercise_has_a_stub_a_check_and_a_solution_in_this_order():
    kinds = [tag for cell in stored().cells for tag in cell.metadata.get("tags", [])]
    assert kinds == ["self-study"] + ["answer", "check", "solution"] * len(NAMES)
    for (answer, check, code), name in zip(exercises(stored()), NAMES, strict=True):
        assert check.source == f'practice.check("{name}", {name.replace(" ", "_")})'
        assert answer.source.count(STUB) == 1
        assert STUB not in code


def test_every_exercise_has_three_hints_one_in_the_other():
    text = markdown()
    parts = HEADING.split(text)[3::3]
    assert len(parts) == len(NAMES)
    for part, name in zip(parts, NAMES, strict=True):
        folded = part.partition("<summary>Solution")[0].removesuffix("<details>")
        marks = re.findall(r"<(/?)details>(?:<summary>(Hint \d)</summary>)?", folded)
        assert marks == [("", f"Hint {k}") for k in (1, 2, 3)] + [("/", "")] * 3, name


def test_every_exercise_says_what_is_expected():
    for part, name in zip(HEADING.split(markdown())[3::3], NAMES, strict=True):
        assert part.count("*Expected*") == 1, name


@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_the_solution_is_right(solved, place):
    name = NAMES[place]
    for seed in range(20):
        report = Practice(seed=seed).check(name, solved[name.replace(" ", "_")])
        assert report.right, report


def test_all_is_done_when_the_solutions_are_in_place(solved):
    assert solved["practice"].left == ()


def test_the_examples_of_what_is_expected_are_right(solved, capsys):
    examples = EXAMPLE.findall(markdown())
    assert len(examples) == sum("def " in code for _, _, code in exercises(stored()))
    for number, text in enumerate(examples):
        test = doctest.DocTestParser().get_doctest(text, dict(solved), f"{number}", None, 0)
        failed = doctest.DocTestRunner().run(test).failed
        assert not failed, capsys.readouterr().out


def test_a_number_exercise_has_a_field_and_so_has_a_formula():
    calls = [
        re.fullmatch(r'practice\.field\("(.+)"\)', cell.source)[1]
        for cell in stored().cells
        if cell.cell_type == "code" and cell.source.startswith("practice.field")
    ]
    functions = [code for _, _, code in exercises(stored()) if "def " in code]
    assert calls == NAMES[:3] + NAMES[4:7]
    assert len(calls) + len(functions) == len(NAMES)


def test_progress_is_kept_in_a_file_that_git_ignores():
    assert any('practice = Practice(keep="progress.json")' in one.source for one in stored().cells)
    ignored = (PATH.parent.parent / ".gitignore").read_text(encoding="utf-8").split("\n")
    assert "progress.json" in ignored


def test_no_stub_is_stored_filled_in():
    for cell in stored().cells:
        if has_tag(cell, "check"):
            assert cell.outputs[0].data["text/plain"].startswith("– ")
