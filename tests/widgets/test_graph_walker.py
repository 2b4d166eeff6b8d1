"""The graph walker, pressed as a learner presses it: everything that is seen is at one node."""

import base64
import re
from html import unescape
from xml.etree import ElementTree

import pytest
import torch
from records import RECORDS

from lsqgrad import GraphWalker, record_backward
from lsqgrad.widgets.controls import NODE_MOVES, WITHOUT_BUTTONS
from lsqgrad.widgets.graph_navigator import GraphNavigator

pytestmark = pytest.mark.usefixtures("errors_are_raised")
FIRST = "At the start, the data and the leaves are known (bias, weight)."
FORWARD = "Forward, 1 of 3: weightᵀ, shape (1, 1): -0.34487. This leaves TBackward0 in the graph."
FINAL = (
    "Backward, 5 of 5: AccumulateGrad received shape (1, 1): -150.285.\n"
    "It adds it to weight.grad: before none, now -150.285."
)
LAST = 8
# What the picture holds from a position on.
NUMBERS = {"0.8645": 0, "-1.971": 2, "173.4": 3, "-12.8": 5, "-24.08": 6, "-150.3": 7}


RECORD = RECORDS["article"]


@pytest.fixture
def walker():
    return GraphWalker(RECORD)


def control(walker, name):
    return walker._controls._named[name]


def press(walker, *names):
    for name in names:
        control(walker, name).click()


def words(walker):
    return walker._controls.words.value


def screen(walker):
    return walker._controls.screen.value


def svg(walker):
    """Read the picture as the page does."""
    inside = screen(walker)
    inside = inside[inside.index("<svg") : inside.index("</svg>") + len("</svg>")]
    page = f"<page xmlns:xlink='http://www.w3.org/1999/xlink'>{inside}</page>"
    (root,) = ElementTree.fromstring(page)
    return root


def texts(walker):
    return {"".join(text.itertext()).strip() for text in svg(walker).iter("text")}


def assert_at(walker, position):
    """RunFigure, words and buttons are all at one position."""
    expected = GraphNavigator(walker.record)
    expected.seek(position)
    assert walker.position == walker.navigator.position == position
    assert walker.text == expected.text
    assert walker.alt_text == expected.alt_text
    assert f'data-position="{position}"' in words(walker)
    assert unescape(re.sub("<.*?>", "", words(walker))) == expected.text
    assert f'data-position="{position}"' in screen(walker)
    assert svg(walker).get("aria-label") == expected.alt_text
    assert NUMBERS.keys() & texts(walker) == {
        n for n, first in NUMBERS.items() if position >= first
    }
    disabled = {name: control(walker, name).disabled for name in NODE_MOVES}
    assert disabled == {
        "Reset": position == 0,
        "Previous node": position == 0,
        "Next node": position == LAST,
        "Show all": position == LAST,
    }


def test_a_walker_begins_at_the_start(walker):
    assert_at(walker, 0)
    assert walker.text == FIRST
    assert walker.record is RECORD


@pytest.mark.parametrize(
    ("moves", "position"),
    [
        (["Next node"], 1),
        (["Next node"] * 3, 3),
        (["Next node"] * 4, 4),
        (["Next node"] * LAST, LAST),
        (["Next node", "Next node", "Previous node"], 1),
        (["Show all"], LAST),
        (["Show all", "Previous node"], LAST - 1),
        (["Show all", "Reset"], 0),
        (["Next node", "Reset", "Next node"], 1),
    ],
)
def test_every_move_brings_everything_to_its_node(walker, moves, position):
    press(walker, *moves)
    assert_at(walker, position)


def test_code_moves_it_as_buttons_do(walker):
    for move, position in [
        (walker.next, 1), (walker.show_all, LAST), (walker.previous, LAST - 1), (walker.reset, 0),
        (walker.previous, 0),
    ]:  # fmt: skip
        move()
        assert_at(walker, position)
    walker.show_all()
    walker.next()
    assert_at(walker, LAST)
    assert walker.text == FINAL


def test_the_picture_says_what_it_is_to_those_who_do_not_see_it(walker):
    press(walker, "Next node")
    root = svg(walker)
    assert root.get("role") == "img"
    assert root.get("class") == "lsqgrad-figure"
    assert root.get("aria-label") == (
        "A graph of 5 nodes, from bias, weight on the left to mean of (Ŷ − Y)² on the right. "
        "Shown are the values of 3 and the gradients of 0."
    )


def test_what_is_said_is_in_the_region_that_is_announced(walker):
    press(walker, "Next node")
    assert "lsqgrad-says" in walker._controls.words._dom_classes
    assert walker.text == FORWARD
    assert FORWARD in words(walker)


@pytest.mark.parametrize("name", ["a<b", "it's", '"w"', "a&b"])
def test_a_leaf_may_have_any_name(name):
    w = torch.tensor([1.0], requires_grad=True)
    walker = GraphWalker(record_backward((w * w).sum(), {name: w}))
    assert svg(walker).get("aria-label") == walker.alt_text
    assert f"from {name} on the left" in walker.alt_text
    assert unescape(words(walker)).count(name) == 1
    assert name in texts(walker)


# Size


def test_all_is_larger_on_the_projector(walker):
    press(walker, "Next node", "Next node")
    before = svg(walker).get("viewBox")
    assert control(walker, "Size").options == ("notebook", "projector")
    control(walker, "Size").value = "projector"
    assert_at(walker, 2)
    assert "lsqgrad-projector" in words(walker)
    assert "lsqgrad-projector" in screen(walker)
    narrower = svg(walker).get("viewBox")
    assert float(narrower.split()[2]) < float(before.split()[2])
    press(walker, "Next node")
    assert_at(walker, 3)
    control(walker, "Size").value = "notebook"
    assert_at(walker, 3)
    assert "lsqgrad-notebook" in words(walker)
    assert svg(walker).get("viewBox") == before


def test_the_size_can_be_chosen_at_the_start():
    walker = GraphWalker(RECORD, size="projector")
    assert control(walker, "Size").value == "projector"
    assert "lsqgrad-projector" in words(walker)
    assert_at(walker, 0)


# On paper, and without a kernel


def width_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20], "big")


def test_the_png_is_that_of_the_position_and_the_size(walker):
    first = walker.png()
    press(walker, "Show all")
    last = walker.png()
    assert first != last
    assert width_of(first) == width_of(last) == 1240
    control(walker, "Size").value = "projector"
    assert width_of(walker.png()) == 1000
    press(walker, "Reset")
    control(walker, "Size").value = "notebook"
    assert walker.png() == first


def test_without_a_kernel_the_whole_walk_is_told(walker):
    press(walker, "Next node")
    data, metadata = walker._repr_mimebundle_()
    navigator = GraphNavigator(RECORD)
    told = []
    for position in range(LAST + 1):
        navigator.seek(position)
        told.append(navigator.text)
    assert (told[0], told[1], told[-1]) == (FIRST, FORWARD, FINAL)
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == "\n".join([*told, WITHOUT_BUTTONS])
    assert metadata == {"image/png": {"alt": "\n".join([navigator.alt_text, *told])}}
    end = GraphWalker(RECORD)
    end.show_all()
    assert base64.b64decode(data["image/png"]) == end.png()


def test_the_place_stays_when_the_whole_walk_is_told(walker):
    press(walker, "Next node", "Next node")
    before = walker.png()
    walker._repr_mimebundle_()
    assert_at(walker, 2)
    assert walker.png() == before
    press(walker, "Next node")
    assert_at(walker, 3)


def test_a_walker_has_a_short_repr(walker):
    assert repr(walker) == "<GraphWalker at position 0 of 8>"
    press(walker, "Show all")
    assert repr(walker) == "<GraphWalker at position 8 of 8>"


# The widgets


def test_every_control_says_what_it_does(walker):
    for name, tooltip in NODE_MOVES.items():
        assert control(walker, name).tooltip == tooltip
    assert control(walker, "Size").tooltip == "The size of the type"


def test_the_words_and_the_picture_are_in_what_is_shown(walker):
    _, words_of, screen_of, _ = walker.widget.children
    assert words_of is walker._controls.words
    assert screen_of is walker._controls.screen
    assert {"lsqgrad-widget", "lsqgrad-graphwalker"} <= {*walker.widget._dom_classes}


def test_two_walkers_do_not_touch_each_other():
    one, other = GraphWalker(RECORD), GraphWalker(RECORD)
    press(one, "Next node", "Next node")
    assert_at(one, 2)
    assert_at(other, 0)


# Errors


@pytest.mark.parametrize(
    ("record", "kind"),
    [(None, "NoneType"), ([*RECORD], "list"), (RECORD[0], "GraphNode"), (repr(RECORD), "str")],
    ids=["None", "its nodes", "a node", "its text"],
)
def test_only_a_record_is_walked_through(record, kind):
    with pytest.raises(TypeError) as caught:
        GraphWalker(record)
    assert str(caught.value) == f"record: expected a GraphRecord, got a {kind}."


@pytest.mark.parametrize(
    ("size", "named"),
    [
        ("large", "str 'large'"),
        ("projector ", "str 'projector '"),
        (None, "NoneType None"),
        (1, "int 1"),
    ],
)
def test_a_size_is_one_of_those_named(size, named):
    with pytest.raises(ValueError, match="size") as caught:
        GraphWalker(RECORD, size=size)
    assert str(caught.value) == f"size: expected 'notebook' or 'projector', got {named}."


def test_more_nodes_than_a_picture_has_room_for_are_refused():
    w = torch.tensor(1.0, requires_grad=True)
    total = w
    for _ in range(98):
        total = total + w
    assert GraphWalker(record_backward(2 * total)).position == 0
    with pytest.raises(
        ValueError, match=r"^record: expected at most 100 nodes to draw, got 101\.$"
    ):
        GraphWalker(record_backward(2 * (total + w)))
