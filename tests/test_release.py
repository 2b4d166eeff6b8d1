"""The copies for students and lecturers: nothing is left in the one, nbgrader takes the other."""

import os
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import nbformat
import pytest
import release
from nbgrader.api import Gradebook
from release import ROOT, STUB, exercises, for_lecturers, for_students, without_solutions
from store_notebooks import execute

NOTEBOOK = "06_practice.ipynb"
MARKINGS = re.compile(r"^ *### (BEGIN|END) SOLUTION\n", re.M)


def practice():
    """Notebook 06 as it is stored."""
    return nbformat.read(ROOT / "notebooks" / NOTEBOOK, as_version=4)


def sources_of(cells):
    return [cell.source for cell in cells]


def sources(notebook):
    return sources_of(notebook.cells)


def solution_lines():
    """The lines of the solutions, without those that the stubs or the given programs have, too."""
    notebook = practice()
    given = [cell for cell in notebook.cells if cell.cell_type == "code"]
    known = set(chain.from_iterable(map(stripped_lines, sources_of(given))))
    solved = chain.from_iterable(stripped_lines(code) for _, _, code in exercises(notebook))
    return set(solved) - known


def stripped_lines(text):
    return [line.strip() for line in text.split("\n")]


def run(*arguments, folder=ROOT):
    """Run Python in a folder, with the commands of this environment, and return what it prints."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "student"
    run("tools/release.py", "student", str(folder))
    return folder


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The lecturer's copy, from which nbgrader has made the students' version."""
    folder = tmp_path_factory.mktemp("release") / "lecturer"
    run("tools/release.py", "lecturer", str(folder))
    run("-m", "nbgrader", "generate_assignment", "practice", folder=folder)
    return folder


def of_course(course, stage):
    return nbformat.read(course / stage / "practice" / NOTEBOOK, as_version=4)


def test_no_line_of_a_solution_is_left_in_the_students_copy(student):
    assert len(solution_lines()) > 30
    text = "\n".join(sources(nbformat.read(student / "notebooks" / NOTEBOOK, as_version=4)))
    assert not solution_lines() & set(stripped_lines(text))
    assert "<summary>Solution</summary>" not in text


def test_the_students_copy_has_all_else(student):
    stored = {path.name for path in ROOT.glob("notebooks/*.ipynb")}
    assert {path.name for path in student.glob("notebooks/*.ipynb")} == stored
    for path in ROOT.glob("notebooks/*.ipynb"):
        kept = without_solutions(nbformat.read(path, as_version=4))
        copy = nbformat.read(student / "notebooks" / path.name, as_version=4)
        assert sources(copy) == sources_of(kept)
    assert not (student / "tests").exists()
    readme = (student / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"\]\(([^):#]+)\)", readme):
        assert (student / name).exists(), name


def test_the_students_copy_does_not_speak_of_what_is_not_in_it(student):
    for name in ("README.md", "Makefile"):
        text = (student / name).read_text(encoding="utf-8")
        assert "lab" in text
        assert not re.search("release-|lecturers|solution", text)
    notebook = nbformat.read(student / "notebooks" / NOTEBOOK, as_version=4)
    assert not re.search("solution", "".join(sources(notebook)), re.I)


def files_below(folder):
    """The files of a package by their paths in it, without what Python keeps beside them."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder): path.read_bytes() for path in found}


def test_the_students_copy_has_the_package_whole_and_takes_it(student):
    """And not the one that is installed here."""
    assert files_below(student / "lsqgrad") == files_below(ROOT / "lsqgrad")
    printed = run("-c", "import lsqgrad; print(lsqgrad.__file__)", folder=student)
    assert Path(printed.strip()) == student / "lsqgrad" / "__init__.py"


@pytest.mark.long
def test_the_students_copy_runs(student):
    notebook = execute(student / "notebooks" / NOTEBOOK)
    for cell, stored in zip(notebook.cells, without_solutions(practice()), strict=True):
        assert texts(cell.get("outputs")) == texts(stored.get("outputs"))


def texts(outputs):
    return [output.get("text") or output.data["text/plain"] for output in outputs or []]


def test_the_copies_are_each_others_reverse():
    """What stands between the markings goes where the stub was, and back."""
    with_solutions = for_lecturers(practice())
    stubs = for_students(practice())
    for full, stub in zip(with_solutions.cells, stubs.cells, strict=True):
        text = re.sub(r"### BEGIN SOLUTION\n.*### END SOLUTION", STUB, full.source, flags=re.S)
        text = re.sub(r"\n### BEGIN HIDDEN TESTS\n.*### END HIDDEN TESTS", "", text, flags=re.S)
        assert text == stub.source


def test_nbgrader_makes_the_students_copy_of_the_lecturers(course):
    assert sources(of_course(course, "release")) == sources(for_students(practice()))


def with_solutions(notebook, course):
    """A notebook as a student hands it in who knows everything."""
    source = iter(cell for cell in of_course(course, "source").cells if "nbgrader" in cell.metadata)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            full = next(source).source
            cell.source = MARKINGS.sub("", full) if "BEGIN SOLUTION" in full else cell.source
    return notebook


def with_a_mistake(notebook):
    """A notebook with solutions, in which two updates of b go uphill."""
    for cell in notebook.cells:
        cell.source = cell.source.replace("b - lr * grad_b", "b + lr * grad_b")
    return notebook


def graded(course, handed_in):
    """Have nbgrader grade notebooks by names of students; return their scores and the highest."""
    for name, notebook in handed_in.items():
        path = course / "submitted" / name / "practice" / NOTEBOOK
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    run("-m", "nbgrader", "autograde", "practice", folder=course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions("practice")}
        return scores, gradebook.find_assignment("practice").max_score


def test_nbgrader_gives_a_point_for_what_is_right_and_says_what_is_not(course, student):
    """In nbgrader's version nothing was done, and in the student's copy all, with a mistake."""
    copy = nbformat.read(student / "notebooks" / NOTEBOOK, as_version=4)
    mistaken = with_a_mistake(with_solutions(copy, course))
    scores, most = graded(course, {"stubs": of_course(course, "release"), "mistaken": mistaken})
    assert most == len(exercises(practice()))
    assert (scores["stubs"], scores["mistaken"]) == (0, most - 2)
    answered = course / "autograded" / "mistaken" / "practice" / NOTEBOOK
    assert "b after: the update goes uphill" in answered.read_text(encoding="utf-8")


@pytest.mark.long
def test_nbgrader_gives_all_points_for_the_solutions_in_either_copy(course, student):
    copy = nbformat.read(student / "notebooks" / NOTEBOOK, as_version=4)
    handed_in = {"solved": of_course(course, "release"), "copy": copy}
    solved = {name: with_solutions(notebook, course) for name, notebook in handed_in.items()}
    scores, most = graded(course, solved)
    assert (scores["solved"], scores["copy"]) == (most, most)


def test_an_answer_that_was_filled_in_is_not_released():
    notebook = practice()
    answer, *_ = exercises(notebook)[0]
    answer.source = answer.source.replace(STUB, "173.39")
    for copy in (for_students, for_lecturers):
        with pytest.raises(ValueError, match=r"173\.39.*Was it filled in"):
            copy(notebook)


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(AssertionError, match="is not empty: remove it, or name another folder"):
        run("tools/release.py", "student", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_copies_that_somebody_made_are_not_released():
    assert release.NAME.fullmatch(NOTEBOOK)
    assert not release.NAME.fullmatch("06_practice-Copy1.ipynb")
