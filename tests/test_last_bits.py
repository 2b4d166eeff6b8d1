"""Notebook 03 predicts PyTorch's 200 numbers to the last bit, with whatever instructions it uses.

nbval does not compare those outputs: another processor may add in another order. These tests do,
where the claim was tried.
"""

import copy
import platform
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PATH = Path(__file__).resolve().parent.parent / "notebooks" / "03_pytorch_run.ipynb"
EXACT = "exact: 200 of 200, largest distance: 0 ulp"
FUSED = re.compile(r"update fused: (True|False)   product fused: (True|False)")


def printed(notebook):
    """All that the cells have printed."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return "".join(output.get("text", "") for cell in cells for output in cell.outputs)


@pytest.fixture(scope="module")
def stored():
    return nbformat.read(PATH, as_version=4)


def test_the_stored_run_is_exact(stored):
    assert EXACT in printed(stored)
    assert FUSED.search(printed(stored)).groups() == ("True", "False")  # the text says so


@pytest.mark.parametrize("capability", ["as it is", "default"])
def test_a_run_is_exact_with_and_without_fused_instructions(stored, monkeypatch, capability):
    """PyTorch's own switch: "default" is a processor without the newer instructions."""
    if capability == "default":
        monkeypatch.setenv("ATEN_CPU_CAPABILITY", capability)
    notebook = copy.deepcopy(stored)
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    update, product = FUSED.search(printed(notebook)).groups()
    if platform.machine() not in ("x86_64", "AMD64") or product == "True":
        pytest.skip("a processor, or a library for it, on which the claim was not tried")
    assert EXACT in printed(notebook)
    assert update == "False" or capability == "as it is"
