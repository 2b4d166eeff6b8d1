"""Measure what a class needs, through the hub of deploy/jupyterhub: memory, logins, presses.

    python benchmarks/classroom.py [kernels] [class] [presses] [--write] [--strict]

Needs root, and what make test-classroom installs. Prints Markdown tables; --write puts them into
docs/classroom.md, which tells the method, and --strict makes the exit status 1 if a goal is missed.
"""

import json
import re
import shutil
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from statistics import median
from uuid import uuid4

import nbformat
import psutil
import requests
import websocket
from report import Goal, describe, finish, read_options, table, table_of_goals
from widgets import FLOOR, HERE, SCREEN, STEPPER, USUAL, Area, settle

ROOT = HERE.parent
DOCUMENT = ROOT / "docs" / "classroom.md"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
sys.path.insert(0, str(ROOT / "tools"))

import browser  # noqa: E402
from hub import CannotRunHere, make_accounts, processes_of, run_hub  # noqa: E402

WITH_TORCH, WITHOUT = "03_pytorch_run.ipynb", "04_step_sgd.ipynb"  # what a class has open
LEARNERS = 20  # who log in at once
PRESSES, PACE = 20, 5  # of a button; and how many seconds pass between a learner's presses
PATIENCE = 600  # seconds for a notebook to be run while others run theirs
MB, GIB = 1e6, 2**30
MACHINE = 24 * GIB
RESERVE = 2 * GIB  # for the system, and for the files that it keeps in memory
DISK = 0.1  # GB for a learner: the notebooks, their dated copies, and files of their own
SYSTEM_DISK = 20  # GB for the system and the collection with all that it needs
RENTED = ((100, 1, 8, 64), (1000, 10, 16, 64))  # learners, machines, cores and GiB of each
PACKAGES = ("torch", "jupyterlab", "jupyterhub", "ipykernel", "matplotlib")


def main():
    measures = {"kernels": kernels, "class": a_class, "presses": presses}
    options = read_options("Measure what a class needs.", measures, DOCUMENT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended."))  # and all that was started
    status = 0
    try:
        for part in options.parts or measures:
            goals, tables = measures[part]()
            parts = [describe(PACKAGES), table_of_goals(goals), *tables]
            status |= finish(options, part, goals, parts, DOCUMENT)
    except CannotRunHere as error:
        return str(error)
    return status


# Learners


class Learner:
    """Somebody with an account, who asks what a page would ask."""

    def __init__(self, hub, account):
        self.hub = hub
        self.account = account
        self.url = f"{hub.url}user/{account.name}/"
        self.session = requests.Session()

    def log_in(self):
        """Log in, and return the seconds until the server sends the page of JupyterLab."""
        start = time.monotonic()
        login = f"{self.hub.url}hub/login"
        self.session.get(login)
        form = {"username": self.account.name, "password": self.account.password}
        self._ask("POST", login, params={"next": "/hub/spawn"}, data=form | self._xsrf())
        person = f"{self.hub.url}hub/api/users/{self.account.name}/"
        headers = {"X-XSRFToken": self._xsrf()["_xsrf"]}
        token = self._ask("POST", f"{person}tokens", headers=headers).json()["token"]
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"token {token}"
        with self._ask("GET", f"{person}server/progress", stream=True) as events:
            ready = any('"ready": true' in line for line in events.iter_lines(decode_unicode=True))
        if not ready:
            raise RuntimeError(f"A server did not start:\n{self.hub.log.read_text('utf-8')}")
        self._ask("GET", f"{self.url}lab")
        return time.monotonic() - start

    def run(self, notebook):
        """Run all cells of a notebook in a kernel of its own; return the seconds until the last."""
        start = time.monotonic()
        document = {"path": f"lsqgrad/{notebook}", "name": notebook, "type": "notebook"}
        asked = document | {"kernel": {"name": "python3"}}
        kernel = self._ask("POST", f"{self.url}api/sessions", json=asked).json()["kernel"]["id"]
        url = f"{self.url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels"
        with closing(
            websocket.create_connection(url, header=dict(self.session.headers), timeout=PATIENCE)
        ) as connection:
            cells = nbformat.read(ROOT / "notebooks" / notebook, as_version=4).cells
            sources = [cell.source for cell in cells if cell.cell_type == "code"]
            for source in sources:
                connection.send(json.dumps(execute_request(source)))
            while sources:
                message = json.loads(connection.recv())
                if message["msg_type"] != "execute_reply":
                    continue
                if message["content"]["status"] != "ok":
                    raise RuntimeError(f"{notebook}: {message['content']}")
                sources.pop()
        return time.monotonic() - start

    def end_kernels(self):
        for session in self._ask("GET", f"{self.url}api/sessions").json():
            self._ask("DELETE", f"{self.url}api/sessions/{session['id']}")

    def server(self):
        """Return the process of the learner's server."""
        (server,) = (p for p in self._processes() if "jupyterhub.singleuser" in p.cmdline())
        return server

    def kernels(self):
        """Return the processes of the learner's kernels, and of what they have started."""
        server = self.server()
        return [process for process in self._processes() if process != server]

    def _processes(self):
        return [psutil.Process(pid) for pid in processes_of(self.account.uid)]

    def _xsrf(self):
        return {"_xsrf": self.session.cookies.get("_xsrf", path="/hub/")}

    def _ask(self, method, url, **options):
        answer = self.session.request(method, url, **options)
        answer.raise_for_status()
        return answer


def execute_request(source):
    """Return the message that asks a kernel to run a cell."""
    header = {
        **{"msg_id": uuid4().hex, "msg_type": "execute_request", "version": "5.3"},
        **{"username": "", "session": "", "date": ""},
    }
    content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
    content |= {"user_expressions": {}, "stop_on_error": True}
    rest = {"parent_header": {}, "metadata": {}, "channel": "shell", "buffers": []}
    return {"header": header, "content": content, **rest}


@contextmanager
def class_of(size):
    """Run a hub, and yield it with its learners, who have not logged in."""
    with make_accounts(size) as (accounts, _), run_hub(accounts) as hub:
        yield hub, [Learner(hub, account) for account in accounts]


def hub_and_proxy(hub):
    """Return the processes of the hub itself, its proxy first after it, and not the learners'."""
    process = psutil.Process(hub.process.pid)
    children = process.children(recursive=True)
    return [process, *(p for p in children if p.uids().real == process.uids().real)]


def memory(processes):
    """Return the proportional set size in bytes: a page that n processes share counts as 1/n."""
    return sum(process.memory_full_info().pss for process in processes)


def cpu_time(processes):
    """Return the seconds that processes have computed, without their children."""
    return sum(time.clock_gettime(~process.pid << 3 | 2) for process in processes)


def cpu_time_with_ended_children(processes):
    return sum(sum(process.cpu_times()[:4]) for process in processes)


def size_of(folder):
    """Return how many bytes the files in a folder have."""
    return sum(path.lstat().st_size for path in folder.rglob("*"))


def in_mb(size):
    return f"{size / MB:.0f}"


# What is measured


def kernels():
    """One learner runs the notebooks in turn."""
    needing, sizes, times = set(), {}, {}
    with class_of(1) as (_, [learner]):
        learner.log_in()
        for path in NOTEBOOKS:
            learner.run(path.name)
            running = learner.kernels()
            sizes[path.name], times[path.name] = memory(running), cpu_time(running)
            if re.search(r'"import torch', path.read_text(encoding="utf-8")):
                needing.add(path.name)
            learner.end_kernels()
    largest = max(size for name, size in sizes.items() if name not in needing)
    goals = [
        Goal(
            "the largest kernel without PyTorch / that of notebook 03",
            largest / sizes[WITH_TORCH],
            0.45,
        )
    ]
    rows = [
        [
            f"`{name.removesuffix('.ipynb')}`",
            "yes" if name in needing else "no",
            in_mb(size),
            f"{size / sizes[WITH_TORCH]:.0%}".replace("%", " %"),
            f"{times[name]:.1f}",
        ]
        for name, size in sizes.items()
    ]
    heads = ["notebook", "PyTorch", "kernel, MB", "of 03's", "processor, s"]
    return goals, [table(heads, rows)]


def a_class():
    """Learners log in at the same moment, and all run one notebook, then another."""
    with class_of(LEARNERS + 1) as (hub, [first, *learners]), ThreadPoolExecutor(LEARNERS) as pool:
        first.log_in()  # what is read from the disk once has been read
        alone = memory([first.server()])
        own = hub_and_proxy(hub)
        before = cpu_time_with_ended_children(own)
        logins = sorted(pool.map(Learner.log_in, learners))
        servers = [learner.server() for learner in learners]
        of_hub = (cpu_time_with_ended_children(own) - before) / LEARNERS
        of_servers = cpu_time_with_ended_children(servers) / LEARNERS
        runs = sorted(pool.map(partial(Learner.run, notebook=WITH_TORCH), learners))
        of_kernels = cpu_time(kernel for learner in learners for kernel in learner.kernels())
        of_kernels /= LEARNERS
        with_torch = [memory(learner.kernels()) for learner in learners]
        list(pool.map(partial(Learner.run, notebook=WITHOUT), learners))
        both = [memory(learner.kernels()) for learner in learners]
        server = median(memory([server]) for server in servers)
        hub_size = memory(own)
        homes = [size_of(learner.account.home) for learner in learners]
    torch_kernel = median(with_torch)
    other_kernel = median(both) - torch_kernel
    goals = [Goal("learners who logged in at the same moment", len(logins), 20, at_least=True)]
    measured = [
        ["a learner's server, alone", in_mb(alone)],
        [f"the same, one of {LEARNERS + 1}", in_mb(server)],
        [f"a kernel that has run notebook 03, one of {LEARNERS}", in_mb(torch_kernel)],
        [f"a kernel that has run notebook 04, one of {LEARNERS}", in_mb(other_kernel)],
        ["the hub, its proxy and its culler", in_mb(hub_size)],
        ["a learner's home, on disk", in_mb(median(homes))],
    ]
    times = {
        "log in, until JupyterLab's page is there": (logins, of_hub + of_servers),
        "run all of notebook 03": (runs, of_kernels),
    }
    free = MACHINE - RESERVE - hub_size
    opened = {
        "nothing yet": server,
        "notebook 04": server + other_kernel,
        "notebook 03": server + torch_kernel,
        "notebooks 03 and 04": server + torch_kernel + other_kernel,
    }
    fitting = [[name, in_mb(size), int(free / size)] for name, size in opened.items()]
    largest = opened["notebooks 03 and 04"]
    return goals, [
        table(["", "MB"], measured),
        table(
            [
                f"{LEARNERS} learners at the same moment",
                *("first, s", "last, s", "processor for each, s", "for all, on these cores, s"),
            ],
            [
                [
                    name,
                    *(f"{taken[0]:.1f}", f"{taken[-1]:.1f}", f"{used:.2f}"),
                    f"{LEARNERS * used / psutil.cpu_count():.0f}",
                ]
                for name, (taken, used) in times.items()
            ],
        ),
        f"Of the processor's time for a login, {of_hub:.2f} s are the hub's and its proxy's.",
        table(["open", "MB for each learner", "learners in 24 GiB"], fitting),
        example(opened["notebook 03"], hub_size, of_servers + of_hub, of_kernels),
        table(
            [
                *("learners", "machines", "cores each", "GiB each", "of it used", "GB of disk"),
                *("all have logged in after, s", "all have run notebook 03 after, s"),
            ],
            [to_rent(*size, largest, hub_size, of_servers, of_hub, of_kernels) for size in RENTED],
        ),
    ]


def example(size, hub_size, of_login, of_run, learners=30, cores=4):
    """Return sentences that a reader can compute again."""
    return (
        f"An example: {learners} learners with notebook 03 open take {learners} × {in_mb(size)} MB "
        f"= {learners * size / GIB:.1f} GiB; with the hub and 2 GiB for the system it is "
        f"{(learners * size + hub_size + RESERVE) / GIB:.1f} GiB. If all log in at the same moment "
        f"on {cores} cores, the last sees JupyterLab after {learners} × {of_login:.1f} / {cores} = "
        f"{learners * of_login / cores:.0f} s; if all then run the whole notebook at the same "
        f"moment, it takes {learners} × {of_run:.1f} / {cores} = {learners * of_run / cores:.0f} s."
    )


def to_rent(learners, machines, cores, gib, size, hub_size, of_servers, of_hub, of_kernels):
    """Return the row of what one would rent, with the times that are to be expected there."""
    used = (RESERVE + hub_size + learners / machines * size) / GIB
    disk = SYSTEM_DISK + learners / machines * DISK
    # Servers start on all cores; the hub is one process.
    logged_in = max(learners * (of_servers + of_hub) / machines / cores, learners * of_hub)
    run = learners * of_kernels / machines / cores
    return [
        learners,
        machines,
        cores,
        gib,
        f"{used:.0f}",
        f"{disk:.0f}",
        f"{logged_in:.0f}",
        f"{run:.0f}",
    ]


def presses():
    """One learner presses *Next batch* in Chromium, in three ways."""
    taken = {}
    with class_of(1) as (hub, [learner]), browser.chromium(browser.find_chromium()) as chromium:
        page = open_notebook(chromium, learner, "three_ways.ipynb")
        page.evaluate((HERE / "stopwatch.js").read_text(encoding="utf-8"))
        watched = [learner.kernels(), [learner.server()], hub_and_proxy(hub)]
        for name in (STEPPER, FLOOR, USUAL):
            taken[name] = press(page, Area(page, name), watched)
    totals = {name: sum(used) for name, (used, _, _) in taken.items()}
    goals = [
        Goal("messages that a press of the player sends", taken[STEPPER][1], 1),
        Goal("usual way / player", totals[USUAL] / totals[STEPPER], 20, at_least=True),
    ]
    names = {STEPPER: "the player", FLOOR: "a bare label", USUAL: "the usual way"}
    rows = [
        [
            names[name],
            *(f"{1000 * seconds:.2f}" for seconds in used),
            *(f"{sent:.1f}", f"{received:.1f}"),
            *(f"{1 / totals[name]:.1f}", f"{PACE / totals[name]:.0f}"),
        ]
        for name, (used, sent, received) in taken.items()
    ]
    heads = [
        *("a press of", "kernel, ms", "server, ms", "hub and proxy, ms"),
        *("messages sent", "answers"),
        *("presses a second that a core carries", f"learners, at one in {PACE} s"),
    ]
    return goals, [table(heads, rows)]


def open_notebook(chromium, learner, name):
    """Log in, open a notebook of this folder in the learner's JupyterLab, and run it."""
    copy = learner.account.home / name
    shutil.copy(HERE / name, copy)
    shutil.chown(copy, learner.account.name)
    learner.log_in()
    page = chromium.new_page(viewport=SCREEN)
    page.set_default_timeout(1000 * browser.PATIENCE)
    page.goto(f"{learner.hub.url}hub/login?next=/user/{learner.account.name}/lab/tree/{name}")
    page.get_by_label("Username").fill(learner.account.name)
    page.get_by_label("Password").fill(learner.account.password)
    page.get_by_role("button", name="Sign in").click()
    page.locator(browser.JUPYTERLAB.ready).wait_for()
    browser.JUPYTERLAB.run_all(page)
    page.locator(".lsqgrad-player[data-place]").last.wait_for(state="attached")
    return page


def press(page, area, watched):
    """Return what a press takes: processor seconds of each of the watched, messages, answers.

    What they take while nobody presses, for as long, is not counted.
    """
    to = range(1, PRESSES + 1) if area.name == STEPPER else [k % 10 + 1 for k in range(PRESSES)]
    area.press("Next batch", *to[:10])  # what is done once has been done
    if area.name == STEPPER:
        area.press_at_once("Reset", 0)
    settle(page)
    messages = {"Sent": 0, "Received": 0}
    with messages_counted(page, messages):
        start, before = time.monotonic(), [cpu_time(processes) for processes in watched]
        area.press("Next batch", *to)
        settle(page)
        pressed, seconds = [cpu_time(processes) for processes in watched], time.monotonic() - start
        counts = [count / PRESSES for count in messages.values()]
        page.wait_for_timeout(1000 * seconds)
    after = [cpu_time(processes) for processes in watched]
    used = [2 * b - a - c for a, b, c in zip(before, pressed, after, strict=True)]
    return [seconds / PRESSES for seconds in used], *counts


@contextmanager
def messages_counted(page, counts):
    """Count the messages between the page and its server."""
    session = page.context.new_cdp_session(page)

    def count(direction, _):
        counts[direction] += 1

    for direction in counts:
        session.on(f"Network.webSocketFrame{direction}", partial(count, direction))
    session.send("Network.enable")
    yield
    session.detach()


if __name__ == "__main__":
    sys.exit(main())
