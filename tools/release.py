"""Write copies of the collection: for students without the solutions, for lecturers with them.

    python tools/release.py student [FOLDER]
    python tools/release.py lecturer [FOLDER]

Both are made of what is committed, so that an answer that was tried out here is in neither. The
student's copy is complete: `make lab` works in it. The lecturer's is a course of nbgrader, in
which each solution stands in its answer cell, between nbgrader's markings.

In a notebook three tags tell the parts of an exercise: the code cell `answer` has a stub, the code
cell `check` calls the check, the Markdown cell `solution` has code that completes the stub. A cell
with the tag `self-study`, and what stands between NOT FOR STUDENTS and END, is not in the student's
copy, nor are tests, which hold right answers, and what else the maintainers need.
"""

import argparse
import copy
import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "release"  # which git ignores
NOTEBOOK = re.compile(r"notebooks/(\d\d_\w+\.ipynb)")  # ours, and no copy that somebody made
OTHER_FILES = (
    *(
        ".devcontainer/*",
        ".gitignore",
        "CITATION.cff",
        "LICENSE",
        "Makefile",
        "README.md",
        "constraints.txt",
    ),
    *("docs/*.png", "environment.yml", "lsqgrad/*", "pyproject.toml"),
    *("tools/jupyter/*", "tools/lab_config.py", "tools/saving.py"),
)
ASSIGNMENT = "practice"  # the name of the folder in which nbgrader has all notebooks to be graded
# Lines, or in Markdown a part of a line
NOT_FOR_STUDENTS = re.compile(
    rb"^(#|<!--) NOT FOR STUDENTS.*?^\1 END.*?(?:\r?\n)+|<!-- NOT FOR STUDENTS -->.*?<!-- END -->",
    re.M | re.S,
)
STUB = "...  # your code here"
SOLUTION = re.compile(r"```python\n(.*?)\n```", re.S)
CHECK = re.compile(r'practice\.check\("(.+?)", \w+\)')
# The student's `practice` may be gone, or the student's own; of other names that a notebook can
# change none is used. Last is a line that shows nothing: nbgrader takes what is shown for points.
GRADED_CHECK = """\
### BEGIN HIDDEN TESTS
def hidden_test(name, answer):
    \"\"\"Return a Practice of a fresh copy of the package, for which the answer is right.\"\"\"
    import os
    import sys

    names = [name for name in sys.modules if name.partition(".")[0] == "lsqgrad"]
    theirs = {name: sys.modules.pop(name) for name in names}
    if execution := theirs.get("lsqgrad.judging.execution"):
        execution.put_back()  # NumPy, of which there is no second copy
    here, path = os.path.realpath("."), sys.path
    sys.path = [folder for folder in path if os.path.realpath(folder) != here]  # no file from here
    try:
        from lsqgrad import Practice
    finally:
        sys.path = path
        sys.modules.update(theirs)
    practice = Practice(keep="progress.json")
    report = practice.check(name, answer)
    assert report.right, report.text
    return practice


practice = hidden_test(ARGUMENTS)
### END HIDDEN TESTS
practice.check(ARGUMENTS)
### BEGIN HIDDEN TESTS
del hidden_test
### END HIDDEN TESTS"""
CONFIG = f"""\
# The configuration of nbgrader for the exercises of lsqgrad.
c = get_config()
c.CourseDirectory.course_id = "lsqgrad"
c.ClearSolutions.code_stub = {{"python": "{STUB}"}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("reader", choices=["student", "lecturer"])
    parser.add_argument("folder", nargs="?", type=Path, help="where to; as a rule release/READER")
    arguments = parser.parse_args()
    copied = students_copy if arguments.reader == "student" else lecturers_copy
    folder = arguments.folder or RELEASE / arguments.reader
    try:
        check_free(folder)
        files = committed()
        copy = copied(files)
        write(folder, copy)
        print(f"written to {folder}")
        if left_out := [path for path in uncommitted() if is_left_out(path, files, copy)]:
            print(f"as it was committed, and without your changes since: {', '.join(left_out)}")
    except (OSError, ValueError) as error:
        parser.error(str(error))


def check_free(folder: Path) -> None:
    """Refuse a folder that holds something, or that would become a part of the collection."""
    place = folder.resolve()
    if place.is_relative_to(ROOT) and RELEASE not in place.parents:
        raise ValueError(f"{folder} is inside the collection: name a folder outside of {ROOT}.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = "not empty" if folder.is_dir() else "a file"
        raise ValueError(f"{folder} is {what}: remove it, or name another folder.")


def git(*arguments: str) -> bytes:
    """Return what git prints, about the folder of the collection."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True)
    except FileNotFoundError:
        raise ValueError("The copies are made of what is committed: install git.") from None
    except subprocess.CalledProcessError as error:
        raise ValueError(
            f"The copies are made of what is committed, and git says of {ROOT}: "
            f"{error.stderr.decode(errors='replace').strip()}. If you have downloaded the "
            "collection without git, commit it first: git init, git add ., git commit -m collection"
        ) from None
    return done.stdout


def committed() -> dict[str, bytes]:
    """Return the files of the last commit by their paths."""
    with zipfile.ZipFile(io.BytesIO(git("archive", "--format=zip", "HEAD"))) as archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
        return {info.filename: archive.read(info) for info in files}


def uncommitted() -> list[str]:
    """Return the paths of the files that are changed, or new."""
    changed = git("diff", "-z", "--name-only", "--relative", "HEAD")
    new = git("ls-files", "-z", "--others", "--exclude-standard")
    return (changed + new).decode().split("\0")


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def is_for_students(path: str) -> bool:
    return bool(NOTEBOOK.fullmatch(path)) or any(fnmatchcase(path, one) for one in OTHER_FILES)


def is_left_out(path: str, files: dict[str, bytes], copy: dict[str, bytes]) -> bool:
    """Whether a file that is not committed, or not as it is, would be in the copy if it were."""
    if "nbgrader_config.py" not in copy:
        return is_for_students(path)
    graded = f"source/{ASSIGNMENT}/{Path(path).name}"
    return bool(NOTEBOOK.fullmatch(path)) and (path not in files or graded in copy)


def students_copy(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of the collection without the solutions."""
    others = {
        path: NOT_FOR_STUDENTS.sub(b"", content)
        for path, content in files.items()
        if is_for_students(path)
    }
    ours = notebooks(files, for_students)
    return others | {f"notebooks/{name}": to_bytes(ours[name]) for name in ours}


def lecturers_copy(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the notebooks that have exercises as one assignment of nbgrader."""
    graded = {
        f"source/{ASSIGNMENT}/{name}": to_bytes(notebook)
        for name, notebook in notebooks(files, for_lecturers).items()
        if any(has_tag(cell, "answer") for cell in notebook.cells)
    }
    return graded | {"nbgrader_config.py": CONFIG.encode()}


def notebooks(
    files: dict[str, bytes], change: Callable[[NotebookNode], NotebookNode]
) -> dict[str, NotebookNode]:
    """Return the notebooks of the collection by their file names, changed."""
    changed = {}
    for path in filter(NOTEBOOK.fullmatch, files):
        try:
            notebook = nbformat.reads(files[path].decode("utf-8"), as_version=4)
            changed[NOTEBOOK.fullmatch(path)[1]] = change(notebook)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    return changed


def to_bytes(notebook: NotebookNode) -> bytes:
    return (nbformat.writes(notebook) + "\n").encode("utf-8")


def has_tag(cell: NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def exercises(notebook: NotebookNode) -> list[tuple[NotebookNode, NotebookNode, str]]:
    """Return the answer cell, the check cell and the solution of each exercise.

    Raises
    ------
    ValueError
        If an exercise is not complete, or its answer cell has been filled in.
    """
    by_tag = {
        tag: [cell for cell in notebook.cells if has_tag(cell, tag)]
        for tag in ("answer", "check", "solution")
    }
    if len(set(map(len, by_tag.values()))) > 1:
        raise ValueError("expected an answer, a check and a solution in each exercise.")
    found = []
    for answer, check, solution in zip(*by_tag.values(), strict=True):
        place = f"cell {notebook.cells.index(answer) + 1}"
        code = SOLUTION.search(solution.source)
        if not CHECK.fullmatch(check.source) or not code:
            raise ValueError(
                f"the exercise of {place}: expected a check as in "
                f'practice.check("name", name), and a solution in a block of Python, '
                f"got {check.source!r} and {solution.source!r}."
            )
        before, stub, after = answer.source.partition(STUB)
        if not stub or not code[1].startswith(before) or not code[1].endswith(after):
            raise ValueError(
                f"{place}, the answer of {check.source}: expected the stub that its solution "
                f"completes, got {answer.source!r}. If it was filled in, put the line {STUB!r} "
                "back in the place of the answer, and commit the notebook."
            )
        found.append((answer, check, code[1]))
    return found


def for_students(notebook: NotebookNode) -> NotebookNode:
    """Take the solutions out, and mark the cells so that nbgrader can grade them."""
    for answer, check, _ in exercises(notebook):
        mark(answer, check)
    notebook.cells = without_solutions(notebook)
    return notebook


def for_lecturers(notebook: NotebookNode) -> NotebookNode:
    """Put each solution into its answer cell, and mark the cells for nbgrader."""
    for answer, check, code in exercises(notebook):
        mark(answer, check)
        before, _, after = answer.source.partition(STUB)
        indent = before.rpartition("\n")[2]
        body = code.removeprefix(before).removesuffix(after)
        answer.source = (
            f"{before}### BEGIN SOLUTION\n{indent}{body}\n{indent}### END SOLUTION{after}"
        )
        arguments = check.source.removeprefix("practice.check(").removesuffix(")")
        check.source = GRADED_CHECK.replace("ARGUMENTS", arguments)
    notebook.cells = without_solutions(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":  # what is stored are the outputs of the stubs
            cell.outputs, cell.execution_count = [], None
    return notebook


def without_solutions(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells for students; in their Markdown, what is not for them is taken out."""
    kept = [
        copy.deepcopy(cell)
        for cell in notebook.cells
        if not (has_tag(cell, "solution") or has_tag(cell, "self-study"))
    ]
    for cell in kept:
        if cell.cell_type == "markdown":
            cell.source = NOT_FOR_STUDENTS.sub(b"", cell.source.encode()).decode()
    return kept


def mark(answer: NotebookNode, check: NotebookNode) -> None:
    """Note in an exercise's two code cells what nbgrader needs to know of them."""
    name = CHECK.fullmatch(check.source)[1].replace(" ", "-")
    answer.metadata["nbgrader"] = marks(name, solution=True)
    check.metadata["nbgrader"] = marks(f"check-{name}", grade=True, locked=True, points=1)


def marks(grade_id: str, **given) -> dict:
    """Return what nbgrader notes of a cell."""
    plain = {"grade": False, "locked": False, "solution": False, "task": False}
    return plain | {"grade_id": grade_id, "schema_version": 3} | given


if __name__ == "__main__":
    main()
