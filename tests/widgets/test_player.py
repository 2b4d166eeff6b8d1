"""The player: what it sends to the page, and what it does when the page asks, without a page."""

import asyncio

import pytest

from lsqgrad._util import ArgumentError
from lsqgrad.widgets import player as module
from lsqgrad.widgets.cursor import Quiz
from lsqgrad.widgets.player import Player

LAST = 4


class Numbers:
    """Frames that say their place, and remember which were asked for."""

    def __init__(self, name="one"):
        self.name = name
        self.drawn = []

    def scene(self):
        return {"kind": "stepper", "last": LAST, "panels": [], "name": self.name}

    def frame(self, place):
        self.drawn.append(place)
        return {"status": f"{self.name} {place}"}

    def places(self):
        return [str(position) for position in range(LAST + 1)]

    def overview(self):
        return "<p>all of it</p>"


class Small(Player):
    """A player of numbers, which keeps what it sends."""

    def __init__(self, predict=False, **start):
        navigator = Quiz(LAST)
        navigator.predicting = predict
        start = {"size": "notebook", "controls": "few", **start}
        super().__init__(navigator, Numbers(), **start)
        self.sent = []
        self.widget.send = self.sent.append
        self._actions["fail"] = self._fail

    def _fail(self, message):
        raise ArgumentError("lr", "a number above 0", message["value"])

    def _still(self):
        return {"text/plain": "still"}, {}

    def hear(self, **message):
        """Let the page say something."""
        self._hear(self.widget, message, [])

    def go(self, at, **place):
        """Let the page go somewhere from where it is."""
        self.hear(do="go", place={**self.widget.place, "at": at, "predicting": False, **place})


@pytest.fixture
def small():
    return Small()


def frames_of(sent):
    return {place: frame for message in sent for place, frame in message.get("frames", {}).items()}


# What it sends


def test_the_first_frame_is_in_the_scene_so_that_nothing_has_to_be_asked_for(small):
    scene = small.widget.scene
    assert scene["frames"] == {"0": {"status": "one 0"}}
    assert scene["run"] == 0
    assert scene["start"] == {
        "size": "notebook", "controls": "few", "place": "0", "predicting": False,
    }  # fmt: skip


def test_a_question_comes_with_the_position_where_it_is_asked():
    assert [*Small(predict=True).widget.scene["frames"]] == ["0?", "0"]


def test_a_move_in_code_moves_the_page(small):
    small.next()
    small.next()
    assert small.widget.place == {"run": 0, "moves": 2, "at": "2", "predicting": False}
    small.previous()
    assert small.widget.place["at"] == "1"
    small.seek(LAST)
    assert small.widget.place["at"] == str(LAST)
    small.reset()
    assert small.widget.place["at"] == "0"


def test_moves_draw_nothing(small):
    drawn = [*small._frames.drawn]
    for _ in range(LAST):
        small.next()
    small.go("2")
    assert small._frames.drawn == drawn


def test_frames_that_are_asked_for_come_in_their_order(small):
    small.hear(do="frames", run=0, keys=["3", "1?", "2"], id=7)
    first, others, answer = small.sent
    assert [[*one["frames"]] for one in (first, others)] == [["3"], ["1?", "2"]]
    assert answer == {"id": 7}
    assert frames_of(small.sent)["1?"] == {"status": "one 1?"}
    assert all(message["run"] == 0 for message in small.sent if "frames" in message)


def test_frames_come_in_pieces_between_which_others_are_heard(small, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 0)

    async def ask():
        small.hear(do="frames", run=0, keys=["0", "1", "2"], id=1)
        assert [*frames_of(small.sent)] == ["0"]
        small.hear(do="frames", run=0, keys=["4"], id=2)
        while small._wanted:
            await asyncio.sleep(0)

    asyncio.run(ask())
    assert [*frames_of(small.sent)] == ["0", "4", "1", "2"], "what was asked for last comes next"


def test_frames_are_sent_again_after_an_interrupt(small, monkeypatch):
    def interrupt(_place):
        raise KeyboardInterrupt

    monkeypatch.setattr(small._frames, "frame", interrupt)
    with pytest.raises(KeyboardInterrupt):
        small.hear(do="frames", run=0, keys=["1", "2"], id=1)
    monkeypatch.undo()
    small.hear(do="frames", run=0, keys=["2", "3"], id=2)
    assert [*frames_of(small.sent)] == ["2", "3"]


def test_frames_of_a_run_that_is_over_are_not_drawn(small):
    small._show(Numbers("other"))
    small.hear(do="frames", run=0, keys=["1"], id=1)
    assert small.sent == [{"id": 1}]
    small.hear(do="frames", run=1, keys=["1"], id=2)
    assert frames_of(small.sent) == {"1": {"status": "other 1"}}


def test_another_scene_has_another_number_and_begins_where_the_cursor_is(small):
    small.seek(3)
    small._show(Numbers("other"))
    assert small.widget.scene["run"] == small.widget.place["run"] == 1
    assert small.widget.scene["start"]["place"] == "3"
    assert small.widget.scene["frames"] == {"3": {"status": "other 3"}}


# What it hears


@pytest.mark.parametrize(
    ("at", "predicting", "position", "asking"),
    [("3", False, 3, False), ("2?", True, 2, True), ("2", True, 2, False)],
)
def test_it_is_where_the_page_is(small, at, predicting, position, asking):
    small.go(at, predicting=predicting)
    assert (small.position, small.navigator.asking) == (position, asking)
    assert small.navigator.predicting == predicting
    assert small.navigator.place == at


def test_a_move_of_the_page_is_not_answered(small):
    sent = []
    small.widget.send_state = sent.append
    small.go("3")
    assert (small.widget.place["at"], small.sent, sent) == ("3", [], [])


def test_a_move_from_before_one_in_code_comes_too_late(small):
    before = {**small.widget.place}
    small.seek(2)
    small.go("4", moves=before["moves"])
    assert small.position == 2
    small.go("4")
    assert small.position == 4
    small.seek(2)
    assert small.widget.place["at"] == "2"


def test_a_move_in_a_run_that_is_over_moves_nothing(small):
    small.go("1")
    small._show(Numbers("other"))
    small.go("2", run=0)
    assert small.position == 1
    small.go("2")
    assert small.position == 2


def test_what_is_wrong_is_answered_in_a_sentence_with_its_field(small):
    small.hear(do="fail", value="-1", id=3)
    assert small.sent == [
        {"id": 3, "note": "lr: expected a number above 0, got -1.", "field": "lr"}
    ]


def test_an_interrupt_is_told(small):
    def interrupt(_message):
        raise KeyboardInterrupt

    small._actions["fail"] = interrupt
    with pytest.raises(KeyboardInterrupt):
        small.hear(do="fail", id=3)
    assert small.sent == [{"id": 3, "note": "It was interrupted: nothing has changed."}]


def test_what_is_not_known_is_not_answered(small):
    small.hear(do="dance", id=4)
    small.hear()
    assert small.sent == []


# Where it is shown


def test_a_notebook_gets_the_widget_and_what_is_seen_without_one(small):
    bundle, metadata = small._repr_mimebundle_()
    view = bundle.pop("application/vnd.jupyter.widget-view+json")
    assert view["model_id"] == small.widget.model_id
    assert bundle == {"text/plain": "still"}
    assert metadata == {}


def test_a_handout_gets_what_plays_without_a_kernel(small, monkeypatch):
    monkeypatch.setenv(module.HANDOUT, "1")
    bundle = small._repr_mimebundle_()
    assert bundle["text/html"] == small.html()
    assert "application/vnd.jupyter.widget-view+json" not in bundle


@pytest.mark.parametrize("name", ["size", "controls"])
def test_a_choice_that_there_is_not_is_an_error(name):
    with pytest.raises(ArgumentError, match=f"{name}: expected '\\w+' or"):
        Small(**{name: "huge"})


def test_a_player_that_is_not_shown_makes_no_widget(monkeypatch):
    monkeypatch.setattr(module, "_host", None)
    player = Player(Quiz(LAST), Numbers(), size="notebook", controls="all")
    player.next()
    assert player.position == 1
