"""The minutes that the notebooks state are counted by what tools/reading_time.py says."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from reading_time import lines, minutes, words

from lsqgrad.widgets import RUN_ALL

HINTS = """
<details><summary>Hint 1</summary>

one <details><summary>Hint 2</summary>

two <details><summary>Hint 3</summary>

three

</details>

</details>

</details>
"""


def test_words_are_those_that_are_read_aloud():
    assert words("The *line* is $w x + b$. <!-- (1): y == 2 -->") == 4
    assert words("So\n\n$$y = 2 \\tag{1}$$") == 1 + 10
    assert words("| one | two |\n|---|---|\n| 3 | [four](04_step_sgd.ipynb) |") == 4
    assert words(f"Before. {HINTS} After, <details><summary>Answer</summary>\n\nfolded.") == 4


def test_lines_are_those_of_code_and_not_of_imports():
    assert lines("x = 1\n\n# why\ny = 2") == 3
    assert lines("import numpy as np\n\nfrom lsqgrad import same") == 0


def test_predictions_players_and_exercises_have_their_minutes():
    shown = [new_output("execute_result", {"text/plain": f"Start.\n{RUN_ALL}"})]
    cells = [
        new_markdown_cell("**Predict.** Which?"),
        new_code_cell('Prediction("one")', outputs=shown),
        new_code_cell("Stepper(trace)", outputs=shown),
        new_code_cell('practice.field("two")', outputs=shown),
        *(new_code_cell("x = 1", metadata={"tags": ["answer"]}) for _ in range(2)),
        new_markdown_cell("long " * 1000, metadata={"tags": ["reference"]}),
    ]
    counted = minutes(new_notebook(cells=cells))
    assert (counted.predictions, counted.players, counted.exercises) == (2, 5, 4 + 8)
    assert counted.words < 1
    assert counted.stated == 20
