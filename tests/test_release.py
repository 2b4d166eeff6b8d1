"""The copies for students and lecturers: nothing is left in the one, nbgrader takes the other."""

import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import redirect_stderr, redirect_stdout
from itertools import chain
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from release import (
    ROOT,
    STUB,
    check_free,
    exercises,
    for_lecturers,
    for_students,
    has_tag,
    is_for_students,
    main,
    without_solutions,
)
from store_notebooks import execute

from lsqgrad.practice.exercises import BY_NOTEBOOK, EXERCISES

NOTEBOOK = "06_practice.ipynb"
NOTEBOOKS = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
EXERCISED = [name for name in NOTEBOOKS if name[:2] in BY_NOTEBOOK]
OTHERS = [name for name in NOTEBOOKS if name not in EXERCISED]
FOR_STUDENTS_ONLY = ["README.md", "lsqgrad/mine.py", *(f"notebooks/{one}" for one in OTHERS[:1])]
MARKED_UP = (".md", ".ipynb")
MARKINGS = re.compile(r"^ *### (BEGIN|END) SOLUTION\n", re.M)


def stored(name=NOTEBOOK):
    """A notebook as it is stored."""
    return nbformat.read(ROOT / "notebooks" / name, as_version=4)


def sources_of(cells):
    return [cell.source for cell in cells]


def sources(notebook):
    return sources_of(notebook.cells)


def solution_lines(name):
    """The lines of the solutions, without those that the stubs or the given programs have, too."""
    notebook = stored(name)
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


def git(*arguments, folder):
    """Run git with no configuration of whoever runs the tests."""
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        nobody |= {f"GIT_{role}_NAME": "nobody", f"GIT_{role}_EMAIL": "nobody@example.org"}
    subprocess.run(["git", *arguments], cwd=folder, env=os.environ | nobody, check=True)


@pytest.fixture(scope="module")
def downloaded(tmp_path_factory):
    """The collection without git."""
    folder = tmp_path_factory.mktemp("release") / "downloaded"
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    patterns = [".git", *(line.rstrip("/") for line in lines if not line.startswith("#"))]
    return shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*patterns))


@pytest.fixture(scope="module")
def collection(downloaded, tmp_path_factory):
    """A clone in which somebody has solved an exercise since, and keeps files of their own."""
    if not shutil.which("git"):
        pytest.skip("needs git")
    folder = shutil.copytree(downloaded, tmp_path_factory.mktemp("release") / "collection")
    git("init", "--quiet", folder=folder)
    git("add", ".", folder=folder)
    git("commit", "--quiet", "--message", "The collection", folder=folder)
    solved = stored()
    next(cell for cell in solved.cells if has_tag(cell, "answer")).source = "loss_function = abs"
    nbformat.write(solved, folder / "notebooks" / NOTEBOOK)
    for name in (*FOR_STUDENTS_ONLY, "notebooks/12_mine.ipynb"):
        with (folder / name).open("a") as file:
            file.write("\n")
    return folder


def release(collection, reader, folder):
    """Do what `tools/release.py` of a collection does, and return what it prints."""
    printed, said = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(said):
        patch.setattr("release.ROOT", collection)
        patch.setattr("sys.argv", ["release.py", reader, str(folder)])
        try:
            main()
        except SystemExit:
            raise AssertionError(said.getvalue()) from None
    return printed.getvalue()


@pytest.fixture(scope="module")
def student(collection, tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "student"
    run("tools/release.py", "student", str(folder), folder=collection)
    return folder


@pytest.fixture(scope="module")
def course(collection, tmp_path_factory):
    """The lecturer's copy, from which nbgrader has made the students' version."""
    folder = tmp_path_factory.mktemp("release") / "lecturer"
    release(collection, "lecturer", folder)
    run("-m", "nbgrader", "generate_assignment", "practice", folder=folder)
    return folder


def of_course(course, stage, name=NOTEBOOK):
    return nbformat.read(course / stage / "practice" / name, as_version=4)


def of_student(student, name=NOTEBOOK):
    return nbformat.read(student / "notebooks" / name, as_version=4)


def test_no_line_of_a_solution_is_left_in_the_students_copy(student):
    assert sum(len(solution_lines(name)) for name in EXERCISED) > 30
    for name in EXERCISED:
        text = "\n".join(sources(of_student(student, name)))
        assert solution_lines(name)
        assert not solution_lines(name) & set(stripped_lines(text))
        assert "<summary>Solution</summary>" not in text


def test_the_students_copy_has_all_else(student):
    names = {path.name for path in student.glob("notebooks/*.ipynb")}
    assert names == {*NOTEBOOKS}
    for name in names:
        kept = {cell.id: cell.source for cell in of_student(student, name).cells}
        for cell in stored(name).cells:
            gone = {"solution", "self-study"} & {*cell.metadata.get("tags", [])}
            assert bool(gone) == (cell.id not in kept)
            assert gone or "NOT FOR STUDENTS" in cell.source or kept[cell.id] == cell.source


def test_a_wheel_of_the_students_copy_lacks_nothing(student):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for pattern in project["tool"]["hatch"]["build"]["targets"]["wheel"]["include"]:
        found = [path.relative_to(ROOT) for path in ROOT.glob(pattern.removeprefix("/"))]
        assert found
        assert all((student / path).exists() for path in found if " " not in path.name)


def test_what_is_not_for_students_is_taken_out_of_a_notebook_too():
    cell = new_markdown_cell("It is checked<!-- NOT FOR STUDENTS --> by `make test`<!-- END -->.")
    copy = for_students(new_notebook(cells=[cell]))
    assert sources(copy) == ["It is checked."]


def readable(path):
    """What a reader sees of a file."""
    if path.suffix == ".ipynb":
        return "\n\n".join(sources(nbformat.read(path, as_version=4)))
    return path.read_text(encoding="utf-8")


def texts_of_the_copy(student):
    """The files of the copy by their names, without the package, which is whole."""
    paths = [path for path in student.rglob("*") if path.is_file() and path.suffix != ".png"]
    named = {path.relative_to(student): path for path in paths}
    return {name: readable(path) for name, path in named.items() if "lsqgrad" not in name.parts}


def test_every_link_in_the_students_copy_leads_somewhere(student):
    for name, text in texts_of_the_copy(student).items():
        for link in re.findall(r"\]\(([^):#]+)[)#]", text if name.suffix in MARKED_UP else ""):
            assert (student / name.parent / link).exists(), (name, link)


def targets(folder):
    return set(re.findall(r"^([a-z-]+):", (folder / "Makefile").read_text("utf-8"), re.M))


def test_the_students_copy_does_not_speak_of_what_is_not_in_it(collection, student):
    missing = {f"make {target}" for target in targets(collection) - targets(student)}
    for path in collection.rglob("*"):
        name = path.relative_to(collection)
        if ".git" not in name.parts and path.suffix != ".pyc" and not (student / name).exists():
            missing.add(f"{name}/" if path.is_dir() else str(name))
    assert missing > {"make test", "make release-student", "benchmarks/", "tests/", "CHANGELOG.md"}
    for name, text in texts_of_the_copy(student).items():
        assert not [one for one in missing if one in text], name
        if name.suffix != ".ipynb" or name.name in ("00_start_here.ipynb", NOTEBOOK):
            assert not re.search("for lecturers\n|solution", text, re.I), name


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_the_students_copy_can_be_made(student):
    command = [
        "make",
        "--dry-run",
        "--no-print-directory",
        "--warn-undefined-variables",
        *targets(student),
    ]
    made = subprocess.run(command, cwd=student, check=True, capture_output=True, text=True)
    assert set(re.findall(r"undefined variable .(\w+)", made.stderr)) == {"LAB_ARGS"}
    assert not re.search(r"hypothesis|mypy|pytest|ruff", made.stdout)


def test_what_is_not_committed_is_in_no_copy_and_is_named(collection, student, tmp_path):
    assert "mine" not in {path.stem for path in student.rglob("*")}
    for reader, others in (("student", FOR_STUDENTS_ONLY), ("lecturer", [])):
        printed = release(collection, reader, tmp_path / reader)
        _, _, named = printed.strip().partition("without your changes since: ")
        notebooks = ["notebooks/06_practice.ipynb", "notebooks/12_mine.ipynb"]
        assert sorted(named.split(", ")) == sorted([*others, *notebooks])
    shutil.rmtree(tmp_path / "student")
    assert sorted(path.name for path in tmp_path.rglob("*.ipynb")) == EXERCISED


def test_without_git_it_says_how_to_commit_what_was_downloaded(downloaded, tmp_path):
    with pytest.raises(AssertionError, match=r"git init, git add \., git commit"):
        release(downloaded, "student", tmp_path / "student")
    assert not any(tmp_path.iterdir())


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
    for cell, here in zip(notebook.cells, without_solutions(stored()), strict=True):
        assert texts(cell.get("outputs")) == texts(here.get("outputs"))


def texts(outputs):
    return [output.get("text") or output.data["text/plain"] for output in outputs or []]


@pytest.mark.parametrize("name", EXERCISED)
def test_the_copies_are_each_others_reverse(name):
    """What stands between the markings goes where the stub was, and back."""
    with_solutions = for_lecturers(stored(name))
    stubs = for_students(stored(name))
    for full, stub in zip(with_solutions.cells, stubs.cells, strict=True):
        text = re.sub(r"### BEGIN SOLUTION\n.*### END SOLUTION", STUB, full.source, flags=re.S)
        text = re.sub(r"### BEGIN HIDDEN.*?### END HIDDEN TESTS", "", text, flags=re.S)
        assert text.strip() == stub.source


def test_nbgrader_makes_the_students_copy_of_the_lecturers(course):
    for name in EXERCISED:
        assert sources(of_course(course, "release", name)) == sources(for_students(stored(name)))


def test_every_exercise_is_worth_a_point_and_has_a_name_of_its_own_in_the_assignment():
    cells = chain.from_iterable(for_lecturers(stored(name)).cells for name in EXERCISED)
    marks = [cell.metadata["nbgrader"] for cell in cells if "nbgrader" in cell.metadata]
    assert sum(mark.get("points", 0) for mark in marks) == len(EXERCISES)
    assert len({mark["grade_id"] for mark in marks}) == len(marks) == 2 * len(EXERCISES)


def with_solutions(notebook, course, name):
    """A notebook as a student hands it in who knows everything."""
    cells = of_course(course, "source", name).cells
    source = iter(cell for cell in cells if "nbgrader" in cell.metadata)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            full = next(source).source
            cell.source = MARKINGS.sub("", full) if "BEGIN SOLUTION" in full else cell.source
    return notebook


def with_a_mistake(notebook):
    """A notebook with solutions, in which a scaled line is moved the wrong way."""
    for cell in notebook.cells:
        cell.source = cell.source.replace("b - w * mean / std", "b + w * mean / std")
    return notebook


def graded(course, handed_in):
    """Have nbgrader grade notebooks, by students and names; return the scores and the highest."""
    for student, notebooks in handed_in.items():
        folder = course / "submitted" / student / "practice"
        folder.mkdir(parents=True)
        for name, notebook in notebooks.items():
            nbformat.write(notebook, folder / name)
    run("-m", "nbgrader", "autograde", "practice", folder=course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions("practice")}
        return scores, gradebook.find_assignment("practice").max_score


def test_nbgrader_gives_a_point_for_what_is_right_and_says_what_is_not(course, student):
    """In nbgrader's version nothing was done, and in the student's copies all, with a mistake.

    In the former every check would praise, in the latter there is none that could. Of all notebooks
    two are handed in.
    """
    two = (EXERCISED[0], NOTEBOOK)
    mistaken = {name: with_solutions(of_student(student, name), course, name) for name in two}
    with_a_mistake(mistaken[NOTEBOOK]).cells.insert(4, new_code_cell("del practice"))
    stubs = of_course(course, "release", two[0])
    begin = next(k for k, one in enumerate(sources(stubs)) if one.startswith("practice = "))
    stubs.cells.insert(begin + 1, new_code_cell("practice.check = lambda *_: 'right'"))
    scores, most = graded(course, {"stubs": {two[0]: stubs}, "mistaken": mistaken})
    assert most == len(EXERCISES)
    of_two = sum(len(exercises(stored(name))) for name in two)
    assert (scores["stubs"], scores["mistaken"]) == (0, of_two - 1)
    answered = of_course(course, "autograded/mistaken")
    outputs = [cell.outputs for cell in answered.cells if has_tag(cell, "check")]
    [said] = [output.evalue for [output] in filter(None, outputs)]
    assert "b: the term with the mean has the wrong sign" in said


@pytest.mark.long
def test_nbgrader_gives_all_points_for_the_solutions_in_either_copy(course, student):
    solved, copy = {}, {}
    for name in EXERCISED:
        solved[name] = with_solutions(of_course(course, "release", name), course, name)
        copy[name] = with_solutions(of_student(student, name), course, name)
    scores, most = graded(course, {"solved": solved, "copy": copy})
    assert (scores["solved"], scores["copy"]) == (most, most)


SETUP = """
import os, sys, types
import numpy as np
import lsqgrad
from lsqgrad import Practice

practice = Practice(keep="progress.json")

def praise(*_):
    return types.SimpleNamespace(right=True, text="right")
"""
RIGHT = "def loss_function(X, Y, w, b): return np.mean((X @ w + b - Y) ** 2)"
WRONG = "def loss_function(X, Y, w, b): return np.mean((X @ w + b - Y) ** 2) / 2"
CHANGES = {
    "nothing": "",
    "no practice": "del practice",
    "their own practice": "practice = types.SimpleNamespace(check=praise)",
    "their own class": "class Practice: check = praise\npractice = Practice()",
    "a check of the object": "practice.check = praise",
    "a check of the class": "Practice.check = praise",
    "a class in the package": "lsqgrad.Practice = lambda **_: types.SimpleNamespace(check=praise)",
    "a package": "sys.modules['lsqgrad'] = types.SimpleNamespace(Practice=lsqgrad.Practice)",
    "a report": "lsqgrad.Report.right = True",
    "a judge": """
for exercise in practice._exercises.values():
    type(exercise).judge = lambda *_: lsqgrad.judging.Finding('right', 'Right.')
""",
    "a report, while it is checked": """
wrong = loss_function

def loss_function(X, Y, w, b):
    import lsqgrad
    lsqgrad.Report.right = True
    return wrong(X, Y, w, b)
""",
    "a file": """
with open('lsqgrad.py', 'w') as file:
    file.write('def Practice(**_): return lambda: 0')
""",
    "a file, by the name of its folder": """
sys.path[:0] = [os.getcwd(), '.', os.path.join('..', os.path.basename(os.getcwd()))]
with open('lsqgrad.py', 'w') as file:
    file.write('def Practice(**_): return lambda: 0')
""",
    "NumPy": "np.mean = np.asarray = np.all = lambda *_, **__: True",
    "names of Python": "list = dict = str = sorted = len = any = all = AssertionError = None",
    "no progress": "os.environ['LSQGRAD_FORGET'] = '1'",
    "a file that cannot be written": "os.mkdir('progress.json')",
    "a place that is not there": "practice = Practice(keep='nowhere/progress.json')",
}


@pytest.fixture
def students_kernel(monkeypatch, tmp_path):
    """Names as in a student's kernel, which has a package and a folder of its own."""
    for name in [name for name in sys.modules if name.split(".")[0] == "lsqgrad"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("mean", "asarray", "all"):
        monkeypatch.setattr(np, name, getattr(np, name))
    monkeypatch.setenv("LSQGRAD_FORGET", "")
    monkeypatch.syspath_prepend("")
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(SETUP, names)
    return names


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_hidden_test_trusts_nothing_that_a_notebook_changed(students_kernel, change):
    cells = for_lecturers(stored()).cells
    hidden_test = next(cell.source for cell in cells if '"loss function", loss_f' in cell.source)
    exec(WRONG, students_kernel)
    exec(change, students_kernel)
    with pytest.raises(AssertionError, match="✗ loss function: There is an extra factor ½"):
        exec(hidden_test, students_kernel)
    exec(RIGHT, students_kernel)
    exec(hidden_test, students_kernel)
    assert students_kernel["practice"].done == ("loss function",)


def test_an_answer_that_was_filled_in_is_not_released(collection, tmp_path):
    """Not even if somebody has committed it."""
    clone = shutil.copytree(collection, tmp_path / "clone")
    git("commit", "--quiet", "--all", "--message", "Solve an exercise", folder=clone)
    answer = next(k for k, cell in enumerate(stored().cells, 1) if has_tag(cell, "answer"))
    place = rf"06_practice\.ipynb: cell {answer}, the answer of .*loss function"
    with pytest.raises(AssertionError, match=rf"{place}.*put the line .* and commit"):
        release(clone, "lecturer", tmp_path / "copy")


@pytest.mark.parametrize("name", ["", "notebooks/new", "release", "release/../docs/new"])
def test_the_collection_takes_no_copy_into_itself(name):
    with pytest.raises(ValueError, match="is inside the collection: name a folder outside of"):
        check_free(ROOT / name)
    check_free(ROOT / "release" / "new")


def test_a_folder_that_holds_something_is_left_alone(downloaded, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(AssertionError, match="is not empty: remove it, or name another folder"):
        release(downloaded, "student", tmp_path)
    (tmp_path / "empty.txt").touch()
    with pytest.raises(ValueError, match=r"empty\.txt is a file: remove it, or name"):
        check_free(tmp_path / "empty.txt")
    assert {path.name for path in tmp_path.iterdir()} == {"mine.txt", "empty.txt"}


def test_copies_that_somebody_made_are_not_released():
    assert is_for_students(f"notebooks/{NOTEBOOK}")
    assert not is_for_students("notebooks/06_practice-Copy1.ipynb")
