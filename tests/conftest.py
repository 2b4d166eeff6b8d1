import pytest

from lsqgrad.judging import execution as attempt

# Those that take longest, so that none of them is left to one worker at the end.
FIRST = (
    "test_browser.py",
    "test_player_page.py",
    "test_exercises.py",
    "test_release.py",
    "test_practice.py",
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
