import ipywidgets
import pytest


@pytest.fixture
def errors_are_raised(monkeypatch):
    """Where a button is pressed, ipywidgets writes an error into a log and goes on."""

    def call(dispatcher, *arguments):
        for callback in dispatcher.callbacks:
            callback(*arguments)

    monkeypatch.setattr(ipywidgets.CallbackDispatcher, "__call__", call)
