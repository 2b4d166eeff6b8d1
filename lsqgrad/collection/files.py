"""Finds the notebooks and JupyterLab's configuration, in a checkout and where pip put them."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKED = HERE / "files"  # what pyproject.toml puts into the wheel, in the folders of the checkout
ROOT = PACKED if PACKED.is_dir() else HERE.parents[1]
LAB_CONFIG = ROOT / "tools" / "lab_config.py"
FIRST = "00_start_here.ipynb"


def notebooks() -> dict[str, Path]:
    """Return the collection's notebooks, the files of the package, by their names."""
    return {
        path.name: path
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        if re.fullmatch(r"\d\d_\w+\.ipynb", path.name)  # and no copy that somebody made
    }
