"""The line explorer as a player: what a drag and a typed number do to it."""

import re

import pytest

from lsqgrad import LineExplorer, mean_squared_error

X, Y = [[1], [2], [3]], [[2], [4], [6]]


@pytest.fixture
def explorer():
    explorer = LineExplorer(X, Y, w=[[1]], b=2)
    explorer.sent = []
    explorer.widget.send = explorer.sent.append
    return explorer


def hear(explorer, **message):
    explorer._hear(explorer.widget, {"id": 1, **message}, [])


def test_a_drag_is_answered_by_one_frame_and_no_new_scene(explorer):
    hear(explorer, do="drag", handle="right", panel="data", x=3.0, y=6.0)
    frames, answer = explorer.sent
    assert answer == {"id": 1}
    assert frames["run"] == explorer.widget.scene["run"] == 0
    (frame,) = frames["frames"].values()
    loss = mean_squared_error(X, Y, [[explorer.w]], explorer.b)
    assert f"{loss:.6g}" in re.sub("<[^>]*>", "", frame["status"])
    assert explorer.w != 1


def test_where_a_drag_ends_the_slider_begins(explorer):
    hear(explorer, do="drag", handle="point", panel="path", x=1.5, y=1.0)
    w, b = explorer.w, explorer.b
    hear(explorer, do="run", changes={})
    assert explorer.widget.scene["run"] == 1
    assert (explorer.w, explorer.b) == (w, b)
    explorer.next()
    assert (explorer.w > w, explorer.b) == (True, b)


def test_typed_numbers_move_the_line(explorer):
    hear(explorer, do="run", changes={"w": "0,5"})
    hear(explorer, do="run", changes={"b": "1/4"})
    assert (explorer.w, explorer.b) == (0.5, 0.25)
    hear(explorer, do="run", changes={"along": "b"})
    assert explorer.widget.scene["slider"] == {"label": "b"}


@pytest.mark.parametrize(
    "message",
    [
        {"do": "run", "changes": {"w": "much"}},
        {"do": "run", "changes": {"along": "x"}},
        {"do": "drag", "handle": "middle", "x": 1.0, "y": 1.0},
        {"do": "drag", "handle": "left", "x": 1.0, "y": float("nan")},
    ],
)
def test_what_cannot_be_is_told_and_leaves_the_line(explorer, message):
    hear(explorer, **message)
    (answer,) = explorer.sent
    assert answer["note"].startswith(f"{answer['field']}: expected ")
    assert (explorer.w, explorer.b, explorer.widget.scene["run"]) == (1, 2, 0)


def test_code_moves_it_too(explorer):
    explorer.move(w=2, b=0)
    assert explorer.text.startswith("w = 2, b = 0. The loss is 0,")
    assert repr(explorer) == "<LineExplorer at w = 2, b = 0>"


def test_a_file_has_a_track_along_each(explorer):
    assert '["along w", "along b"]' in explorer.html()


def test_where_no_kernel_runs_picture_and_words_are_left(explorer):
    bundle, metadata = explorer._repr_mimebundle_()
    assert bundle["text/plain"].startswith(explorer.text)
    assert metadata["image/png"]["alt"] == explorer.text
    assert "image/png" in bundle
