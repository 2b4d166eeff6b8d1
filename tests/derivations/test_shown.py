"""A derivation is folded in a notebook, and open in an export and on paper."""

import handout
import nbformat
import pytest
from nbconvert import HTMLExporter

from lsqgrad import Derivation, Line, define

LOSS = define("r == X @ w - Y", "L(w) == 1 / n * r.T @ r")
LINES = [
    Line("d(L) == 2 / n * r.T @ d(r)", "chain rule", "The loss is a square."),
    Line("2 / n * r.T @ X @ dw", "put in {d(r) == X @ dw}"),
]
SHORT = Derivation("A short one", LINES, LOSS)


def executed():
    """A notebook that shows it, as it is stored."""
    data = {"text/markdown": SHORT._repr_markdown_(), "text/plain": repr(SHORT)}
    output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    cell = nbformat.v4.new_code_cell("short.check()", outputs=[output], execution_count=1)
    return nbformat.v4.new_notebook(cells=[cell])


def by_nbconvert():
    html, _ = HTMLExporter().from_notebook_node(executed())
    return html


PAGES = {"handout": lambda: handout.page(executed(), "short"), "nbconvert": by_nbconvert}
A_NOTEBOOK = (
    f"<div class='jp-NotebookPanel'>{handout.markdown_to_html(SHORT._repr_markdown_())}</div>"
)


@pytest.fixture
def page(chromium):
    page = chromium.new_page()
    yield page
    page.close()


def is_open(page):
    """Whether more is seen of the fold than its summary."""
    fold = page.locator("details.lsqgrad-derivation")
    whole, summary = (one.bounding_box()["height"] for one in (fold, fold.locator("summary")))
    seen = page.get_by_text("The loss is a square.").evaluate("text => text.checkVisibility()")
    assert seen == (whole > 4 * summary)
    return seen


@pytest.mark.parametrize("kind", PAGES)
def test_in_an_export_it_is_open(kind, page):
    page.set_content(PAGES[kind]())
    assert is_open(page)


def test_in_a_notebook_it_is_folded_until_it_is_clicked(page):
    page.set_content(A_NOTEBOOK)
    assert not is_open(page)
    page.get_by_text("A short one: the whole derivation, 2 lines").click()
    assert is_open(page)


def test_on_paper_it_is_open(page):
    page.set_content(A_NOTEBOOK)
    page.emulate_media(media="print")
    assert is_open(page)
