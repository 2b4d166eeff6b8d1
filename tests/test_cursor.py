"""A cursor moves within its ends, and says where it is."""

import pytest

from lsqgrad.cursor import Cursor


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
