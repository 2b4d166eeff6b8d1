"""The hub of deploy/jupyterhub, with accounts of this machine: what learners can, and cannot, do.

Each refusal stands beside the same request made by somebody who may.
"""

import http.client
import json
import os
import pwd
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import browser
import hub as hub_tool
import pytest
import yaml
from browser import JUPYTERLAB
from hub import CannotRunHere, make_accounts, processes_of, remove_what_is_left, run_hub
from playwright.sync_api import Page, expect
from traitlets.config import PyFileConfigLoader

from lsqgrad.collection import notebooks

DEPLOY = Path(__file__).parents[2] / "deploy"
LESSON = "04_step_sgd.ipynb"
BREAK = 45 * 60  # seconds
WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
expect.set_options(timeout=1000 * browser.PATIENCE)


@dataclass
class Person:
    """Somebody who has logged in."""

    account: hub_tool.Account
    page: Page
    token: str = ""  # with all that they may ask of the hub

    @property
    def name(self):
        return self.account.name

    @property
    def folder(self):
        return self.account.home / "lsqgrad"

    def run(self, *command):
        """Run a command with this account, as a notebook could; return its exit status."""
        result = subprocess.run(
            command,
            user=self.account.uid,
            group=self.account.uid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
        )
        return result.returncode


def ask(url, token=None, method="GET", **headers):
    """Send a request, and return the status of the answer and its text."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=browser.PATIENCE)
    if token is not None:
        headers["Authorization"] = f"token {token}"
    connection.request(method, parts.path, headers=headers)
    answer = connection.getresponse()
    text = "" if answer.status == 101 else answer.read().decode()
    connection.close()
    return answer.status, text


def status(*args, **kwargs):
    return ask(*args, **kwargs)[0]


@pytest.fixture(scope="module")
def hub_and_accounts():
    try:
        with make_accounts(2, 1) as (learners, lecturers), run_hub([*learners, *lecturers]) as hub:
            yield hub, learners, lecturers
        everybody = {account.uid for account in learners + lecturers}
        assert not any(processes_of(uid) for uid in everybody)
    except CannotRunHere as error:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(error))


@pytest.fixture(scope="module")
def hub(hub_and_accounts):
    return hub_and_accounts[0]


def log_in(chromium, hub, account, to=""):
    """Log in through the page; return the person before what comes next has loaded."""
    page = chromium.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.set_default_timeout(1000 * browser.PATIENCE)
    page.goto(f"{hub.url}hub/login?next=/hub/{to}")
    page.get_by_label("Username").fill(account.name)
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Sign in").click()
    return Person(account, page)


def take_token(hub, person):
    """Have the hub make a token for somebody, with all their permissions."""
    xsrf = person.page.context.cookies(f"{hub.url}hub/")
    answer = person.page.request.post(
        f"{hub.url}hub/api/users/{person.name}/tokens",
        headers={"X-XSRFToken": next(c["value"] for c in xsrf if c["name"] == "_xsrf")},
    )
    assert answer.status == 201, answer.text()
    person.token = answer.json()["token"]


@pytest.fixture(scope="module")
def learners(chromium, hub_and_accounts):
    """Two learners, who have logged in at the same time and see their first page."""
    hub, accounts, _ = hub_and_accounts
    people = [log_in(chromium, hub, account) for account in accounts]
    for person in people:
        person.page.wait_for_url("**/lab/tree/**")
        take_token(hub, person)
    return people


@pytest.fixture(scope="module")
def ada(learners):
    return learners[0]


@pytest.fixture(scope="module")
def ben(learners):
    return learners[1]


@pytest.fixture(scope="module")
def lecturer(chromium, hub_and_accounts, learners):
    """A lecturer, who has logged in to see who is there."""
    hub, _, accounts = hub_and_accounts
    person = log_in(chromium, hub, accounts[0], to="admin")
    person.page.wait_for_url("**/hub/admin")
    take_token(hub, person)
    return person


def server_environment(person, name):
    """Return a variable that a learner's server has, and that a notebook can read."""
    for pid in processes_of(person.account.uid):
        environment = Path(f"/proc/{pid}/environ").read_bytes().decode()
        if match := re.search(f"^{name}=(.*)$", environment.replace("\0", "\n"), re.MULTILINE):
            return match[1]
    raise AssertionError(f"{person.name} has no server with {name}")


def server_token(person):
    return server_environment(person, "JUPYTERHUB_API_TOKEN")


def test_learner_gets_a_private_copy_and_opens_notebook_00(ada, ben):
    for person in (ada, ben):
        assert person.page.url.endswith("/lab/tree/lsqgrad/00_start_here.ipynb")
        found = {path.name for path in person.folder.glob("*.ipynb")}
        assert found == set(notebooks())
        assert {p.stat().st_uid for p in person.folder.iterdir()} == {person.account.uid}


def test_learner_runs_a_notebook_and_steps(ada, hub):
    JUPYTERLAB.go(ada.page, f"{hub.url}user/{ada.name}/lab/tree/lsqgrad/{LESSON}?reset")
    JUPYTERLAB.run_all(ada.page)
    ada.page.wait_for_function(  # of a long notebook only the part in view is on the page
        """() => {
            const box = document.querySelector(".jp-WindowedPanel-outer");
            if (document.querySelector(".lsqgrad-stepper[data-place]")) return true;
            const isBelow = box.scrollTop + box.clientHeight >= box.scrollHeight - 5;
            box.scrollTop = isBelow ? 0 : box.scrollTop + 300;
        }""",
        polling=100,
    )
    stepper = ada.page.locator(".lsqgrad-stepper[data-place]").first
    place = int(stepper.get_attribute("data-place"))
    stepper.get_by_role("button", name="Next batch").click()
    expect(stepper).to_have_attribute("data-place", str(place + 1))


def test_learner_cannot_reach_files_through_the_system(ada, ben, hub):
    """Not even though homes are open to all when these accounts are made."""
    notebook = ada.folder / LESSON
    assert ada.run("cat", notebook) == 0
    assert ben.run("cat", notebook) != 0
    assert ben.run("ls", ada.account.home) != 0
    assert ben.run("touch", ada.folder / "mine") != 0
    secrets = hub.folder / "jupyterhub_cookie_secret"
    assert secrets.exists()
    assert ben.run("cat", secrets) != 0
    for path in (next(iter(notebooks().values())), Path(hub_tool.CONFIGURATION)):
        assert ben.run("test", "-w", path) != 0, "the collection is not the learners' to change"


def test_learner_cannot_reach_files_through_the_hub(ada, ben, hub):
    url = f"{hub.url}user/{ada.name}/api/contents/lsqgrad/{LESSON}"
    assert status(url, ada.token) == 200
    assert status(url, server_token(ada)) == 200
    assert status(url, ben.token) == 403
    assert status(url, server_token(ben)) == 403
    assert status(url) == 403
    assert ada.page.request.get(url).status == 200  # with the cookies of the browser
    assert ben.page.request.get(url).status == 403


def test_learner_cannot_reach_a_kernel(ada, ben, hub):
    _, started = ask(f"{hub.url}user/{ada.name}/api/kernels", ada.token, "POST")
    kernel = f"user/{ada.name}/api/kernels/{json.loads(started)['id']}"
    assert status(f"{hub.url}{kernel}", ada.token) == 200
    assert status(f"{hub.url}{kernel}", ben.token) == 403
    assert status(f"{hub.url}{kernel}", ben.token, "DELETE") == 403
    assert status(f"{hub.url}{kernel}/channels", ada.token, **WEBSOCKET) == 101
    assert status(f"{hub.url}{kernel}/channels", ben.token, **WEBSOCKET) == 403
    assert status(f"{hub.url}{kernel}/channels", **WEBSOCKET) == 403
    # Past the proxy, at the server itself
    server = f"http://{urlsplit(server_environment(ada, 'JUPYTERHUB_SERVICE_URL')).netloc}/"
    assert status(f"{server}{kernel}", ada.token) == 200
    assert status(f"{server}{kernel}", ben.token) == 403
    assert status(f"{server}{kernel}") == 403
    # Past the server, at the kernel itself: whoever reached its ports could read what it prints.
    runtime = ada.account.home / ".local" / "share" / "jupyter" / "runtime"
    connections = [json.loads(path.read_text()) for path in runtime.glob("kernel-*.json")]
    assert {connection["transport"] for connection in connections} == {"ipc"}
    assert ada.run("ls", runtime) == 0
    assert ben.run("ls", runtime) != 0


def test_a_token_cannot_be_guessed(ada, hub):
    url = f"{hub.url}user/{ada.name}/api/contents"
    for token in (ada.token, server_token(ada)):
        assert re.fullmatch("[0-9a-f]{32}", token)  # 128 random bits
        wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
        for guess in (wrong, token[:-1], ""):
            assert status(url, guess) == 403
            assert status(f"{hub.url}hub/api/user", guess) == 403
        assert status(url, token) == 200


def test_learner_asks_the_hub_about_oneself_only(ada, ben, lecturer, hub):
    own, other, new = (f"users/{name}" for name in (ben.name, ada.name, "eve"))
    refused = [
        ("GET", "users"),
        ("POST", "users"),
        ("GET", other),
        ("DELETE", other),
        ("POST", new),
        ("PATCH", own),  # to become an admin
        ("POST", f"{other}/server"),
        ("DELETE", f"{other}/server"),
        ("GET", f"{other}/tokens"),
        ("POST", f"{other}/tokens"),
        ("POST", f"{other}/activity"),
        ("GET", "groups"),
        ("POST", f"groups/{lecturer.name}/users"),
        ("GET", "services"),
        ("GET", "info"),
        ("GET", "proxy"),
        ("POST", "proxy"),
        ("POST", "shutdown"),
        ("POST", f"shares/{ben.name}/"),
    ]
    assert status(f"{hub.hub_api}{own}", ben.token) == 200
    through_the_proxy = f"{hub.url}hub/api/"
    for token in (ben.token, server_token(ben)):
        for api in (hub.hub_api, through_the_proxy):
            for method, path in refused:
                answer = status(f"{api}{path}", token, method)
                assert answer in (403, 404), (method, path, answer)
    code, text = ask(f"{hub.hub_api}{own}/servers/second", ben.token, "POST")
    assert (code, "Named servers are not enabled" in text) == (400, True)
    assert ben.page.request.get(f"{hub.url}hub/admin").status == 403
    assert ben.page.request.get(f"{hub.url}hub/metrics").status == 403
    # The proxy's own interface, which decides where requests go.
    assert status(hub.proxy_api) == 403
    assert status(hub.proxy_api, ben.token) == 403
    assert status(hub.proxy_api, ben.token, "DELETE") == 403


def test_no_terminal_is_offered(ben, hub):
    server = f"{hub.url}user/{ben.name}"
    assert status(f"{server}/api/contents", ben.token) == 200
    assert status(f"{server}/api/terminals", ben.token, "POST") == 404
    assert status(f"{server}/terminals/1", ben.token) == 404
    ben.page.keyboard.press("Control+Shift+L")
    launcher = ben.page.locator(".jp-Launcher")
    expect(launcher.get_by_title("Python 3 (ipykernel)").first).to_be_visible()
    expect(launcher.get_by_text("Terminal")).to_have_count(0)


def test_lecturer_sees_who_is_there_and_reads_nobodys_files(ada, ben, lecturer, hub):
    shown = lecturer.page.locator(".user-row, tr")
    for person in (ada, ben):
        expect(shown.filter(has_text=person.name).first).to_contain_text("Stop Server")
    api = f"{hub.url}hub/api/users"
    code, text = ask(api, lecturer.token)
    assert code == 200
    assert {user["name"] for user in json.loads(text)} == {ada.name, ben.name}
    assert status(f"{hub.url}user/{ada.name}/api/contents", lecturer.token) == 403
    assert lecturer.page.request.get(f"{hub.url}user/{ada.name}/api/contents").status == 403
    assert lecturer.run("cat", ada.folder / LESSON) != 0
    for method, path in (
        ("POST", f"users/{ada.name}/tokens"),
        ("POST", f"users/{ada.name}/server"),
        ("DELETE", f"users/{ada.name}"),
        ("PATCH", f"users/{lecturer.name}"),
        ("POST", "shutdown"),
    ):
        assert status(f"{hub.url}hub/api/{path}", lecturer.token, method) in (403, 404), path


def test_lecturer_stops_a_server_and_the_next_login_brings_what_is_new(ben, lecturer, hub):
    """What the learner has changed is kept, the rest becomes newer, and a notice is seen first."""
    url = f"{hub.url}hub/api/users/{ben.name}/server"
    while (code := status(url, lecturer.token, "DELETE")) == 202:
        ben.page.wait_for_timeout(100)
    assert code in (204, 404)
    for _ in range(10 * browser.PATIENCE):  # its kernels end a moment after it
        if not processes_of(ben.account.uid):
            break
        ben.page.wait_for_timeout(100)
    assert not processes_of(ben.account.uid)

    # An update, seen from the learner's side: the package's notebooks are not those of the copy.
    changed, unchanged = sorted(notebooks())[1:3]
    record = ben.folder / ".lsqgrad.json"
    older = json.loads(record.read_text())
    (ben.folder / changed).write_text("mine")
    (ben.folder / unchanged).write_text("older")
    digest = "import hashlib, sys; print(hashlib.sha256(b'older').hexdigest())"
    older["written"][unchanged] = subprocess.check_output(
        [sys.executable, "-c", digest], text=True
    ).strip()
    older["written"][changed] = "0" * 64
    record.write_text(json.dumps(older))
    # Modules in the home do not stand in the way of the server, which starts there.
    (ben.account.home / "random.py").write_text("raise SystemExit('the learner's own')")

    ben.page.goto(f"{hub.url}hub/spawn")
    ben.page.wait_for_url("**/lab/tree/**")
    expect(ben.page.get_by_role("heading", name="What is new")).to_be_visible()
    notice = ben.page.locator(".jp-MarkdownViewer")
    expect(notice).to_contain_text(changed)
    expect(notice).to_contain_text(unchanged)
    assert (ben.folder / changed).read_text() == "mine"
    assert (ben.folder / unchanged).read_bytes() == notebooks()[unchanged].read_bytes()


def load(path):
    return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()


def test_idle_servers_are_culled_after_more_than_a_break(hub):
    config = load(hub_tool.CONFIGURATION)
    (culler,) = config.JupyterHub.services
    (timeout,) = (int(a.split("=")[1]) for a in culler["command"] if a.startswith("--timeout"))
    assert timeout > BREAK
    # It runs, and may do what it is for.
    asked = r"200 GET /hub/api/users\S* \(idle-culler@"
    assert re.search(asked, hub.log.read_text(encoding="utf-8"))


def test_limits_and_login_are_those_of_the_configuration():
    """The local processes of this test know no limits: systemd holds them."""
    config = load(hub_tool.CONFIGURATION)
    assert config.JupyterHub.spawner_class == "systemd"
    assert config.JupyterHub.authenticator_class == "pam"
    assert config.Spawner.mem_limit == "2G"
    (override,) = config.Spawner.group_overrides.values()
    assert override["groups"] == ["lecturers"]
    assert override["spawner_override"]["mem_limit"] == "4G"
    assert urlsplit(config.JupyterHub.bind_url).hostname == "127.0.0.1"
    assert not config.Authenticator.admin_users


def test_values_for_kubernetes_keep_the_same_rules():
    """They were checked by the schema of the chart that they name; here is what matters of them."""
    values = yaml.safe_load((DEPLOY / "zero-to-jupyterhub" / "values.yaml").read_text())
    config, user = load(hub_tool.CONFIGURATION), values["singleuser"]
    (lecturer,) = (role for role in config.JupyterHub.load_roles if role["name"] == "lecturer")
    assert values["hub"]["loadRoles"] == {"lecturer": without_name(lecturer)}
    kube = values["hub"]["config"]["KubeSpawner"]
    assert kube["group_overrides"] == config.Spawner.group_overrides
    assert (user["memory"]["limit"], user["cpu"]["limit"]) == ("2G", 1)
    assert values["cull"]["timeout"] > BREAK
    assert values["hub"]["config"]["JupyterHub"]["authenticator_class"] == "generic-oauth"
    assert not values["hub"]["allowNamedServers"]
    assert user["networkPolicy"]["enabled"]
    assert kube["disable_user_config"]
    assert "COPY deploy/jupyterhub/server" in (DEPLOY / "Dockerfile").read_text()


def without_name(role):
    return {key: value for key, value in role.items() if key != "name"}


def test_accounts_and_their_processes_are_gone_even_after_an_error():
    if os.geteuid():
        pytest.skip("Only root can make accounts.")
    with suppress(ZeroDivisionError), make_accounts(1) as ((learner,), _):
        sleep = subprocess.Popen(["sleep", "600"], user=learner.uid, cwd="/")
        assert processes_of(learner.uid) == [sleep.pid]
        _ = 1 / 0
    assert sleep.wait() == -signal.SIGKILL
    assert not learner.home.exists()
    assert learner.uid not in {entry.pw_uid for entry in pwd.getpwall()}


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGKILL])
def test_accounts_are_gone_when_the_run_is_ended_or_by_the_next_one_if_it_is_killed(ended_by):
    if os.geteuid():
        pytest.skip("Only root can make accounts.")
    code = """
import time; from hub import make_accounts
with make_accounts(1) as ((learner,), _):
    print(learner.name, flush=True)
    time.sleep(600)
"""
    command, tools = [sys.executable, "-c", code], Path(hub_tool.__file__).parent
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=tools, text=True, **pipes) as run:
        name = run.stdout.readline().strip()
        assert pwd.getpwnam(name)
        run.send_signal(ended_by)
    if ended_by == signal.SIGKILL:
        assert pwd.getpwnam(name)
        remove_what_is_left()
    assert name not in {entry.pw_name for entry in pwd.getpwall()}
