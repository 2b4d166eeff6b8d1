"""make notebooks stores the same bytes each time, and never stores a failure."""

import copy

import nbformat
import pytest
from nbformat import v4
from saving import before_save
from store_notebooks import main

NOISY = """
import sys
import ipywidgets, matplotlib.pyplot as plt
sys.stdout.write("one "); sys.stdout.flush(); sys.stdout.write("line"); sys.stdout.flush()
display(ipywidgets.IntSlider(3))
plt.plot([1, 2]);
"""


@pytest.fixture
def stored(tmp_path):
    """Return a function that stores a notebook of the given code cells, and its path."""
    path = tmp_path / "trial.ipynb"

    def store(*sources):
        nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(s) for s in sources]), path)
        return path

    return store


def run(path):
    with pytest.raises(SystemExit) as stop:
        main([str(path)])
    return stop.value.code


def test_same_bytes_twice_and_no_noise(stored):
    path = stored(NOISY)
    assert run(path) == 0
    once = path.read_bytes()
    assert run(path) == 0
    assert path.read_bytes() == once

    notebook = nbformat.read(path, as_version=4)
    printed, slider, figure = notebook.cells[0].outputs
    assert printed.text == "one line"
    assert list(slider.data) == ["text/plain"]
    assert set(figure.data) == {"image/png", "text/plain"}
    assert "version" not in notebook.metadata.language_info
    assert "widgets" not in notebook.metadata


def test_the_progress_of_who_stores_is_neither_read_nor_written(stored, monkeypatch):
    monkeypatch.delenv("LSQGRAD_FORGET")
    path = stored(
        'from lsqgrad import Practice\npractice = Practice(keep="progress.json")',
        'practice.check("gradient", "2 / n * X.T @ r")',
        "practice.done",
    )
    kept = path.with_name("progress.json")
    kept.write_text('{"format": "lsqgrad practice 1", "done": ["new weight"], "tried": []}')
    before = kept.read_bytes()
    assert run(path) == 0
    assert kept.read_bytes() == before
    (output,) = nbformat.read(path, as_version=4).cells[2].outputs
    assert output.data["text/plain"] == "('gradient',)"


def test_a_failing_notebook_is_named_and_left_as_it_was(stored, capsys):
    path = stored("1", "assert 2 < 1\n2")
    before = path.read_bytes()
    assert run(path) == 1
    assert "trial.ipynb: cell 2, 'assert 2 < 1', failed" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_jupyterlab_saves_a_notebook_that_was_only_looked_at_as_it_was(stored):
    path = stored("1")
    run(path)
    notebook = nbformat.read(path, as_version=4)
    opened = copy.deepcopy(notebook)
    opened.metadata.kernelspec.display_name = "Python 3 (ipykernel)"
    opened.metadata.language_info.version = "3.11.2"
    before_save(model={"type": "notebook", "content": opened}, path="trial.ipynb")
    assert opened == notebook
