import ipywidgets
import pytest

from lsqgrad.judging import execution as attempt


@pytest.fixture
def errors_are_raised(monkeypatch):
    """Where a button is pressed, ipywidgets writes an error into a log and goes on."""

    def call(dispatcher, *arguments):
        for callback in dispatcher.callbacks:
            callback(*arguments)

    monkeypatch.setattr(ipywidgets.CallbackDispatcher, "__call__", call)


@pytest.fixture
def little_time(monkeypatch):
    """Answers have less time, and more attempts are made to stop them."""
    monkeypatch.setattr(attempt, "MOST_WORK", 0.2)
    monkeypatch.setattr(attempt, "MOST_TIME", 1.0)
    monkeypatch.setattr(attempt, "TRIES", 500)
