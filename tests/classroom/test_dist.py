"""The wheel of make dist: installed without git and make, copied, opened, pressed and reset."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from browser import JUPYTERLAB, ROOT, FrontEnd, choose
from playwright.sync_api import expect
from release import NOTEBOOK

BASE = Path(sys.prefix)
PACKED = "lsqgrad/collection/files/"
FIRST, SECOND, THIRD = "00_start_here.ipynb", "01_matrix_derivation.ipynb", "03_pytorch_run.ipynb"
CONFIGURATION = re.compile(r"tools/(jupyter/|lab_config\.py|saving\.py)")
RESET = f"%run -m lsqgrad reset {FIRST}"


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """What the wheel is made of, and files that a reader may have beside."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("lsqgrad", "notebooks", "tools"):
        shutil.copytree(ROOT / name, folder / name)
    for name in (".gitignore", "LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("progress.json", f"{Path(FIRST).stem} 2026-11-30 14.05.ipynb"):
        (folder / "notebooks" / name).touch()
    return folder


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
    run(*pip, "--wheel-dir", folder, checkout)
    (wheel,) = folder.iterdir()
    return wheel


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The Python of an environment with the wheel, and with what is installed here but lsqgrad."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(*(sys.executable, "-m", "pip", "--python", python, "install", "--quiet"),
        *("--no-deps", "--no-index", wheel))  # fmt: skip
    # Of a folder that is named like this, .pth files are not read: not that of the checkout.
    (packages_of(folder) / "base.pth").write_text(str(packages_of(BASE)), encoding="utf-8")
    for data in ("etc", "share"):  # the parts of JupyterLab
        (folder / data).symlink_to(BASE / data)
    return python


def packages_of(environment):
    (packages,) = environment.glob("lib/*/site-packages")
    return packages


def call(python, *words):
    """Return what `python -m lsqgrad` prints, by lines, in a folder that has no lsqgrad."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    printed = run(python, "-m", "lsqgrad", *words, cwd=python.parent, env=environment)
    return printed.splitlines()


@pytest.fixture(scope="module")
def copied(python, tmp_path_factory):
    """A reader's copy, and what was printed when it was made."""
    folder = tmp_path_factory.mktemp("home") / "my notebooks"
    return folder, call(python, "copy", folder)


@pytest.fixture(scope="module")
def page(chromium, python, copied, tmp_path_factory):
    """The page of the first notebook, in JupyterLab as the printed command opens it."""
    folder, printed = copied
    words = shlex.split(printed[-1].partition(":")[2])
    lab = FrontEnd(
        "JupyterLab",
        (*words[2:], "--no-browser"),
        JUPYTERLAB.address,
        JUPYTERLAB.ready,
        Path(words[0]),
        packages_of(python.parents[1]),
    )
    with lab.serve(folder, tmp_path_factory.mktemp("scratch")) as url_of:
        with urlopen(url_of("").replace("lab/tree/", "")) as opened:
            assert opened.url.partition("?")[0].endswith(f"/lab/tree/{FIRST}")
            assert "/custom.css" in opened.read().decode()
        page = lab.open(chromium, url_of(FIRST))
        yield page
        page.close()


def test_the_wheel_has_the_package_the_notebooks_and_the_configuration_alone(wheel, checkout):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {
        path.relative_to(checkout).as_posix()
        for path in checkout.rglob("*")
        if path.is_file() and path.parent.name not in ("__pycache__", ".ipynb_checkpoints")
    }
    package = {name for name in files if name.startswith("lsqgrad/")}
    others = {name for name in files if NOTEBOOK.fullmatch(name) or CONFIGURATION.match(name)}
    assert names == package | {PACKED + name for name in others}


def test_without_git_and_make_a_copied_notebook_is_opened_and_a_stepper_pressed(
    page, python, copied
):
    folder, printed = copied
    assert printed[0] == f"13 notebooks are in {folder}"
    JUPYTERLAB.run_all(page)
    stepper = page.locator(".lsqgrad-stepper[data-place]").first
    expect(stepper).to_have_attribute("data-place", "0")
    stepper.get_by_role("button", name="Next batch", exact=True).click()
    expect(stepper).to_have_attribute("data-place", "1")
    expect(stepper.get_by_role("status")).to_contain_text("Loss 235.806")


def test_a_notebook_that_is_open_is_reset_from_a_cell(page, copied):
    folder, _ = copied
    before = nbformat.read(folder / FIRST, as_version=4)
    page.locator(".jp-Notebook .jp-Cell").first.click()
    for key in ("Escape", "a", "Enter"):
        page.keyboard.press(key)
    page.keyboard.insert_text(RESET)
    changed = page.locator(".lm-TabBar-tab.jp-mod-dirty", has_text=FIRST)
    expect(changed).to_have_count(1)
    with page.expect_response(lambda r: r.request.method == "PUT" and FIRST in r.url):
        page.keyboard.press("Control+s")
    expect(changed).to_have_count(0)  # else the output may come first, and pass for saved, too
    page.keyboard.press("Control+Enter")
    cell = page.locator(".jp-CodeCell", has_text=RESET)
    expect(cell.locator(".jp-OutputArea")).to_contain_text("Reload Notebook from Disk")
    expect(changed).to_have_count(1)
    choose(page, "File", "Reload Notebook from Disk")
    page.get_by_role("button", name="Reload").click()
    expect(cell).to_have_count(0)
    assert nbformat.read(folder / FIRST, as_version=4) == before
    (kept,) = folder.glob(f"{Path(FIRST).stem} 20*.ipynb")
    assert RESET in kept.read_text(encoding="utf-8")


def test_a_newer_wheel_updates_what_was_not_changed(python, copied):
    folder, _ = copied
    for name in (SECOND, THIRD):
        path = packages_of(python.parents[1]) / PACKED / "notebooks" / name
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    mine = (folder / THIRD).read_text(encoding="utf-8").replace("PyTorch", "my PyTorch")
    (folder / THIRD).write_text(mine, encoding="utf-8")
    told = {line.partition(":")[0].strip(): line for line in call(python, "copy", folder)}
    assert SECOND in told["Replaced by newer ones, since you had not changed them"]
    assert THIRD in told["Changed by you, and newer in the collection"]
    assert (folder / THIRD).read_text(encoding="utf-8") == mine
