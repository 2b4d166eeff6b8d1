"""Write copies of the collection: for students without the solutions, for lecturers with them.

    python tools/release.py student [FOLDER]
    python tools/release.py lecturer [FOLDER]

The student's copy is complete: `make lab` works in it. The lecturer's is a course of nbgrader, in
which each solution stands in its answer cell, between nbgrader's markings.

In a notebook three tags tell the parts of an exercise: the code cell `answer` has a stub, the code
cell `check` calls the check, the Markdown cell `solution` has code that completes the stub. A cell
with the tag `self-study`, and the lines of other files between FOR LECTURERS and END, are for
those alone who have the solutions.
"""

import argparse
import re
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"\d\d_\w+\.ipynb")  # ours, and no copy that somebody made
OTHER_FILES = (
    *(".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md"),
    *("benchmarks", "conftest.py", "constraints.txt", "docs", "environment.yml", "lsqgrad"),
    *("CITATION.cff", "pyproject.toml", "tools"),
)  # but no tests: they hold right answers
ASSIGNMENT = "practice"  # the name that nbgrader gives to the folder of the notebook
NOT_COPIED = shutil.ignore_patterns(
    "__pycache__", ".ipynb_checkpoints", "release.py", "lecturers.md"
)
FOR_LECTURERS = re.compile(r"^.*FOR LECTURERS.*\n(?:.*\n)*?.*END.*\n", re.M)
STUB = "...  # your code here"
SOLUTION = re.compile(r"```python\n(.*?)\n```", re.S)
CHECK = re.compile(r'practice\.check\("(.+?)", \w+\)')
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
    folder = arguments.folder or ROOT / "release" / arguments.reader
    if folder.exists() and any(folder.iterdir()):
        parser.error(f"{folder} is not empty: remove it, or name another folder.")
    write = release_student if arguments.reader == "student" else release_lecturer
    try:
        write(folder)
    except ValueError as error:
        parser.error(str(error))
    print(f"written to {folder}")


def release_student(folder: Path) -> None:
    """Write the collection without the solutions."""
    ours = {name: for_students(notebook) for name, notebook in notebooks().items()}
    (folder / "notebooks").mkdir(parents=True)
    for name, notebook in ours.items():
        nbformat.write(notebook, folder / "notebooks" / name)
    for name in OTHER_FILES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_COPIED)
        else:
            text = (ROOT / name).read_text(encoding="utf-8")
            (folder / name).write_text(FOR_LECTURERS.sub("", text), encoding="utf-8")


def release_lecturer(folder: Path) -> None:
    """Write the exercises as an assignment of nbgrader."""
    graded = {name: notebook for name, notebook in notebooks().items() if exercises(notebook)}
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    for name, notebook in graded.items():
        nbformat.write(for_lecturers(notebook), source / name)
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")


def notebooks() -> dict[str, NotebookNode]:
    """Return the notebooks of the collection by their file names."""
    paths = sorted(path for path in ROOT.glob("notebooks/*") if NAME.fullmatch(path.name))
    return {path.name: nbformat.read(path, as_version=4) for path in paths}


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
        raise ValueError("notebook: expected an answer, a check and a solution in each exercise.")
    found = []
    for answer, check, solution in zip(*by_tag.values(), strict=True):
        code = SOLUTION.search(solution.source)[1]
        before, stub, after = answer.source.partition(STUB)
        if not stub or not code.startswith(before) or not code.endswith(after):
            raise ValueError(
                f"notebook: expected an answer cell with the stub that its solution completes, "
                f"got {answer.source!r}. Was it filled in? Take the notebook as it is stored."
            )
        found.append((answer, check, code))
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
        check.source += (
            f"\n### BEGIN HIDDEN TESTS\nreport = {check.source}\n"
            "assert report.right, report.text\n### END HIDDEN TESTS"
        )
    notebook.cells = without_solutions(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":  # what is stored are the outputs of the stubs
            cell.outputs, cell.execution_count = [], None
    return notebook


def without_solutions(notebook: NotebookNode) -> list[NotebookNode]:
    return [c for c in notebook.cells if not (has_tag(c, "solution") or has_tag(c, "self-study"))]


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
