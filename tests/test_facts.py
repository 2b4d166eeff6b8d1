"""Every fact of the article is where docs/facts.md says that it is."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(
    r"^\| (.+) \| (`.+`) \| \[\d\d\]\(\.\./(notebooks/\w+\.ipynb)\) \| (\S+) \|$", re.M
)
FACTS = ROW.findall((ROOT / "docs" / "facts.md").read_text(encoding="utf-8"))


def seen(cell):
    """All text of a cell, its outputs among it."""
    outputs = [output.get("data", {}) | dict(output) for output in cell.get("outputs", [])]
    texts = [str(output.get(kind, "")) for output in outputs for kind in ("text", "text/plain")]
    return "\n".join([cell.source, *texts]).replace("−", "-")


def test_the_tables_are_read():
    table_lines = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8").count("\n| ")
    headings = len({"form", "program", "batch", "check", "left out", "slips"})
    assert len(FACTS) == table_lines - headings > 40


@pytest.mark.parametrize(("fact", "figures", "path", "name"), FACTS, ids=[f[0] for f in FACTS])
def test_the_fact_is_there(fact, figures, path, name):
    cells = {cell.id: cell for cell in nbformat.read(ROOT / path, as_version=4).cells}
    for figure in re.findall(r"`(.+?)`", figures):
        assert figure.replace("−", "-") in seen(cells[name])
