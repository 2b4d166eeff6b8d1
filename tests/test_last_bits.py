"""Notebook 09 predicts PyTorch's 200 numbers to the last bit, with whatever instructions it uses.

nbval does not compare those outputs: another processor may add in another order. These tests do,
where the claim was tried.
"""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

PATH = Path(__file__).resolve().parent.parent / "notebooks" / "09_last_bits.ipynb"
EXACT = "exact: 200 of 200, largest distance: 0 ulp"
FUSED = re.compile(r"update fused: (True|False)   product fused: (True|False)")
# What switches fused instructions off: PyTorch's own, and that of the library that multiplies.
SWITCHES = {
    "as it is": {},
    "update not fused": {"ATEN_CPU_CAPABILITY": "default"},
    "product not fused": {"MKL_CBWR": "COMPATIBLE"},
}


def code_cells():
    notebook = nbformat.read(PATH, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def run(**environment):
    """What the cells print in a new IPython, up to the one that counts the last bits."""
    sources = [cell.source for cell in code_cells()]
    (counting,) = (place for place, source in enumerate(sources) if "exact: {" in source)
    result = subprocess.run(
        [sys.executable, "-m", "IPython", "-c", "\n\n".join(sources[: counting + 1])],
        env=os.environ | {"PYTHONUTF8": "1"} | environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_stored_run_is_exact():
    stored = "".join(output.get("text", "") for cell in code_cells() for output in cell.outputs)
    assert EXACT in stored
    assert FUSED.search(stored)


@pytest.mark.parametrize(
    "switch",
    ["as it is", "update not fused", pytest.param("product not fused", marks=pytest.mark.long)],
)
def test_a_run_is_exact_with_and_without_fused_instructions(switch):
    printed = run(**SWITCHES[switch])
    update, product = FUSED.search(printed).groups()
    if platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("a processor on which the claim was not tried")
    assert EXACT in printed
    assert update == "False" or switch != "update not fused"
    assert product == "False" or switch != "product not fused"
