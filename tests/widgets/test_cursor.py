"""A cursor moves within its ends, and says where it is; a quiz asks before it shows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsqgrad.widgets.cursor import Cursor, Quiz

REPEATABLE = settings(derandomize=True, deadline=None)


def seen(cursor):
    return cursor.position, cursor.at_start, cursor.at_end


def test_a_cursor_begins_at_the_start():
    assert seen(Cursor(last=2)) == (0, True, False)


def test_next_goes_on_by_one_and_stays_at_the_end():
    cursor = Cursor(last=2)
    cursor.next()
    assert seen(cursor) == (1, False, False)
    cursor.next()
    assert seen(cursor) == (2, False, True)
    cursor.next()
    assert seen(cursor) == (2, False, True)


def test_previous_goes_back_by_one_and_stays_at_the_start():
    cursor = Cursor(last=3)
    cursor.seek(2)
    cursor.previous()
    assert seen(cursor) == (1, False, False)
    cursor.previous()
    assert seen(cursor) == (0, True, False)
    cursor.previous()
    assert seen(cursor) == (0, True, False)


def test_reset_goes_to_the_start():
    cursor = Cursor(last=3)
    cursor.seek(3)
    cursor.reset()
    assert seen(cursor) == (0, True, False)


@pytest.mark.parametrize("position", [0, 1, 3])
def test_seek_goes_to_any_position(position):
    cursor = Cursor(last=3)
    cursor.seek(position)
    assert cursor.position == position


@pytest.mark.parametrize(
    ("position", "error"), [(-1, ValueError), (4, ValueError), (1.0, TypeError), (True, TypeError)]
)
def test_seek_out_of_range_is_refused_and_moves_nothing(position, error):
    cursor = Cursor(last=3)
    cursor.seek(2)
    with pytest.raises(error, match=r"^position: expected an integer.*, got "):
        cursor.seek(position)
    assert cursor.position == 2


def test_a_cursor_with_one_place_is_at_both_ends():
    cursor = Cursor(last=0)
    for move in (cursor.next, cursor.previous, cursor.reset):
        move()
        assert seen(cursor) == (0, True, True)


@pytest.mark.parametrize(("last", "error"), [(-1, ValueError), (2.5, TypeError), ("3", TypeError)])
def test_the_last_position_is_an_integer_of_at_least_zero(last, error):
    with pytest.raises(error, match=r"^last: expected an integer"):
        Cursor(last)


# In predict mode


def quiz(last, predicting=True):
    result = Quiz(last)
    result.predicting = predicting
    return result


def state(quiz):
    return quiz.position, quiz.asking


def states(last, predicting=True):
    """Return all states in order: every place is shown, and all but the last are asked from."""
    shown = [(place, False) for place in range(last + 1)]
    if not predicting:
        return shown
    asked = [(place, True) for place in range(last)]
    return sorted([*shown[1:], *asked]) or shown


def walked(quiz, move):
    """Return the states that a move leads through, until it leads nowhere."""
    seen = [state(quiz)]
    for _ in range(20):
        move()
        if state(quiz) != seen[-1]:
            seen.append(state(quiz))
    return seen


def test_a_quiz_asks_at_every_place_but_the_last():
    assert states(3) == [(0, True), (1, False), (1, True), (2, False), (2, True), (3, False)]
    asked = quiz(last=3)
    assert walked(asked, asked.next) == states(3)
    assert walked(asked, asked.previous) == states(3)[::-1]


def test_a_quiz_that_does_not_predict_is_a_cursor():
    plain = quiz(last=3, predicting=False)
    assert walked(plain, plain.next) == [(0, False), (1, False), (2, False), (3, False)]
    assert walked(plain, plain.previous) == [(3, False), (2, False), (1, False), (0, False)]


def test_a_quiz_begins_without_asking():
    assert state(Quiz(last=3)) == (0, False)
    assert not Quiz(last=3).predicting


def test_what_is_asked_is_asked_anew_when_predict_mode_begins():
    asked = quiz(last=3)
    asked.next()
    assert state(asked) == (1, False)
    asked.predicting = True
    assert state(asked) == (1, True)
    asked.predicting = False
    assert state(asked) == (1, False)
    asked.next()
    assert state(asked) == (2, False)


@pytest.mark.parametrize(
    ("value", "predicting"), [(1, True), ("yes", True), (0, False), ("", False)]
)
def test_predict_mode_is_on_or_off(value, predicting):
    assert quiz(3, value).predicting is predicting


@REPEATABLE
@given(
    st.integers(0, 4),
    st.lists(
        st.sampled_from(["next", "previous", "reset", True, False]) | st.integers(0, 4),
        max_size=30,
    ),
)
def test_whatever_is_done_a_quiz_is_in_one_of_its_states(last, actions):
    """A list of all states and a place in it is another way to keep count."""
    tried, predicting, place = Quiz(last), False, 0
    for action in actions:
        order = states(last, predicting)
        if isinstance(action, bool):
            position, _ = order[place]
            tried.predicting = predicting = action
            order = states(last, predicting)
            place = order.index((position, predicting and position < last))
        elif isinstance(action, int):
            position = min(action, last)
            tried.seek(position)
            place = order.index((position, predicting and position < last))
        else:
            getattr(tried, action)()
            moved = {"next": place + 1, "previous": place - 1, "reset": 0}[action]
            place = min(max(moved, 0), len(order) - 1)
        assert state(tried) == order[place]
        assert tried.at_start == (order[place][0] == 0)
        assert tried.at_end == (order[place][0] == last)


@pytest.mark.parametrize("position", [-1, 4, 1.0])
def test_a_seek_that_is_refused_leaves_a_quiz_as_it_was(position):
    asked = quiz(last=3)
    asked.next()
    with pytest.raises((TypeError, ValueError), match=r"^position: "):
        asked.seek(position)
    assert state(asked) == (1, False)


def test_where_nothing_is_asked_next_goes_on_at_once():
    class SeldomAsking(Quiz):
        @property
        def asking(self):
            return super().asking and self.position == 0

    quiz = SeldomAsking(last=3)
    quiz.predicting = True
    seen = []
    for _ in range(4):
        seen.append((quiz.position, quiz.asking))
        quiz.next()
    assert seen == [(0, True), (1, False), (2, False), (3, False)]


# Places, as the page has them


def test_a_cursor_goes_where_the_page_is():
    cursor = Cursor(last=12)
    cursor.go("12")
    assert (cursor.position, cursor.place) == (12, "12")


@pytest.mark.parametrize("predicting", [False, True])
def test_every_place_leads_back_to_its_state(predicting):
    for place in range(len(states(3, predicting))):
        there, back = quiz(3, predicting), quiz(3, not predicting)
        for _ in range(place):
            there.next()
        back.go(there.place, predicting)
        assert state(back) == state(there) == states(3, predicting)[place]
        for move in ("next", "previous", "previous"):
            getattr(there, move)()
            getattr(back, move)()
            assert (state(back), back.place) == (state(there), there.place)


def test_places_are_named_by_position_and_question():
    asked = quiz(last=2)
    places = []
    for _ in range(4):
        places.append(asked.place)
        asked.next()
    assert places == ["0?", "1", "1?", "2"]


@pytest.mark.parametrize("place", ["4", "-1", "x", "", "?", "1.0"])
def test_a_place_that_there_is_not_leaves_all_as_it_was(place):
    asked = quiz(last=3)
    asked.next()
    with pytest.raises(ValueError, match=r"position|int"):
        asked.go(place, predicting=False)
    assert (state(asked), asked.predicting) == ((1, False), True)
