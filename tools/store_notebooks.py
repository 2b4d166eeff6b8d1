"""Run notebooks from top to bottom and store them with their outputs, without noise.

    python tools/store_notebooks.py [NOTEBOOK ...]

Without arguments: every notebook in notebooks/. A notebook in which a cell fails is left as it was.
The same outputs give the same bytes, so that a diff shows what changed and nothing else.
"""

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from equations import with_equations
from jupyter_core.utils import ensure_event_loop
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat import NotebookNode
from saving import METADATA, drop_widget_view

ROOT = Path(__file__).resolve().parent.parent


class CellFailed(Exception):
    """A cell raised an error that no tag announced, or took too long."""


def main(names: list[str]) -> None:
    failed = False
    for path in map(Path, names) if names else sorted(ROOT.glob("notebooks/*.ipynb")):
        start = time.perf_counter()
        try:
            notebook = execute(path)
        except CellFailed as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            failed = True
        else:
            nbformat.write(tidied(notebook), path)
            print(f"{path.name}: {time.perf_counter() - start:.1f} s", flush=True)
    sys.exit(failed)


def execute(path: Path, **environment: str) -> NotebookNode:
    """Run a notebook in its own folder and return it with its new outputs."""
    return run(nbformat.read(path, as_version=4), path.parent, **environment)


def run(notebook: NotebookNode, folder: Path, **environment: str) -> NotebookNode:
    """Run a notebook in a folder and return it with its new outputs."""
    running = 0

    def remember(cell: NotebookNode, cell_index: int) -> None:
        nonlocal running
        running = cell_index

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=60,
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        record_timing=False,
        # Else each kernel warns that it talks over TCP, which here stays on one machine.
        extra_arguments=["--log-level=ERROR"],
        on_cell_execute=remember,
    )
    try:
        # No learner's progress
        return client.execute(env={**os.environ, "LSQGRAD_FORGET": "1", **environment})
    except (CellControlSignal, DeadKernelError) as error:
        first_line = notebook.cells[running].source.partition("\n")[0]
        raise CellFailed(f"cell {running + 1}, {first_line!r}, failed.\n{error}") from error


def in_thread(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that runs notebooks for a thread, where nbclient leaves a loop open."""

    def closed(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        finally:
            ensure_event_loop().close()

    return closed


def tidied(notebook: NotebookNode) -> NotebookNode:
    """Keep what a reader sees, and drop what only a machine or a live kernel can use."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = NotebookNode({k: v for k, v in cell.metadata.items() if k == "tags"})
        if cell.cell_type == "markdown":
            cell.source = with_equations(cell.source)
        if cell.cell_type == "code":
            cell.outputs = merged_streams(cell.outputs)
            for output in cell.outputs:
                drop_widget_view(output)
                if output.output_type == "error":
                    output.traceback = own_frames(output.traceback)
    return notebook


def merged_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what was printed in pieces: where the pieces end is a matter of timing."""
    merged: list[NotebookNode] = []
    for output in outputs:
        previous = merged[-1] if merged else NotebookNode(output_type=None)
        if output.output_type == previous.output_type == "stream" and output.name == previous.name:
            previous.text += output.text
        else:
            merged.append(output)
    return merged


def own_frames(traceback: list[str]) -> list[str]:
    """Drop the frames inside installed files: their paths and lines are this machine's."""
    return [frame for frame in traceback if not re.match(r"(\x1b\[[\d;]*m)*File ", frame)]


if __name__ == "__main__":
    main(sys.argv[1:])
