"""The handout: notebooks as pages that need no kernel and no network."""

import json
import re
from pathlib import Path

import browser
import handout
import nbformat
import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[1]
LAST = 4
CELLS = [
    r"""# A heading

The sum $\sum_{i=1}^n r_i^2$, and ([the next](01_next.ipynb#there), [a site](https://a.org/b.ipynb))

$$\boxed{{\color{#007A59}{g}} = X^\top \begin{pmatrix} 1 \\ 2 \end{pmatrix}} \tag{7}$$""",
    "from lsqgrad import Stepper, sgd_by_hand\n"
    "trace = sgd_by_hand([[1], [2]], [[2], [4]], [[0]], 0, lr=0.1, batch_size=1, epochs=2)\n"
    "Stepper(trace)",
    """from base64 import b64encode
from IPython.display import display
picture = {"image/png": b64encode(Stepper(trace).png()).decode()}
display(picture, raw=True, metadata={"image/png": {"alt": "It says: \\"<b>\\""}})""",
]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The page of a small notebook."""
    folder = tmp_path_factory.mktemp("handout")
    new = {False: nbformat.v4.new_markdown_cell, True: nbformat.v4.new_code_cell}
    cells = [new[number > 0](source) for number, source in enumerate(CELLS)]
    path = folder / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert handout.write_all([path], folder / "pages")
    return folder / "pages" / "small.html"


@pytest.fixture
def page(chromium, written):
    """The page as it is opened by a double click, without a network; and what it asks for."""
    with browser.offline(chromium, written) as (page, requests):
        yield page
        assert requests == [written.as_uri()]


# As text


def formulas(source):
    found = re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", source, re.S)
    return [block or inline for block, inline in found]


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.stem)
def test_all_formulas_of_the_notebooks_become_mathml(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    for cell in cells:
        for output in cell.get("outputs", []):
            text.append("".join(output.get("data", {}).get("text/markdown", "")))
    html = handout.markdown_to_html("\n\n".join(text))
    number = sum(len(formulas(part)) for part in text)
    assert html.count("<math") == number
    assert "$" not in re.sub(
        r"<code>.*?</code>|<div class=\"highlight\">.*?</div>", "", html, flags=re.S
    )


def test_a_command_without_mathml_is_an_error():
    with pytest.raises(ValueError, match=r"cannot write \\bbox as MathML, in the formula"):
        handout.mathml(r"1 + \bbox[yellow]{x}")


def test_a_cell_that_fails_is_told_and_its_notebook_left_out(tmp_path, capfd):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(notebook, tmp_path / "wrong.ipynb")
    assert not handout.write_all([tmp_path / "wrong.ipynb"], tmp_path)
    assert "wrong.ipynb: cell 1, '1 / 0', failed." in capfd.readouterr().err
    assert not (tmp_path / "wrong.html").exists()


def test_a_notebook_is_played_again_when_it_or_the_package_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(handout, "PLAYED", tmp_path / "played")
    runs = []

    def execute(path, **environment):
        runs.append(environment)
        return nbformat.read(path, as_version=4)

    monkeypatch.setattr(handout, "execute", execute)
    path = tmp_path / "one.ipynb"

    def times():
        """Play it twice; say how often it has been executed so far."""
        assert handout.played(path) == handout.played(path) == nbformat.read(path, as_version=4)
        return len(runs)

    for number in (1, 2):
        cells = [nbformat.v4.new_code_cell(f"{number} + 1")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        assert times() == number
    monkeypatch.setattr(handout, "_state_of_the_package", lambda: b"another")
    assert times() == 3
    assert runs == [{"LSQGRAD_HANDOUT": "1"}] * 3
    assert len([*(tmp_path / "played").iterdir()]) == 1


# In the browser


def test_the_title_the_links_and_the_texts_of_pictures_are_there(page):
    assert page.title() == "A heading"
    links = page.locator("main p a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links == ["01_next.html#there", "https://a.org/b.ipynb"]
    expect(page.get_by_role("img", name='It says: "<b>"')).to_be_visible()


def test_formulas_are_drawn_as_formulas(page):
    inline, block = page.locator("math").all()
    assert inline.locator("munderover, msubsup").first.is_visible()
    assert block.evaluate("math => getComputedStyle(math).display") == "block math"
    assert block.locator("mtr").count() == 2
    box = block.locator("menclose")
    assert box.evaluate("box => getComputedStyle(box).borderTopWidth") == "1px"
    green = box.locator("mi").first.evaluate("letter => getComputedStyle(letter).color")
    assert green == "rgb(0, 122, 89)"
    number = page.get_by_text("(7)")
    assert number.bounding_box()["x"] > block.bounding_box()["x"] + box.bounding_box()["width"]


def test_the_player_plays_without_kernel_and_network(page):
    player = page.locator(".lsqgrad-player")
    expect(player).to_have_count(1)
    for place in range(1, LAST + 1):
        player.get_by_role("button", name="Next batch", exact=True).click()
        expect(player).to_have_attribute("data-place", str(place))
        expect(player.get_by_role("status")).to_contain_text(f"Step {place} ")
    player.get_by_role("slider", name="Step").press("Home")
    expect(player).to_have_attribute("data-place", "0")
    player.get_by_role("button", name="Play", exact=True).click()
    expect(player).to_have_attribute("data-place", str(LAST))
    player.get_by_role("button", name="More", exact=True).click()
    expect(player.get_by_text("Other settings need a running notebook.")).to_be_visible()
