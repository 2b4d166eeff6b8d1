"""The frames of a walk through a graph: the picture once, and at each node what is said."""

import json
import re
from html import unescape

import pytest
import torch
from records import RECORDS, every_record

from lsqgrad import COLORS, record_backward
from lsqgrad.plotting import GraphFigure
from lsqgrad.widgets.graph_frames import GraphFrames
from lsqgrad.widgets.graph_navigator import GraphNavigator

RECORD = RECORDS["article"]
LAST = 8


@pytest.fixture(scope="module")
def frames():
    return GraphFrames(RECORD)


def plain(html):
    return unescape(re.sub("<.*?>", "", html))


@every_record
def test_every_frame_says_what_the_navigator_says_at_its_place(record):
    frames, navigator = GraphFrames(record), GraphNavigator(record)
    assert frames.last == navigator.last
    for position in range(navigator.last + 1):
        navigator.seek(position)
        frame = frames.frame(str(position))
        assert plain(frame["status"]) == navigator.text
        assert plain(frame["brief"]) == "".join(map(str, navigator.brief))
        assert frame["alt"] == {"graph": navigator.alt_text}


def test_numbers_are_coloured(frames):
    green = f"<span style='color: {COLORS['gradient']}; font-weight: 600'>−24.0824</span>"
    assert frames.frame("6")["status"].endswith(f"before none, now {green}.")


def test_the_scene_holds_the_whole_picture_once(frames):
    scene = frames.scene()
    (panel,) = scene["panels"]
    figure = GraphFigure(RECORD, GraphNavigator(RECORD).arrivals)
    assert (panel["width"], panel["height"]) == (figure.width, figure.height)
    assert panel["background"] == figure.background()
    assert panel["history"] == figure.history()
    assert (panel["name"], panel["axis"], panel["touch"]) == ("graph", None, None)
    assert frames.frame("3")["panels"] == {}


def test_no_move_draws_anything(monkeypatch):
    frames = GraphFrames(RECORD)
    frames.scene()
    monkeypatch.setattr("lsqgrad.plotting.svg.draw_artists", None)
    frames.scene()
    assert [frames.frame(str(position))["panels"] for position in range(LAST + 1)] == [{}] * 9


def test_the_scene_is_a_walk_by_nodes(frames):
    scene = frames.scene()
    assert {name: scene[name] for name in ("kind", "unit", "last", "slider")} == {
        "kind": "graph", "unit": "node", "last": LAST, "slider": {"label": "Node"},
    }  # fmt: skip
    json.dumps(scene)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a&b", '"w"', "it's"])
def test_the_name_of_a_leaf_is_text_and_no_html(name):
    w = torch.tensor([1.0], requires_grad=True)
    frames = GraphFrames(record_backward((w * w).sum(), {name: w}))
    first, last = frames.frame("0"), frames.frame(str(frames.last))
    for html in (first["status"], last["status"], last["brief"]):
        assert name in plain(html)
        assert "<script" not in html
    assert name in first["alt"]["graph"]  # the page puts it in as an attribute
    assert "<script" not in json.dumps(frames.scene()["panels"])


def test_the_png_is_that_of_the_position(frames):
    figure = GraphFigure(RECORD, GraphNavigator(RECORD).arrivals)
    assert frames.png(3) == figure.png(3) != frames.png(4)


@pytest.mark.parametrize("place", ["9", "-1"])
def test_there_is_no_frame_beyond_the_ends(frames, place):
    with pytest.raises(
        ValueError, match=f"^position: expected an integer from 0 to 8, got {place}"
    ):
        frames.frame(place)


def test_only_a_record_has_frames():
    with pytest.raises(TypeError, match=r"^record: expected a GraphRecord, got a list\.$"):
        GraphFrames([*RECORD])


def test_more_nodes_than_a_picture_has_room_for_are_refused():
    w = torch.tensor(1.0, requires_grad=True)
    total = w
    for _ in range(98):
        total = total + w
    assert GraphFrames(record_backward(2 * total)).last == 199
    message = r"^record: expected at most 100 nodes to draw, got 101\.$"
    with pytest.raises(ValueError, match=message):
        GraphFrames(record_backward(2 * (total + w)))
