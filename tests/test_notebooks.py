"""Every notebook is stored executed and without noise, and keeps the form that readers rely on.

That its outputs are the right ones is tested by nbval, which runs it (see pyproject.toml).
"""

import ast
import copy
import json
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient
from nbformat import v4
from reading_time import is_player, minutes
from store_notebooks import tidied

from lsqgrad import line_data
from lsqgrad.practice.predictions import PREDICTIONS, Choice

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted(ROOT.glob("notebooks/*.ipynb"))
PROGRAM = "notebooks/03_pytorch_run.ipynb"  # the article's, near its beginning
ROUNDING = "08_rounding"  # where tolerances are derived
LONGEST_CELL = 15
LONGEST_LINE = 80  # characters, of a cell of the lecture: so many fit on a slide
SHORTEST_ALT = 20  # characters
# Folders that name a machine or its user, wherever the notebook was run.
MACHINE_PATH = re.compile(
    r"(?<![\w.])(/(home|root|Users|tmp)/|~/|[A-Z]:\\)|site-packages|" + re.escape(str(ROOT))
)
PREDICT = "**Predict.**"
PREDICTION = re.compile(r'Prediction\("(.*)"\)')
CHOICE = re.compile(r"^- \((\w)\) ", re.M)
FOLDED = "<details><summary>Answer</summary>"
HEADING = re.compile(r"^##+ ", re.M)
TOLERANCE = re.compile(r"\brtol ?=|\batol ?=|isclose|allclose|\b2(\.0)? ?\*\* ?-(53|24)\b")
STATED = re.compile(r"\babout (\d+) minutes\b", re.I)
# [00 Name](path) | what happens | minutes
ROW = re.compile(r"^\| \[?(\d\d) [^|]*\|[^|]*\| (\d+) \|$", re.M)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return v4.reads(
        path.read_text(encoding="utf-8")
    )  # nbformat.read would mend what is wrong with it


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def outputs(notebook):
    return [(cell, output) for cell in code_cells(notebook) for output in cell.outputs]


def first_line(cell):
    return cell.source.partition("\n")[0]


def read(path):
    return v4.reads(path.read_text(encoding="utf-8"))


def predictions(notebook):
    """Return each cell that holds a prediction, its name, and the cell before."""
    return [
        (cell, found[1], before)
        for before, cell in pairwise(notebook.cells)
        if cell.cell_type == "code" and (found := PREDICTION.search(cell.source))
    ]


def written_about(notebook):
    """Return each question, and the Markdown below it: up to a heading or the next question."""
    found, below = [], None
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        head, *questions = cell.source.split(PREDICT)
        if below is not None:
            below.append(HEADING.split(head)[0])
        if HEADING.search(head) or "<summary>Hint" in head:
            below = None
        for question in questions:
            asked, *said = HEADING.split(question)
            asked, fold, answer = asked.partition(FOLDED)
            below = [fold + answer]
            found.append((asked, below))
            if said:
                below = None
    return [(asked, "\n\n".join(filter(str.strip, texts))) for asked, texts in found]


def python_of(cell):
    return ast.parse(TransformerManager().transform_cell(cell.source))


def test_there_are_notebooks():
    assert PATHS, "notebooks/ holds no notebook: every other test here would pass unseen"


def test_code_cells_are_stored_executed_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), (
        f"execution counts are {counts}: nbval never compares a cell that is stored unexecuted; "
        "run make notebooks"
    )


def test_stored_as_make_notebooks_stores_it(notebook):
    assert tidied(copy.deepcopy(notebook)) == notebook, (
        "holds noise, such as widget views or another kernel's name: run make notebooks"
    )


def test_no_cell_is_too_long(notebook):
    long = {
        first_line(cell): lines
        for cell in code_cells(notebook)
        if (lines := sum(map(bool, map(str.strip, cell.source.splitlines())))) > LONGEST_CELL
    }
    assert not long, f"cells of more than {LONGEST_CELL} lines: {long}"


def test_only_last_bits_are_not_compared(notebook, path):
    """What differs from processor to processor has a tag, and tests/test_last_bits.py."""
    ignored = ["nbval-ignore-output" in cell.metadata.get("tags", []) for cell in notebook.cells]
    assert any(ignored) == (path.stem == "09_last_bits")


def test_the_program_has_the_data_of_the_helper():
    """Notebook 03 says so, and the later notebooks rely on it."""
    (source,) = [
        cell.source
        for cell in code_cells(v4.reads((ROOT / PROGRAM).read_text(encoding="utf-8")))
        if cell.source.startswith("def make_data(")
    ]
    names = {"np": np}
    exec(source.replace("plot=True", "plot=False"), names)
    assert np.array_equal([names["X_all"], names["Y_all"]], line_data(n=10, slope=2.0, seed=0))


def test_errors_are_announced_by_a_tag(notebook):
    errors = [
        first_line(cell)
        for cell, output in outputs(notebook)
        if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", [])
    ]
    assert not errors, f"cells fail without the tag raises-exception: {errors}"


def test_nothing_is_printed_to_stderr(notebook):
    warnings = [output.text for _, output in outputs(notebook) if output.get("name") == "stderr"]
    assert not warnings, f"readers would see warnings: {warnings}"


def test_cell_ids_are_unique(notebook):
    ids = [cell.get("id") for cell in notebook.cells]
    twice = {name for name in ids if ids.count(name) > 1}
    assert not twice, f"ids that several cells share: {twice}"


def test_begins_with_its_title(notebook):
    first = notebook.cells[0]
    assert first.cell_type == "markdown", "the first cell is not Markdown"
    assert re.match(r"# \S", first.source), "the first cell does not begin with a level-1 heading"


@pytest.mark.parametrize("verb", ["do", "learn", "need"])
def test_tells_the_reader_what_to_expect(notebook, verb):
    section = f"What you will {verb}"
    assert re.search(rf"^(#+ |\*\*){section}\b", markdown(notebook), re.MULTILINE), (
        f"has no section {section!r}, neither as a heading nor in bold"
    )


def test_imports_stand_in_the_first_code_cell(notebook):
    late = [
        first_line(cell)
        for cell in code_cells(notebook)[1:]
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(python_of(cell)))
    ]
    assert not late, f"cells that import, after the first code cell: {late}"


def test_relative_links_lead_somewhere(notebook, path):
    targets = re.findall(r"\]\(([^)\s#]+)", markdown(notebook))
    relative = [target for target in targets if not re.match(r"[a-z]+:", target)]
    broken = [target for target in relative if not (path.parent / target).exists()]
    assert not broken, f"links to files that do not exist: {broken}"


def test_outputs_name_no_path_of_a_machine(notebook):
    found = [
        (first_line(cell), match[0])
        for cell, output in outputs(notebook)
        if (match := MACHINE_PATH.search(readable(output)))
    ]
    assert not found, f"outputs that differ from machine to machine: {found}"


def readable(output):
    """Return an output's text without its pictures, whose base64 code may spell anything."""
    data = {kind: text for kind, text in output.get("data", {}).items() if "image/" not in kind}
    texts = [*data.values(), output.get("text", ""), *output.get("traceback", [])]
    return "\n".join(text if isinstance(text, str) else json.dumps(text) for text in texts)


def test_without_pytorch_the_first_goes_on_and_names_those_that_need_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)  # Python's way to say that it is not there
    first, *_ = notebooks = [v4.reads(path.read_text(encoding="utf-8")) for path in PATHS]
    exec(code_cells(first)[0].source, {})
    named = re.findall(r"(?<![\w.])[01]\d\b(?!\.\d)", capsys.readouterr().out)
    sources = ["\n".join(cell.source for cell in code_cells(notebook)) for notebook in notebooks]
    needing = [re.search(r"^import torch", source, re.MULTILINE) is not None for source in sources]
    assert named == [path.name[:2] for path, needs in zip(PATHS, needing, strict=True) if needs]


# Predictions


def test_a_prediction_is_asked_for_right_above(notebook):
    for cell, name, before in predictions(notebook):
        assert PREDICTION.fullmatch(cell.source), f"stands not alone: {cell.source}"
        assert before.cell_type == "markdown", f"{name}: the cell above is no Markdown"
        assert before.source.count(PREDICT) == 1, f"{name}: the cell above asks for no prediction"
        assert not HEADING.search(before.source.partition(PREDICT)[2]), name


def test_each_prediction_is_judged_somewhere_and_once():
    names = [name for path in PATHS for _, name, _ in predictions(read(path))]
    assert Counter(names) == Counter([*PREDICTIONS])


def test_choices_are_those_that_are_judged(notebook):
    for _, name, before in predictions(notebook):
        letters = CHOICE.findall(before.source.partition(PREDICT)[2])
        question = PREDICTIONS[name]
        expected = sorted(question.said) if isinstance(question, Choice) else []
        assert letters == expected, f"{name}: the choices are {letters}"


def test_where_there_are_choices_there_are_buttons(notebook):
    judged = [before.source for _, _, before in predictions(notebook)]
    asked = [cell.source for cell in notebook.cells if PREDICT in cell.source]
    lists = [source for source in asked if CHOICE.search(source.partition(PREDICT)[2])]
    assert not [*{*lists} - {*judged}], "choices without a cell that judges them"


def test_what_was_to_be_found_out_is_folded(notebook):
    """What is said below a question, and that something is said where nothing judges."""
    judged = [before.source for _, _, before in predictions(notebook)]
    for asked, below in written_about(notebook):
        is_judged = any(source.endswith(asked) for source in judged)
        if below or not is_judged:
            assert FOLDED in below, f"no answer is folded below: {asked.strip()}"


def test_folds_are_closed(notebook):
    text = markdown(notebook)
    assert text.count("<details>") == text.count("</details>"), "a fold is not closed"
    assert "<details><summary>Answer</summary>" not in re.sub(
        r"^<details><summary>Answer</summary>\n\n", "", text, flags=re.M
    ), "Markdown is read in a fold that begins a line and is followed by an empty one"


# What is seen


def test_pictures_have_alternative_texts(notebook):
    short = [
        first_line(cell)
        for cell, output in outputs(notebook)
        if "image/png" in output.get("data", {})
        and len(output.metadata.get("image/png", {}).get("alt", "")) < SHORTEST_ALT
    ]
    assert not short, f"pictures without a text that says what is seen: {short}"


def is_picture(cell):
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def test_something_to_see_or_press_comes_soon(notebook):
    assert any(is_picture(cell) or is_player(cell) for cell in code_cells(notebook)[:3])


def test_the_first_notebook_begins_with_a_picture():
    cells = read(PATHS[0]).cells
    assert [*map(is_picture, cells)].index(True) <= 3
    assert [*map(is_player, cells)].index(True) <= 8


# What is said of a notebook


def test_tolerances_are_carried_by_same(notebook, path):
    if path.stem == ROUNDING:
        return
    seen = [first_line(cell) for cell in code_cells(notebook) if TOLERANCE.search(cell.source)]
    assert not seen, f"cells with a tolerance of their own: {seen}"


def test_the_stated_minutes_are_those_that_are_counted(notebook):
    stated = STATED.findall(notebook.cells[0].source)
    assert stated == [str(minutes(notebook).stated)]


@pytest.mark.parametrize("place", ["notebooks/00_start_here.ipynb", "README.md"])
def test_tables_of_the_notebooks_state_the_same_minutes(place):
    path = ROOT / place
    text = path.read_text(encoding="utf-8") if path.suffix == ".md" else markdown(read(path))
    assert dict(ROW.findall(text)) == {
        one.name[:2]: str(minutes(read(one)).stated) for one in PATHS
    }


# The lecture


def of_the_lecture(notebook):
    return [cell for cell in notebook.cells if "lecture" in cell.metadata.get("tags", [])]


LECTURED = [
    path for path in PATHS if any(c.cell_type == "code" for c in of_the_lecture(read(path)))
]


def test_the_lecture_goes_through_the_main_track():
    assert {path.name[:2] for path in LECTURED} >= {"00", "01", "02", "03", "04", "05"}


def test_the_code_of_the_lecture_fits_on_a_slide(notebook):
    wide = {
        cell.id: line
        for cell in of_the_lecture(notebook)
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
        if len(line) > LONGEST_LINE
    }
    assert not wide, f"lines of more than {LONGEST_LINE} characters: {wide}"


def test_the_cells_of_the_lecture_run_by_themselves_and_again():
    """Each is run twice, as happens in class; each notebook's after all names were forgotten.

    Those without PyTorch come first, and do not load it: a kernel without it takes less than half
    of the memory (docs/classroom.md).
    """
    with_torch = {path: "import torch" in code_cells(read(path))[0].source for path in LECTURED}
    cells = []
    for path in sorted(LECTURED, key=with_torch.get):
        forget = v4.new_code_cell(f"%reset -f\n# {path.name}")
        loaded = f"import sys\nassert ('torch' in sys.modules) == {with_torch[path]}"
        twice = [
            v4.new_code_cell(cell.source, metadata=cell.metadata)
            for cell in of_the_lecture(read(path))
            if cell.cell_type == "code"
            for _ in range(2)
        ]
        cells += [forget, *twice, v4.new_code_cell(loaded)]
    client = NotebookClient(
        v4.new_notebook(cells=cells),
        kernel_name="python3",
        timeout=60,
        resources={"metadata": {"path": str(ROOT / "notebooks")}},
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],  # else it warns that it talks over TCP
    )
    client.execute()
