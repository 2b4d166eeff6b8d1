"""The files that say what to install agree, and conda, Binder and dev containers can read them."""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from oldest_versions import oldest_versions
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
REQUIREMENTS = sum(PROJECT["optional-dependencies"].values(), PROJECT["dependencies"])
CONSTRAINTS = [
    line
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
OLDEST_PYTHON = PROJECT["requires-python"].removeprefix(">=")
PINS = {canonicalize_name(pin.partition("==")[0]): pin.partition("==")[2] for pin in CONSTRAINTS}


def conda_packages() -> dict[str, MatchSpec]:
    specs = [MatchSpec(line) for line in CONDA["dependencies"] if isinstance(line, str)]
    return {spec.name.normalized: spec for spec in specs}


def test_environment_yml_repeats_no_package_of_pyproject_toml():
    assert set(conda_packages()) == {"python", "pip"}, (
        "environment.yml names python and pip; every other package belongs in pyproject.toml"
    )


def test_environment_yml_takes_the_oldest_python_of_pyproject_toml():
    # One version and no range, since Binder chooses its base image by it.
    python = str(conda_packages()["python"].version)
    assert python == f"{OLDEST_PYTHON}.*", (
        f"environment.yml takes Python {python}, and not the oldest of requires-python"
    )


def test_environment_yml_installs_this_project_with_the_constraints():
    (pip,) = (line for line in CONDA["dependencies"] if isinstance(line, dict))
    assert pip == {"pip": ["-c constraints.txt", "-e .[beyond]"]}, (
        "pip in environment.yml does not install this project, or not with the tested versions"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="repo2docker does not run on Windows")
def test_binder_builds_from_environment_yml():
    # --no-build prints the recipe of the image and needs no Docker.
    binder = subprocess.run(
        [Path(sys.executable).with_name("jupyter-repo2docker"), "--no-build", "--debug", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert binder.returncode == 0, binder.stderr
    assert f"Building conda environment for python={OLDEST_PYTHON}" in binder.stderr, (
        "Binder did not choose conda, or not with the Python of environment.yml"
    )
    copy = binder.stdout.find("COPY --chown=0:0 src/ ${REPO_DIR}/")
    install = binder.stdout.find('--file "environment.yml"')
    assert -1 < copy < install, "Binder must copy the repository first, then install it"


def test_the_dev_container_has_our_python_and_installs_what_make_lab_does():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    assert f"/python:{OLDEST_PYTHON}-" in container["image"]
    assert container["forwardPorts"] == [8888]  # JupyterLab's, which lab_config.py leaves as it is
    make, target = container["postCreateCommand"].split()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert target == ".venv/lab-is-installed"
    assert "VENV := .venv\n" in makefile
    assert "\nlab: $(VENV)/lab-is-installed " in makefile
    python = container["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert python.endswith("/.venv/bin/python")
    if shutil.which(make):  # which says no if there is no such target
        subprocess.run([make, "--dry-run", target], cwd=ROOT, capture_output=True, check=True)


def test_constraints_pin_a_version_that_each_range_allows():
    wrong = [
        f"{requirement} but pinned: {pin}"
        for requirement in map(Requirement, REQUIREMENTS)
        if not (pin := PINS.get(canonicalize_name(requirement.name)))
        or not requirement.specifier.contains(pin)
    ]
    assert not wrong, f"pyproject.toml and constraints.txt differ, run make constraints: {wrong}"


def test_constraints_hold_nothing_but_exact_versions():
    other = [line for line in CONSTRAINTS if not re.fullmatch(r"[\w.-]+==[\w.!]+", line)]
    assert not other, f"options, URLs, paths and local builds tie it to one machine: {other}"


def test_constraints_install_on_the_oldest_python():
    too_new = [
        f"{package.name} {package.version} needs Python {wanted}"
        for package in importlib.metadata.distributions()
        if PINS.get(canonicalize_name(package.name)) == package.version.partition("+")[0]
        and (wanted := package.metadata["Requires-Python"])
        and OLDEST_PYTHON not in SpecifierSet(wanted)
    ]
    assert not too_new, f"run make constraints with Python {OLDEST_PYTHON}: {too_new}"


def test_the_oldest_versions_are_exact_and_allowed():
    for pin, requirement in zip(oldest_versions(), map(Requirement, REQUIREMENTS), strict=True):
        name, version = pin.split("==")
        assert name == requirement.name
        assert requirement.specifier.contains(version)
