"""Every notebook is stored executed and without noise, and keeps the form that readers rely on.

That its outputs are the right ones is tested by nbval, which runs it (see pyproject.toml).
"""

import ast
import copy
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import v4
from store_notebooks import tidied

from lsqgrad import line_data

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted(ROOT.glob("notebooks/*.ipynb"))
PROGRAM = "notebooks/03_pytorch_run.ipynb"  # the article's, near its beginning
LONGEST_CELL = 15
# Folders that name a machine or its user, wherever the notebook was run.
MACHINE_PATH = re.compile(
    r"(?<![\w.])(/(home|root|Users|tmp)/|~/|[A-Z]:\\)|site-packages|" + re.escape(str(ROOT))
)


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
    section, ignored = "", []
    for cell in notebook.cells:
        for heading in re.findall(r"^## (.*)", cell.source, re.M):
            section = heading
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            ignored.append(section)
    assert set(ignored) <= {"Run the article's program", "Count the last bits"}
    assert bool(ignored) == (path.stem == "03_pytorch_run")


def test_the_program_has_the_data_of_the_helper():
    """Notebook 03 says so, and the later notebooks rely on it."""
    (source,) = [
        cell.source
        for cell in code_cells(v4.reads((ROOT / PROGRAM).read_text(encoding="utf-8")))
        if cell.source.startswith("def make_data(")
    ]
    names = {"np": np}
    exec(source.replace("plot=True", "plot=False"), names)
    assert np.array_equal([names["x"], names["y"]], line_data(n=10, slope=2.0, seed=0))


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
    named = re.findall(r"\b0\d\b", capsys.readouterr().out)
    sources = ["\n".join(cell.source for cell in code_cells(notebook)) for notebook in notebooks]
    needing = [re.search(r"^import torch", source, re.MULTILINE) is not None for source in sources]
    assert named == [path.name[:2] for path, needs in zip(PATHS, needing, strict=True) if needs]
