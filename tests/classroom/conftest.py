"""Tests of what `make slides`, `site`, `lite` and `dist` write, and of the hub.

They need what the extra `classroom` installs, and have the mark `classroom`: `make test` leaves
them out. Those that need Pyodide's archive have the mark `lite` instead.
"""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("lite") is None:
            item.add_marker(pytest.mark.classroom)
