"""Runs the hub of deploy/jupyterhub, with accounts of its own, for its test and the benchmark.

    with make_accounts(2, 1) as (learners, lecturers), run_hub(learners + lecturers) as hub:
        ...  # hub.url, learners[0].name, learners[0].password

The configuration is the real one, with the spawner of local processes in place of systemd's. It
needs root, since a hub starts servers for others. Both leave nothing behind after an error and when
they are ended; what they leave when they are killed, the next run removes.
"""

import grp
import os
import pwd
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIGURATION = ROOT / "deploy" / "jupyterhub" / "jupyterhub_config.py"
PROXY = ROOT / "build" / "npm" / "node_modules" / ".bin"
# What a run names so that the next one knows it: groups, accounts and the hub's folder.
LEFT = re.compile(r"(learners?|lecturers?|lsqgrad-hub)-(?P<process>\d+)-[\w-]+")
PATIENCE = 90  # seconds for the hub to start; a slow machine needs a third of it
OVERLAY = """\
load_subconfig({configuration!r})
c.JupyterHub.spawner_class = "localprocess"  # which does not know limits
c.JupyterHub.bind_url = {url!r}
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = {proxy_api_url!r}
c.JupyterHub.cleanup_servers = True
c.Spawner.args = {unused!r}
{more}
"""
# What the development environment has beyond a hub's: it would take the servers time and memory.
UNUSED = ["notebook", "voila.server_extension"] + [
    f"nbgrader.server_extensions.{name}"
    for name in ("assignment_list", "course_list", "formgrader", "validate_assignment")
]


@dataclass(frozen=True)
class Account:
    """Somebody who may log in, to the hub and to this machine."""

    name: str
    password: str
    uid: int
    home: Path


@dataclass(frozen=True)
class Hub:
    """A hub that runs."""

    url: str  # http://127.0.0.1:…/
    hub_api: str  # the hub itself, as its servers see it: …/hub/api/
    proxy_api: str
    folder: Path  # with its database and secrets
    log: Path
    process: subprocess.Popen


class CannotRunHere(RuntimeError):
    """The hub cannot be run on this machine, and why."""


@contextmanager
def make_accounts(learners, lecturers=0):
    """Make accounts with random names and passwords; yield the learners' and the lecturers'."""
    if os.geteuid():
        raise CannotRunHere("Only root can run a hub with servers for others: run it as root.")
    remove_what_is_left()
    # Short, since the sockets of kernels lie in these homes: their paths may have 107 characters
    mark = f"{os.getpid()}-{secrets.token_hex(1)}"
    groups = [f"learners-{mark}", f"lecturers-{mark}"]
    names = [
        [f"{kind}-{mark}-{i}" for i in range(number)]
        for kind, number in (("learner", learners), ("lecturer", lecturers))
    ]
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as by Ctrl-C
    try:
        for group, members in zip(groups, names, strict=True):
            _system("groupadd", group)
            for name in members:
                # As on many systems, a new home is open to all; what closes it is the server.
                options = ("--create-home", "-K", "HOME_MODE=0755", "--shell", "/usr/sbin/nologin")
                _system("useradd", *options, "--user-group", "--groups", group, name)
        passwords = {name: secrets.token_urlsafe() for members in names for name in members}
        _system("chpasswd", given="".join(f"{n}:{p}\n" for n, p in passwords.items()))
        yield tuple([_account(n, passwords[n]) for n in members] for members in names)
    finally:
        _remove_accounts({name for members in names for name in members}.union(groups))
        signal.signal(signal.SIGTERM, before)


def remove_what_is_left():
    """Remove the accounts and folders of runs that were killed, and end what works there."""
    for folder in Path(tempfile.gettempdir()).glob("lsqgrad-hub-*"):
        if _is_left(folder.name):
            _end(_processes_in, folder)
            shutil.rmtree(folder)
    names = {entry.pw_name for entry in pwd.getpwall()} | {g.gr_name for g in grp.getgrall()}
    _remove_accounts(set(filter(_is_left, names)))


def _is_left(name):
    """Return whether a run that is no more has given this name."""
    ours = LEFT.fullmatch(name)
    return ours is not None and not Path("/proc", ours["process"]).exists()


def _remove_accounts(names):
    """Remove these users, with their homes and processes, and these groups, if they are there."""
    for entry in pwd.getpwall():
        if entry.pw_name in names:
            _end(processes_of, entry.pw_uid)
            _system("userdel", "--remove", entry.pw_name)
    for entry in grp.getgrall():
        if entry.gr_name in names:
            _system("groupdel", entry.gr_name)


@contextmanager
def run_hub(accounts, more=""):
    """Run the hub for these accounts; `more` is put below its configuration."""
    if not (PROXY / "configurable-http-proxy").exists():
        raise CannotRunHere("The hub's proxy is not there: make test-classroom fetches it.")
    groups = {
        g.gr_name.split("-")[0]: g.gr_name
        for a in accounts
        for g in map(grp.getgrgid, os.getgrouplist(a.name, pwd.getpwnam(a.name).pw_gid))
    }
    port, hub_port, proxy_port = _free_ports(3)
    url, proxy_api = f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{proxy_port}/"
    with tempfile.TemporaryDirectory(prefix=f"lsqgrad-hub-{os.getpid()}-") as folder:
        overlay, log = Path(folder) / "overlay.py", Path(folder) / "hub.log"
        text = OVERLAY.format(
            configuration=str(CONFIGURATION),
            url=url,
            hub_port=hub_port,
            proxy_api_url=proxy_api,
            unused=[f"--ServerApp.jpserver_extensions={name}=False" for name in UNUSED],
            more=more,
        )
        overlay.write_text(text, encoding="utf-8")
        environment = os.environ | {
            "HUB_LEARNERS": groups.get("learners", "nogroup"),
            "HUB_LECTURERS": groups.get("lecturers", "nogroup"),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(PROXY), os.defpath]),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        }
        command = _readable_for_all([sys.executable, "-m", "jupyterhub", f"--config={overlay}"])
        command = ["setpriv", "--pdeathsig", "TERM", *command]  # should this process be killed
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            _wait_for(process, log)
            yield Hub(
                url=url,
                hub_api=f"http://127.0.0.1:{hub_port}/hub/api/",
                proxy_api=f"{proxy_api}api/routes",
                folder=Path(folder),
                log=log,
                process=process,
            )
        finally:
            process.terminate()
            try:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(PATIENCE)
            finally:
                _end(_processes_in, Path(folder))  # the hub, its proxy and its culler
                process.wait()


def processes_of(uid):
    """Return the ids of the processes of a user."""
    return [
        pid
        for pid, status in _read_processes("status", Path.read_text)
        if f"\nUid:\t{uid}\t" in status and "\nState:\tZ" not in status
    ]


def _processes_in(folder):
    """Return the ids of the processes that work in a folder."""
    return [pid for pid, where in _read_processes("cwd", Path.readlink) if where == folder]


def _read_processes(name, read):
    for path in Path("/proc").glob(f"[0-9]*/{name}"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            yield int(path.parent.name), read(path)


def _end(find, *args):
    """End processes, and those that they start meanwhile, and wait until they are gone."""
    while running := find(*args):
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _account(name, password):
    entry = pwd.getpwnam(name)
    return Account(name, password, entry.pw_uid, Path(entry.pw_dir))


def _system(*command, given=None):
    result = subprocess.run(command, input=given, text=True, capture_output=True)
    if result.returncode:
        raise RuntimeError(f"{command[0]} failed: {result.stderr.strip()}")


def _free_ports(count):
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _wait_for(process, log):
    """Wait until the hub has written to its log that it runs."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if "JupyterHub is now running" in log.read_text(encoding="utf-8"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The hub did not start:\n{log.read_text(encoding='utf-8')}")


def _readable_for_all(command):
    """Return the command, made to run where other users can read this Python and this checkout.

    Both may lie in a folder that only root may enter, as /root is. The hub and its servers then get
    a view of their own, in which nothing but these stands in that folder.
    """
    needed = {Path(sys.base_prefix), Path(sys.prefix), Path(sys.prefix).resolve(), ROOT}
    closed = {}
    for path in needed:
        for parent in reversed([path, *path.parents]):
            if not parent.stat().st_mode & 0o001:
                closed.setdefault(parent, []).append(path)
                break
    if not closed:
        return command
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
        raise CannotRunHere(
            f"Other users cannot enter {', '.join(map(str, closed))}, where this Python or this "
            "checkout lies: put both where all can read them, say in /opt."
        )
    script = ["set -e", "mount -t tmpfs tmpfs /mnt"]
    for parent, paths in closed.items():
        for i, path in enumerate(paths):
            script.append(f"mkdir /mnt/{i} && mount --bind {shlex.quote(str(path))} /mnt/{i}")
        script.append(f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(parent))}")
        for i, path in enumerate(paths):
            quoted = shlex.quote(str(path))
            script.append(f"mkdir -p {quoted} && mount --move /mnt/{i} {quoted}")
    script += ["umount /mnt", 'exec "$@"']
    return ["unshare", "--mount", "sh", "-c", "\n".join(script), "sh", *command]
