"""The notebooks and the exercises belong together, and the solutions there are right."""

import doctest
import re
from functools import cache
from itertools import chain
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from release import STUB, exercises, has_tag

from lsqgrad import Practice
from lsqgrad.practice.exercises import BY_NOTEBOOK, EXERCISES
from lsqgrad.practice.function_exercise import FunctionExercise

ROOT = Path(__file__).resolve().parent.parent
NAMES = [exercise.name for exercise in EXERCISES]
NOTEBOOKS = {notebook: [one.name for one in ones] for notebook, ones in BY_NOTEBOOK.items()}
PLACES = [(notebook, name) for notebook, names in NOTEBOOKS.items() for name in names]
BEGIN = 'practice = Practice(keep="progress.json")'
HEADING = re.compile(r"^### (\d+)\. (.+)$", re.M)
EXAMPLE = re.compile(r"```pycon\n(.*?)```", re.S)


def variable(name):
    return name.replace(" ", "_")


@cache
def stored(notebook):
    (path,) = ROOT.glob(f"notebooks/{notebook}_*.ipynb")
    return nbformat.read(path, as_version=4)


def parts(notebook):
    """The Markdown of each exercise, from its heading to its solution, by its name."""
    text = "\n".join(cell.source for cell in stored(notebook).cells if cell.cell_type == "markdown")
    _, *found = HEADING.split(text)
    titles = [title[0].lower() + title[1:] for title in found[1::3]]
    return dict(zip(titles, found[2::3], strict=True))


@cache
def solved(notebook):
    """The names after the imports and the exercises, with each solution in place of its stub."""
    names = {}
    solutions = {answer.id: code for answer, _, code in exercises(stored(notebook))}
    cells = [cell for cell in stored(notebook).cells if cell.cell_type == "code"]
    begin = next(k for k, cell in enumerate(cells) if BEGIN in cell.source)
    for cell in [cells[0], *cells[begin:]]:
        code = solutions.get(cell.id, cell.source)
        exec(TransformerManager().transform_cell(code), names)
    return names


def test_every_exercise_has_its_heading_in_the_notebook_that_the_list_says():
    numbers = []
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        notebook = path.name[:2]
        assert [*parts(notebook)] == NOTEBOOKS.get(notebook, []), path.name
        texts = [cell.source for cell in stored(notebook).cells if cell.cell_type == "markdown"]
        found = chain.from_iterable(map(HEADING.findall, texts))
        numbers += [int(number) for number, _ in found]
    assert numbers == [*range(1, len(NAMES) + 1)]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_exercise_has_a_stub_a_check_and_a_solution_in_this_order(notebook):
    tags = [tag for cell in stored(notebook).cells for tag in cell.metadata.get("tags", [])]
    parts_of_it = [tag for tag in tags if tag in ("answer", "check", "solution")]
    assert parts_of_it == ["answer", "check", "solution"] * len(NOTEBOOKS[notebook])
    found = exercises(stored(notebook))
    for (answer, check, code), name in zip(found, NOTEBOOKS[notebook], strict=True):
        assert check.source == f'practice.check("{name}", {variable(name)})'
        assert answer.source.count(STUB) == 1
        assert STUB not in code


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_exercise_has_three_hints_one_in_the_other_and_says_what_is_expected(notebook):
    for name, part in parts(notebook).items():
        folded = part.partition("<summary>Solution")[0].removesuffix("<details>")
        marks = re.findall(r"<(/?)details>(?:<summary>(Hint \d)</summary>)?", folded)
        assert marks == [("", f"Hint {k}") for k in (1, 2, 3)] + [("/", "")] * 3, name
        assert folded.count("*Expected*") == 1, name


@pytest.mark.parametrize(("notebook", "name"), PLACES)
def test_the_solution_is_right(notebook, name):
    for seed in range(20):
        report = Practice(seed=seed).check(name, solved(notebook)[variable(name)])
        assert report.right, report


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_all_is_done_when_the_solutions_are_in_place(notebook):
    assert [*solved(notebook)["practice"].done] == NOTEBOOKS[notebook]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_examples_of_what_is_expected_are_right(notebook, capsys):
    """With the imports and the exercises alone, so that a reader may begin there."""
    examples = [text for part in parts(notebook).values() for text in EXAMPLE.findall(part)]
    assert len(examples) == sum("def " in code for _, _, code in exercises(stored(notebook)))
    for number, text in enumerate(examples):
        names = dict(solved(notebook))
        test = doctest.DocTestParser().get_doctest(text, names, f"{number}", None, 0)
        failed = doctest.DocTestRunner().run(test).failed
        assert not failed, capsys.readouterr().out


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_number_exercise_has_a_field_and_so_has_a_formula(notebook):
    fields = [
        cell.source
        for cell in stored(notebook).cells
        if cell.cell_type == "code" and cell.source.startswith("practice.field")
    ]
    asked = [one.name for one in BY_NOTEBOOK[notebook] if not isinstance(one, FunctionExercise)]
    assert fields == [f'practice.field("{name}")' for name in asked]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_progress_is_kept_in_a_file_that_git_ignores(notebook):
    assert sum(BEGIN in cell.source for cell in stored(notebook).cells) == 1
    assert "progress.json" in (ROOT / ".gitignore").read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_stub_is_stored_filled_in(notebook):
    for cell in stored(notebook).cells:
        if has_tag(cell, "check"):
            assert cell.outputs[0].data["text/plain"].startswith("– ")
