"""The two walkers: a derivation and a graph in a player, beside what their frames show."""

import base64

import pytest
from records import RECORDS

from lsqgrad import Derivation, DerivationError, GraphWalker, Line, Slip, Walker, define
from lsqgrad.widgets import RUN_ALL
from lsqgrad.widgets.derivation_frames import NOTHING_ASKED, DerivationFrames
from lsqgrad.widgets.graph_frames import GraphFrames
from lsqgrad.widgets.graph_navigator import GraphNavigator

LOSS = define("r == X @ w - Y", "L(w) == 1 / n * r.T @ r")
LINES = (
    Line("d(L) == d(1 / n * r.T @ r)", "put in the loss"),
    Line(
        "1 / n * (d(r).T @ r + r.T @ d(r))",
        "product rule",
        slips=(Slip("1 / n * d(r).T @ r", "Both."), Slip("1 / n * r.T @ r", "No.")),
    ),
    Line("2 / n * r.T @ d(r)", "a number is its own transpose"),
)
SHORT = Derivation("A <short> one", LINES, LOSS, first=7)
RECORD = RECORDS["article"]
MAKERS = {
    "derivation": (lambda **start: Walker(SHORT, **start), DerivationFrames(SHORT), 2),
    "graph": (lambda **start: GraphWalker(RECORD, **start), GraphFrames(RECORD), 8),
}
both = pytest.mark.parametrize(("make", "frames", "last"), MAKERS.values(), ids=MAKERS)


def go(walker, at, predicting=False):
    """Let the page go somewhere."""
    place = walker.widget.place | {"at": at, "predicting": predicting}
    walker._hear(walker.widget, {"do": "go", "place": place}, [])


@both
def test_the_page_gets_the_frames_of_the_walk(make, frames, last):
    walker = make(size="projector", controls="all")
    start = {"size": "projector", "controls": "all", "place": "0", "predicting": False}
    frame = {"0": frames.frame("0")}
    expected = frames.scene() | {"run": 0, "start": start, "frames": frame}
    assert walker.widget.scene == expected
    sent = []
    walker.widget.send = sent.append
    walker._hear(walker.widget, {"do": "frames", "run": 0, "keys": [f"{last}"], "id": 1}, [])
    assert sent == [{"run": 0, "frames": {f"{last}": frames.frame(f"{last}")}}, {"id": 1}]


@both
def test_code_and_page_move_it(make, frames, last):
    walker = make()
    for move, position in [
        ("next", 1), ("next", 2), ("show_all", last), ("next", last), ("previous", last - 1),
        ("reset", 0), ("previous", 0),
    ]:  # fmt: skip
        getattr(walker, move)()
        assert (walker.position, walker.widget.place["at"]) == (position, str(position))
    go(walker, "1")
    assert walker.position == 1
    with pytest.raises(ValueError, match=r"^position: expected an integer from 0 to"):
        walker.seek(last + 1)
    assert walker.position == 1


@both
def test_two_walkers_do_not_touch_each_other(make, frames, last):
    one, other = make(), make()
    go(one, str(last))
    one.previous()
    assert (one.position, other.position, other.widget.place["at"]) == (last - 1, 0, "0")


@both
def test_a_choice_that_there_is_not_is_an_error(make, frames, last):
    with pytest.raises(ValueError, match=r"^size: expected 'notebook' or 'projector', got str"):
        make(size="hall")


# A derivation


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("0?", "Line 1 of 3. Which line comes next? The rule is: product rule."),
        ("1", "Line 2 of 3: product rule."),
        ("2", "Line 3 of 3: a number is its own transpose."),
    ],
)
def test_a_walker_says_where_the_page_is_and_what_it_asks(at, text):
    walker = Walker(SHORT)
    go(walker, at, predicting=True)
    assert walker.text == text
    assert walker.navigator.place == at


def test_where_a_line_has_no_slips_its_walker_does_not_ask():
    walker, places = Walker(SHORT, predict=True), []
    for _ in range(4):
        places.append(walker.widget.place["at"])
        walker.next()
    assert places == ["0?", "1", "2", "2"]
    without = Walker(Derivation("No slips", LINES[::2], LOSS), predict=True)
    assert without.text.endswith(NOTHING_ASKED)


def test_a_derivation_with_an_error_is_not_walked_through():
    wrong = (LINES[0], Line("1 / n * d(r).T @ r", "product rule"))
    with pytest.raises(DerivationError, match=r"Line \(2\) of 'Wrong', by the rule 'product rule'"):
        Walker(Derivation("Wrong", wrong, LOSS))
    with pytest.raises(TypeError, match=r"^derivation: expected a Derivation, got str 'SHORT'"):
        Walker("SHORT")


def test_without_a_kernel_it_is_said_where_the_derivation_is():
    walker = Walker(SHORT)
    walker.next()
    bundle, metadata = walker._repr_mimebundle_()
    view = bundle.pop("application/vnd.jupyter.widget-view+json")
    assert view["model_id"] == walker.widget.model_id
    assert (bundle, metadata) == ({"text/plain": f"A <short> one, 3 lines. {RUN_ALL}"}, {})
    assert repr(walker) == "<Walker at line 2 of 3>"


# A graph


def test_a_graph_is_told_and_drawn_where_one_is():
    walker, navigator = GraphWalker(RECORD), GraphNavigator(RECORD)
    assert walker.record is RECORD
    for position in (0, 3, 8):
        walker.seek(position)
        navigator.seek(position)
        assert (walker.text, walker.alt_text) == (navigator.text, navigator.alt_text)
        assert walker.png() == GraphFrames(RECORD).png(position)


def test_without_a_kernel_the_whole_walk_is_told_and_one_stays_where_one_is():
    walker, navigator, told = GraphWalker(RECORD), GraphNavigator(RECORD), []
    go(walker, "2")
    for position in range(9):
        navigator.seek(position)
        told.append(navigator.text)
    bundle, metadata = walker._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == "\n".join([*told, RUN_ALL])
    assert base64.b64decode(bundle["image/png"]) == GraphFrames(RECORD).png(8, RUN_ALL)
    assert metadata == {"image/png": {"alt": "\n".join([navigator.alt_text, *told])}}
    assert repr(walker) == "<GraphWalker at position 2 of 8>"


def test_only_a_record_can_be_walked_through():
    with pytest.raises(TypeError, match=r"^record: expected a GraphRecord, got a list\.$"):
        GraphWalker([*RECORD])
