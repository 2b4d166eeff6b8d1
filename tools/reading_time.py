"""Count the minutes that a student needs for each notebook.

    python tools/reading_time.py [NOTEBOOK ...]

Read aloud at a student's pace: 100 words or 10 lines of code a minute, where a formula within a
sentence is one word and one set apart is ten; 2 minutes for each prediction, 5 for each player,
4 for each exercise with a field, for a number or a formula, and 8 for each of the others. Not
counted: Markdown's comments, the cell of imports, hints, solutions, and cells with the tag
`reference`, in which one looks things up.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from lsqgrad.widgets import RUN_ALL

ROOT = Path(__file__).resolve().parent.parent
WORDS, LINES = 100, 10  # a minute
PREDICTION, PLAYER = 2, 5  # minutes
EXERCISE, WITH_FIELD = 8, 4
WORDS_OF_AN_EQUATION = 10
STEP = 5  # minutes; what is stated is rounded to them
COMMENT = re.compile(r"<!--.*?-->", re.S)
HINTS = re.compile(r"<details><summary>Hint 1</summary>.*?(?:</details>\s*){3}", re.S)
EQUATION = re.compile(r"\$\$.*?\$\$", re.S)
FORMULA = re.compile(r"\$[^$]+\$")
MARKUP = re.compile(r"</?\w+[^>]*>|[|#*`\[\]]|\([^)\s]*\.ipynb\)|:?-{2,}:?")
NOT_READ = {"answer", "check", "solution", "reference"}
A_FIELD = "practice.field("
TO_ANSWER = re.compile(r"^Prediction\(|\.field\(", re.M)


class Minutes(NamedTuple):
    """What takes how long in a notebook."""

    words: float
    code: float
    predictions: float
    players: float
    exercises: float

    @property
    def stated(self) -> int:
        """The sum in steps of five minutes, as the notebooks state it."""
        return STEP * round(sum(self) / STEP)


def minutes(notebook: NotebookNode) -> Minutes:
    """Return how long a notebook takes."""
    tags = [{*cell.metadata.get("tags", [])} for cell in notebook.cells]
    read = [cell for cell, its in zip(notebook.cells, tags, strict=True) if not NOT_READ & its]
    texts = [cell.source for cell in read if cell.cell_type == "markdown"]
    codes = [cell.source for cell in read if cell.cell_type == "code"]
    exercises, fields = sum("answer" in its for its in tags), "\n".join(codes).count(A_FIELD)
    return Minutes(
        words=sum(map(words, texts)) / WORDS,
        code=sum(map(lines, codes)) / LINES,
        predictions=PREDICTION * sum(text.count("**Predict.**") for text in texts),
        players=PLAYER
        * sum(is_player(cell) and not TO_ANSWER.search(cell.source) for cell in read),
        exercises=EXERCISE * (exercises - fields) + WITH_FIELD * fields,
    )


def is_player(cell: NotebookNode) -> bool:
    """Whether there is something to press: it says so where no kernel runs."""
    return any(
        RUN_ALL in output.get("data", {}).get("text/plain", "")
        for output in cell.get("outputs", [])
    )


def words(text: str) -> int:
    """Count the words of a Markdown cell."""
    text = HINTS.sub("", COMMENT.sub("", text))
    text = EQUATION.sub(" equation" * WORDS_OF_AN_EQUATION, text)
    return len(MARKUP.sub(" ", FORMULA.sub("formula", text)).split())


def lines(code: str) -> int:
    """Count the lines of a code cell that a reader reads: imports are passed over."""
    kept = [line for line in code.splitlines() if line.strip()]
    return 0 if kept and kept[0].startswith(("import ", "from ")) else len(kept)


def main(names: list[str]) -> None:
    paths = [Path(name) for name in names] or sorted(ROOT.glob("notebooks/*.ipynb"))
    print(f"{'':26} stated " + " ".join(f"{name:>11}" for name in Minutes._fields))
    for path in paths:
        counted = minutes(nbformat.read(path, as_version=4))
        print(f"{path.stem:26} {counted.stated:6} " + " ".join(f"{one:11.1f}" for one in counted))


if __name__ == "__main__":
    main(sys.argv[1:])
