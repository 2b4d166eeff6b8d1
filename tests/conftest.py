import os

import pytest

from lsqgrad.judging import execution as attempt

# It has no examples, and those of classroom/ have a module of this name.
collect_ignore = ["conftest.py"]

# Files of 20 seconds and more, and the longest notebooks, so that none is left to one worker at the
# end: see docs/testing.md.
FIRST = (
    "test_browser.py",
    "test_exercises.py",
    "test_release.py",
    "test_player_page.py",
    "test_student_answers.py",
    "test_practice.py",
    "test_workers.py",
    "12_beyond.ipynb",
    "05_failure_lab.ipynb",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else 99)


@pytest.fixture
def little_time(monkeypatch):
    """Answers have less time, and more attempts are made to stop them."""
    monkeypatch.setattr(attempt, "MOST_WORK", 0.2)
    monkeypatch.setattr(attempt, "MOST_TIME", 1.0)
    monkeypatch.setattr(attempt, "TRIES", 500)


@pytest.fixture(scope="module")
def chromium():
    """A browser, which ends with the file: Playwright leaves an event loop in its process."""
    import browser

    path = browser.find_chromium()
    if path is None:
        message = "no Chromium on this machine: install it, or run 'playwright install chromium'"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    with browser.chromium(path) as chromium:
        yield chromium
