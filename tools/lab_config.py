"""JupyterLab as the notebooks want it: jupyter lab --config=tools/lab_config.py.

Notebook 7 takes it, too: jupyter notebook --config=tools/lab_config.py.

It serves this computer only, begins at notebook 00, shows no news, makes the colours of equations
light in the dark theme (jupyter/custom/custom.css), and keeps noise out of what it saves. It runs
as root only if that is who started it, as is usual in containers. It sends messages at once, and
a kernel answers widgets in the thread that runs the cells: with a second one, which JupyterLab
would ask for, pyplot may draw one figure in two threads at the same time.
"""

import os
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
sys.path.insert(0, str(TOOLS))

from saving import before_save  # noqa: E402


def for_a_class(_handler, page_config):
    """Leave out the pop-up that offers news, which would be the first thing that a class sees.

    And leave out the menu of nbgrader, where that is installed: it is for lecturers.
    """
    disabled = page_config.setdefault("disabledExtensions", [])
    disabled += ["@jupyterlab/apputils-extension:announcements", "@jupyter/nbgrader"]
    page_config["jupyterConfigDir"] = str(TOOLS / "jupyter")  # where Notebook 7 seeks custom.css
    return page_config


# labconfig/ in there keeps JupyterLab from asking for the second thread.
os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
    filter(None, [str(TOOLS / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH")])
)
load_subconfig("jupyter/jupyter_config.py")  # noqa: F821 (JupyterLab defines it)

c = get_config()  # noqa: F821 (JupyterLab defines it)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = str(TOOLS.parent)
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0
c.ServerApp.tornado_settings = {
    "page_config_hook": for_a_class,
    "static_custom_path": [str(TOOLS / "jupyter" / "custom")],  # custom.css
}
c.LabApp.custom_css = True
c.LabApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.FileContentsManager.pre_save_hook = before_save
