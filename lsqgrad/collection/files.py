"""Finds the notebooks and JupyterLab's configuration, in a checkout or where pip has put them."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKED = HERE / "files"  # in the wheel alone, with the folders of a checkout (pyproject.toml)
ROOT = PACKED if PACKED.is_dir() else HERE.parents[1]
LAB_CONFIG = ROOT / "tools" / "lab_config.py"
FIRST = "00_start_here.ipynb"


def notebooks() -> dict[str, Path]:
    """Return the paths of the collection's notebooks in the package, by their names."""
    return {
        path.name: path
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        if re.fullmatch(r"\d\d_\w+\.ipynb", path.name)  # not a copy that somebody has made
    }
