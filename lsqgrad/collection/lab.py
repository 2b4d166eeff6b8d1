"""Opens a reader's copy in JupyterLab, configured as the notebooks want it."""

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lsqgrad.collection.files import FIRST, LAB_CONFIG, notebooks


def command(*words: str | Path, windows: bool = sys.platform == "win32") -> str:
    """Return what to type for python -m lsqgrad, with the Python that was typed last.

    Examples
    --------
    >>> command("lab", "my notebooks", windows=False).partition(" -m ")[2]
    "lsqgrad lab 'my notebooks'"
    """
    parts = [sys.orig_argv[0] or sys.executable, "-m", "lsqgrad", *map(str, words)]
    if not windows:
        return shlex.join(parts)
    line = subprocess.list2cmdline(parts)
    return f"& {line}" if line.startswith('"') else line  # PowerShell shows a quoted text


def open_lab(folder: Path, options: Sequence[str] = ()) -> None:
    """Open JupyterLab at the first notebook of a folder, until it is ended."""
    if not any((folder / name).is_file() for name in notebooks()):
        raise ValueError(
            f"{folder}: expected a folder with notebooks of the collection, found none of them. "
            f"This writes them:  {command('copy', folder)}"
        )
    from jupyterlab.labapp import main

    address = f"/lab/tree/{FIRST}" if (folder / FIRST).is_file() else "/lab"
    main(
        [
            f"--config={LAB_CONFIG}",
            f"--ServerApp.root_dir={folder.resolve()}",
            f"--LabApp.default_url={address}",
            *options,
        ]
    )
