"""Drives Chromium, and what shows notebooks in it, for the browser tests and for the picture.

    with VOILA.serve(folder, scratch) as url_of, chromium(find_chromium()) as browser:
        page = VOILA.open(browser, url_of("04_step_sgd.ipynb"))
        VOILA.run_all(page)

and the same with JUPYTERLAB and with NOTEBOOK.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

TOOLS = Path(__file__).resolve().parent
ROOT = TOOLS.parent
PATIENCE = 90  # seconds for a server or a notebook to be ready; a slow machine needs a third of it
ARGUMENTS = [
    "--no-sandbox",  # root, as in containers, cannot run Chromium in its sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No network, on any machine: Voilà asks for the fonts of its icons.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# The selector of an output that is an error; a warning has the same type, but no colour.
ERROR = "[data-mime-type='application/vnd.jupyter.stderr']:has([class*='ansi-red'])"


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
def offline(browser, path, query="", **page_options):
    """Open a file as by a double click, without a network; yield its page and its requests."""
    context = browser.new_context(offline=True, **page_options)
    requests = []
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri() + query)
        yield page, requests
    finally:
        context.close()


@dataclass(frozen=True)
class FrontEnd:
    """A program that shows notebooks in a browser."""

    name: str
    command: tuple[str, ...]  # after python -m; {folder} is the folder with the notebooks
    address: str  # of the notebook {name}, between the URL of the server and the token
    ready: str  # a selector: what is seen once the page has its kernel, and the kernel is idle
    python: Path = Path(sys.executable)
    package: Path = ROOT  # where its kernels find lsqgrad

    @contextmanager
    def serve(self, folder, scratch):
        """Serve `folder`, with the server's own files in `scratch`; yield a function name → URL.

        A server of JupyterLab serves Notebook 7, too, at its address.
        """
        command = [self.python, "-m", *(part.format(folder=folder) for part in self.command)]
        port = _free_port()
        command.append(f"--port={port}")
        token = secrets.token_hex()
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(Path(scratch) / "config"),
            "JUPYTER_CONFIG_PATH": str(TOOLS / "jupyter"),  # for Voilà, which has no lab_config.py
            "JUPYTERLAB_WORKSPACES_DIR": str(Path(scratch) / "workspaces"),
            "JUPYTER_RUNTIME_DIR": str(Path(scratch) / "runtime"),
            "JUPYTER_TOKEN": token,
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(self.package), os.environ.get("PYTHONPATH")])
            ),
        }
        Path(scratch).mkdir(exist_ok=True)
        log_path = Path(scratch) / "server.log"
        with log_path.open("w", encoding="utf-8") as log:
            server = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait_for(server, port, log_path)
            url = f"http://127.0.0.1:{port}/"
            yield lambda name, at=self: f"{url}{at.address.format(name=name)}token={token}"
        finally:
            server.terminate()
            server.wait()

    def open(self, browser, url, **page_options):
        """Open a notebook in a new page, and wait until it is ready."""
        page = browser.new_page(**page_options)
        page.set_default_timeout(PATIENCE * 1000)
        self.go(page, url)
        return page

    def go(self, page, url):
        """Open a notebook in a page that there is, which takes less time than in a new one."""
        page.goto(url)
        page.locator(self.ready).wait_for()

    def run_all(self, page):
        """Clear the stored outputs, run all cells with the new kernel, and wait for the last."""
        prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
        self.clear_outputs(page)
        choose(page, "Run", "Run All Cells")
        # Of a long notebook only the part in view is on the page, in the end that with its last
        # cell, which is the active one then.
        last = page.locator(".jp-Notebook .jp-Cell").last
        expect(last).to_have_class(re.compile("jp-mod-active"), timeout=PATIENCE * 1000)
        finished = prompts.last.filter(has_text=re.compile(r"^\[\d+\]:$"))
        finished.or_(page.locator(ERROR)).first.wait_for(state="attached")
        _see_outputs(page)

    def clear_outputs(self, page):
        """Take away all outputs, and the numbers of the cells that were run."""
        choose(page, "Edit", "Clear Outputs of All Cells")
        expect(page.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text("[ ]:")

    def restart_kernel(self, page):
        """Choose Kernel → Restart Kernel…, agree, and wait until the page has the new kernel."""
        choose(page, "Kernel", "Restart Kernel…")
        # Before the server's answer, the page may still say that the old kernel is idle.
        with page.expect_response(re.compile(r"/api/kernels/[^/]+/restart")):
            page.get_by_role("button", name="Confirm Kernel Restart").click()
        page.locator(self.ready).wait_for()

    def _wait_for(self, server, port, log_path):
        """Wait until the server has written its URL to its log, and then listens."""
        url = re.compile(rf"http://\S+:{port}\b")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and server.poll() is None:
            if url.search(log_path.read_text("utf-8", errors="replace")):
                with suppress(ConnectionRefusedError):
                    socket.create_connection(("127.0.0.1", port)).close()
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start:\n{log_path.read_text(encoding='utf-8')}")


class WithoutMenus(FrontEnd):
    """It runs a notebook when it is opened, and shows only the outputs."""

    def run_all(self, page):
        """Wait for the last of the outputs: all cells have run since the page is ready."""
        _see_outputs(page)


CONFIGURATION = (
    *(f"--config={TOOLS / 'lab_config.py'}", "--ServerApp.root_dir={folder}"),
    "--no-browser",
)
JUPYTERLAB = FrontEnd(
    name="JupyterLab",
    command=("jupyterlab", *CONFIGURATION),
    address="lab/tree/{name}?reset&",  # and none of the notebooks that were open before
    ready="text=| Idle",  # in the status bar; the toolbar says idle while it has no kernel
)
NOTEBOOK = FrontEnd(
    name="Notebook 7",
    command=("notebook", *CONFIGURATION),
    address="notebooks/{name}?",
    # It has no status bar, and says idle while it has no kernel: the logo is the kernel's.
    ready="body:has(.jp-NotebookKernelLogo img[src]) "
    ".jp-Notebook-ExecutionIndicator[data-status='idle']",
)
VOILA = WithoutMenus(
    name="Voilà",
    command=(
        *("voila", "{folder}", "--Voila.ip=127.0.0.1", "--token", "--no-browser"),
        "--show_tracebacks=True",  # without them it would leave out warnings, too
    ),
    address="voila/render/{name}?",
    # An output is a script until it is shown.
    ready="#rendered_cells:not(:has(script[type='application/vnd.voila.cell-output+json']))",
)
# It is installed apart, and has no folder with notebooks: each is a program.
MARIMO = WithoutMenus(
    name="marimo",
    command=("marimo", "run", "{folder}/marimo_ways.py", "--host=127.0.0.1", "--headless"),
    address="?",
    ready=".lsqgrad-player[data-place]",
    python=ROOT / ".venv-marimo" / "bin" / "python",
)
FRONT_ENDS = (JUPYTERLAB, NOTEBOOK, VOILA)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(folder):
    """Serve a folder's files, as python -m http.server does; yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _free_port():
    """Find a port: unlike the others, Voilà cannot tell which one it got if told to take any."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def choose(page, menu, *items):
    """Choose an item of the menu bar, or one of a menu below it."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    for item in items:
        page.locator(".lm-Menu").get_by_text(item, exact=True).click()


def _see_outputs(page):
    """Wait until the widgets are there, too, and raise what a cell has raised."""
    loading = page.get_by_text("Loading widget...", exact=True)
    expect(loading).to_have_count(0, timeout=PATIENCE * 1000)
    if errors := page.locator(ERROR).all_inner_texts():
        raise RuntimeError("\n".join(errors))
