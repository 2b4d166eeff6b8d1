"""The workflows call what is there, and CITATION.cff speaks of this version."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
TEXTS = {path.name: path.read_text("utf-8") for path in ROOT.glob(".github/workflows/*.yml")}


def test_each_target_that_a_workflow_names_is_one_of_the_makefile():
    called = re.findall(r"(?:run: make|target:) ([a-z-]+)", "".join(TEXTS.values()))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert called
    assert set(called) <= set(targets)


def test_windows_is_tested_with_the_commands_of_the_readme():
    steps = yaml.safe_load(TEXTS["checks.yml"])["jobs"]["windows"]["steps"]
    commands = [step["run"].removesuffix(' -k "not browser"') for step in steps if "run" in step]
    readme = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert set(commands) - {"python -m venv .venv"} <= set(readme)  # there it is: py -m venv .venv


def test_citation_cff_names_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert citation["version"] == project["version"]
