"""JupyterLab as the notebooks want it: jupyter lab --config=tools/lab_config.py.

It serves this computer only, begins at notebook 00, shows no news, and keeps noise out of what
it saves. It runs as root only if that is who started it, as is usual in containers.
"""

import os
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
sys.path.insert(0, str(TOOLS))

from store_notebooks import before_save  # noqa: E402


def without_news(_handler, page_config):
    """Leave out the pop-up that offers news: it would be the first thing that a class sees."""
    disabled = page_config.setdefault("disabledExtensions", [])
    disabled.append("@jupyterlab/apputils-extension:announcements")
    return page_config


c = get_config()  # noqa: F821 (JupyterLab defines it)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = str(TOOLS.parent)
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0
c.ServerApp.tornado_settings = {"page_config_hook": without_news}
c.LabApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.FileContentsManager.pre_save_hook = before_save
