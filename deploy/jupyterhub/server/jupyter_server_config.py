"""A learner's own server: JupyterLab on the learner's own copy of the notebooks.

JupyterHub starts it with the learner's account, in the learner's home, and within the limits of
the hub's configuration. A home may be open to all when the account is new: it is closed here.
"""

import os
import subprocess
import sys
from pathlib import Path

HOME = Path.home()
FOLDER = HOME / "lsqgrad"
NOTICE = FOLDER / "What is new.md"
GRACE = 90 * 60  # seconds after which an idle kernel ends that nobody has open: as for servers
# In a process of its own, since what it imports would stay in this one, once for each learner.
UPDATE = """
import sys; from pathlib import Path; from lsqgrad.collection import LAB_CONFIG, update
print(LAB_CONFIG)
update(Path(sys.argv[1])).leave_notice()
"""


def read_notice():
    """Return what the updates have told so far."""
    return NOTICE.read_bytes() if NOTICE.exists() else None


os.umask(0o077)
if HOME.stat().st_uid == os.getuid():  # in a container, it is a volume that nobody else has
    HOME.chmod(0o700)

# The copy is made or brought up to date, and what the learner has changed is never overwritten. If
# that fails, say because the disk is full, the server starts all the same: the log has the cause.
before = read_notice()
update = subprocess.run(
    [sys.executable, "-c", UPDATE, FOLDER], stdout=subprocess.PIPE, encoding="utf-8"
)
shown_first = NOTICE if read_notice() not in (None, before) else FOLDER / "00_start_here.ipynb"

lab_config = Path(update.stdout.strip())
load_subconfig(lab_config.name, path=str(lab_config.parent))  # noqa: F821 (the server defines it)

c = get_config()  # noqa: F821 (the server defines it)
c.ServerApp.root_dir = str(HOME)
c.ServerApp.default_url = f"/lab/tree/{shown_first.relative_to(HOME).as_posix()}"
# No terminal is offered. A notebook can start programs as well: what keeps learners apart is the
# account, not this.
c.ServerApp.terminals_enabled = False
c.LabApp.extension_manager = "readonly"
# Kernels talk over sockets in a folder of the learner's own. Over TCP, whoever has an account on
# the machine could listen to their outputs.
c.ConnectionFileMixin.transport = "ipc"
c.MappingKernelManager.cull_idle_timeout = GRACE
c.MappingKernelManager.cull_interval = 300
