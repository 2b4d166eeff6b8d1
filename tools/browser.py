"""JupyterLab and Chromium for the browser tests and for the picture in the README."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

TOOLS = Path(__file__).resolve().parent
PATIENCE = 90  # seconds for a server or a notebook to be ready; a slow machine needs a third of it
ARGUMENTS = [
    "--no-sandbox",  # root, as in containers, cannot run Chromium in its sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium():
    """Return the path of an installed Chromium, or of Playwright's own, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


@contextmanager
def chromium(path):
    """Run a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def jupyter_lab(folder, scratch):
    """Serve `folder` as make lab does, with its files in `scratch`; yield a function name → URL."""
    command = [sys.executable, "-m", "jupyterlab", f"--config={TOOLS / 'lab_config.py'}"]
    command += [f"--ServerApp.root_dir={folder}", "--no-browser", "--port=0"]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(Path(scratch) / "config"),
        "JUPYTERLAB_WORKSPACES_DIR": str(Path(scratch) / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(Path(scratch) / "runtime"),
    }
    Path(scratch).mkdir(exist_ok=True)
    log_path = Path(scratch) / "lab.log"
    with log_path.open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        url, token = _wait_for(server, Path(scratch) / "runtime", log_path)
        yield lambda name: f"{url}lab/tree/{name}?token={token}"
    finally:
        server.terminate()
        server.wait()


def open_notebook(browser, url, **page_options):
    """Open a notebook and wait until its kernel is idle."""
    page = browser.new_page(**page_options)
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(url)
    # The status bar, not the toolbar, which says idle before the notebook has its kernel.
    page.get_by_text("| Idle").wait_for()
    return page


def run_all(page):
    """Clear the stored outputs, choose Run → Run All Cells, and wait for the last cell's number."""
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    _choose(page, "Edit", "Clear Outputs of All Cells")
    expect(prompts.last).to_have_text("[ ]:")
    _choose(page, "Run", "Run All Cells")
    expect(prompts.last).to_have_text(f"[{prompts.count()}]:", timeout=PATIENCE * 1000)


def _choose(page, menu, item):
    """Choose an item of the menu bar."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def _wait_for(server, runtime, log_path):
    """Wait until the server answers; return its URL and its token."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                info = json.loads(file.read_text(encoding="utf-8"))
                urllib.request.urlopen(f"{info['url']}api/status?token={info['token']}").close()
            except (ValueError, urllib.error.URLError):
                continue  # half written, or not listening yet
            return info["url"], info["token"]
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log_path.read_text(encoding='utf-8')}")
