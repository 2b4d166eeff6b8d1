"""Free places for words, and words in them."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from lsqgrad.plotting.labels import CELL, Entry, Room, explain, size_of


@pytest.fixture
def ax():
    """Axes of 120 by 60 pixels, whose lower left corner is at (10, 20)."""
    ax = Figure(figsize=(2, 2), dpi=72).add_axes((10 / 144, 20 / 144, 120 / 144, 60 / 144))
    ax.set(xlim=(0, 12), ylim=(0, 6))
    return ax


def touch(corner, size, other, other_size):
    return bool(np.all((corner < other + other_size) & (other < corner + size)))


def test_points_of_the_data_have_their_pixels(ax):
    assert Room(ax).pixels([[0, 0], [12, 6]]) == pytest.approx(np.array([[10, 20], [130, 80]]))


def test_the_place_that_is_found_is_free_and_inside_until_it_is_taken(ax):
    room, found, size = Room(ax), [], np.array([30, 10])
    while (corner := room.find(size, [70, 50])) is not None:
        assert (corner >= [10, 20]).all()
        assert (corner + size <= [130, 80]).all()
        assert not any(touch(corner, size, other, size) for other in found)
        assert room.are_free(corner[np.newaxis], size).all()
        room.take(corner, size)
        assert not room.are_free(corner[np.newaxis], size).any()
        found.append(corner)
    assert len(found) >= 8


def test_the_place_is_the_nearest_to_a_pixel(ax):
    room, size = Room(ax), np.array([20, 10])
    corner = room.find(size, [125, 75])
    assert (corner + size >= np.array([125, 75]) - CELL).all()
    room.take([10, 20], [60, 60])
    assert room.find(size, [10, 50])[0] == pytest.approx(70, abs=2 * CELL)


def test_lines_and_points_are_left_free(ax):
    room, size = Room(ax), np.array([12, 8])
    room.take_line(np.array([[10.0, 20], [130, 80], [1e9, -1e9]]))
    room.take_points(np.array([[100.0, 30], [np.nan, 5]]))
    along = np.linspace(0, 1, 500)[:, np.newaxis] * [120, 60] + [10, 20]
    count = 0
    while (corner := room.find(size, [70, 50])) is not None:
        for pixel in [*along, [100, 30]]:
            assert not touch(corner, size, np.array(pixel), np.zeros(2))
        room.take(corner, size)
        count += 1
    assert count >= 3


def test_what_is_taken_in_a_copy_is_free_in_the_room(ax):
    room = Room(ax)
    room.copy().take([10, 20], [120, 60])
    assert room.find([120, 60], [70, 50]) is not None


def test_there_is_no_place_for_what_is_too_large(ax):
    assert Room(ax).find([121, 10], [70, 50]) is None
    assert Room(ax).find([10, 61], [70, 50]) is None
    assert not Room(ax).are_free(np.array([[5.0, 30]]), [15, 10]).any()


@pytest.mark.parametrize("words", ["all the data", "−1.5·10⁻¹²"])
def test_words_need_a_little_more_than_matplotlib_draws(ax, words):
    text = ax.text(0, 0, words)
    box = text.get_window_extent()
    width, height = size_of(words)
    assert box.width < width < 1.2 * box.width + 1
    assert height == pytest.approx(box.height, abs=1.5)  # whole pixels


ENTRIES = [
    Entry("one", "black", {"marker": "o", "linestyle": "none"}),
    Entry("two", "red", {"color": "red"}),
]


def test_words_stand_below_each_other_with_their_samples_before_them(ax):
    explain(Room(ax), ax, ENTRIES, [10, 80])
    one, two = (text.get_window_extent() for text in ax.texts)
    assert {text.get_text(): text.get_color() for text in ax.texts} == {
        "one": "black",
        "two": "red",
    }
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    one, two = boxes["one"], boxes["two"]
    assert one.x0 == pytest.approx(two.x0)
    assert one.y0 > two.y1 - 2
    for sample, box in zip(ax.lines, (two, one), strict=True):
        pixels = sample.get_transform().transform(sample.get_xydata())
        assert pixels[:, 0].max() < box.x0
        assert pixels[:, 1] == pytest.approx((box.y0 + box.y1) / 2, abs=2)


def test_words_stand_apart_where_there_is_no_room_for_all_or_not_at_all(ax):
    room = Room(ax)
    room.take([10, 47], [120, 6])  # what is left are two lines
    explain(room, ax, ENTRIES, [10, 80])
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) == 2
    assert not any(box.y0 < 53 and box.y1 > 47 for box in boxes)
    explain(room, ax, [Entry("much too long for any place here", "black")], [10, 80])
    assert len(ax.texts) == 2
