"""The stepper in a real browser: JupyterLab, notebook 04, and its buttons pressed."""

import os
import re
import shutil
from pathlib import Path

import browser
import pytest
from playwright.sync_api import expect

from lsqgrad import ARTICLE, Stepper, line_data, sgd_by_hand

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the notebooks, served by JupyterLab below."""
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(NOTEBOOKS, folder)
    return folder


@pytest.fixture(scope="module")
def page(folder):
    """Notebook 04 in JupyterLab in a browser, all of its cells run."""
    path = browser.find_chromium()
    if path is None:
        message = "no Chromium on this machine: install it, or run 'playwright install chromium'"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    with (
        browser.jupyter_lab(folder, folder.parent / "scratch") as url_of,
        browser.chromium(path) as chromium,
    ):
        page = browser.open_notebook(chromium, url_of("04_step_sgd.ipynb"))
        browser.run_all(page)
        yield page


@pytest.fixture
def stepper():
    """The stepper that notebook 04 makes, in this process."""
    X, Y = line_data(n=10, slope=2.0, seed=0)
    return Stepper(sgd_by_hand(X, Y, ARTICLE.w, ARTICLE.b, lr=0.001, batch_size=3, epochs=10))


def test_run_all_leaves_no_error_and_no_warning(page):
    expect(page.locator('[data-mime-type="application/vnd.jupyter.stderr"]')).to_have_count(0)


def without_pictures(notebook):
    """The stored text of a notebook; pixels may differ from machine to machine."""
    return re.sub(r'"image/png": "[^"]*"', "", notebook.read_text(encoding="utf-8"))


def test_saving_after_run_all_changes_nothing(page, folder):
    name = "04_step_sgd.ipynb"
    with page.expect_response(lambda r: r.request.method == "PUT" and name in r.url) as saved:
        page.keyboard.press("Control+s")
    assert saved.value.ok
    assert without_pictures(folder / name) == without_pictures(NOTEBOOKS / name)


def test_no_pop_up_offers_news(page):
    plugins = page.evaluate(
        "JSON.parse(document.getElementById('jupyter-config-data').textContent).disabledExtensions"
    )
    assert "@jupyterlab/apputils-extension:announcements" in plugins


def test_the_stepper_answers_to_its_controls(page, stepper):
    status = page.locator(".jp-OutputArea-output [role=status]")
    picture = page.locator(".jp-OutputArea-output .widget-image")

    def button(name):
        return page.get_by_role("button", name=name, exact=True)

    def expect_position(position):
        stepper.seek(position)
        expect(status).to_have_text(stepper.text)

    expect_position(4)  # where the notebook leaves it
    before = picture.get_attribute("src")
    button("Next batch").click()
    expect_position(5)
    expect(picture).not_to_have_attribute("src", before)
    width = int.from_bytes(stepper.png()[16:20], "big")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == width

    number, w, b = re.search(
        r"Step (\d+) .* w: \S+ → (\S+), b: \S+ → (\S+)\.", status.inner_text(), re.DOTALL
    ).groups()
    step = stepper.trace[int(number) - 1]
    assert step.number == 5
    assert w == f"{step.w_after.item():.6g}"
    assert b == f"{step.b_after:.6g}"

    button("Previous batch").click()
    expect_position(4)
    page.locator(".jp-OutputArea-output .noUi-handle").press("ArrowRight")
    expect_position(5)
    button("Reset").click()
    expect_position(0)
    expect(button("Previous batch")).to_be_disabled()
    page.locator(".jp-OutputArea-output .noUi-handle").press("End")
    expect_position(40)
    expect(button("Next batch")).to_be_disabled()
