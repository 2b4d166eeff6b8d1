"""The picture of a line that is moved by hand: squares, handles, and what is in view."""

import re
from xml.etree import ElementTree

import matplotlib.style
import numpy as np
import pytest

from lsqgrad import line_data
from lsqgrad.plotting.explorer_picture import ExplorerPicture
from lsqgrad.plotting.run_picture import HEIGHT, WIDTH

POINT = (np.array([[2.0]]), np.array([[3.0]]))
RNG = np.random.default_rng(0)
DATA = {
    "line": line_data(),
    "one point": POINT,
    "two points": (np.array([[1.0], [2.0]]), np.array([[-1.0], [4.0]])),
    "constant x": (np.full((3, 1), 2.0), np.array([[1.0], [2.0], [4.0]])),
    "constant y": (np.array([[1.0], [2.0]]), np.array([[5.0], [5.0]])),
    "zeros": (np.zeros((2, 1)), np.zeros((2, 1))),
    "huge": tuple(1e12 * part for part in line_data()),
    "tiny": tuple(-1e-12 * part for part in line_data()),
    "years": (np.arange(2000.0, 2020)[:, np.newaxis], RNG.normal(size=(20, 1))),
    "many": tuple(RNG.normal(size=(2, 200, 1))),
}
every_data = pytest.mark.parametrize("name", DATA)


def picture_of(name):
    X, Y = DATA[name]
    return ExplorerPicture(X, Y, 0.0, float(np.mean(Y)))


def lines_through(picture):
    """Return w and b of lines with handles anywhere in the picture, and beyond."""
    bottom, top = picture.line.ax.get_ylim()
    heights = np.linspace(bottom - (top - bottom), 2 * top - bottom, 5)
    left, right = picture.line.rails
    for low in heights:
        for high in heights:
            w = (high - low) / (right - left)
            yield w, low - w * left


def in_pixels(picture, points):
    return picture.line.ax.transData.transform(np.reshape(points, (-1, 2)))


# Squares


@every_data
def test_each_square_has_the_residual_for_its_sides_on_the_screen(name):
    picture = picture_of(name)
    X, Y = DATA[name]
    for w, b in lines_through(picture):
        squares = picture.line.squares(w, b)
        corners = in_pixels(picture, squares).reshape(-1, 4, 2)
        sides = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
        ends = np.stack([np.hstack([X, Y]), np.hstack([X, w * X + b])], axis=1)
        residuals = np.abs(np.diff(in_pixels(picture, ends).reshape(-1, 2, 2)[..., 1]))
        np.testing.assert_allclose(sides, np.repeat(residuals, 4, axis=1), atol=1e-6)
        width, height = np.ptp(corners, axis=1).T
        np.testing.assert_allclose(width, height, atol=1e-6)  # it is upright


def test_areas_are_in_proportion_to_squares_of_residuals():
    X, Y = DATA["line"]
    picture = picture_of("line")
    w, b = 1.25, 3.5
    corners = in_pixels(picture, picture.line.squares(w, b)).reshape(-1, 4, 2)
    areas = np.prod(np.ptp(corners, axis=1), axis=1)
    squares = (w * X + b - Y).ravel() ** 2
    np.testing.assert_allclose(areas / areas.sum(), squares / squares.sum())


@pytest.mark.parametrize("w", [-1.5, -0.5, 0.5, 1.5])
def test_a_square_lies_on_one_side_of_the_line(w):
    """Where it fits; the square of a point above the line lies above the line, too."""
    picture = picture_of("line")
    X, Y = DATA["line"]
    b = float(np.mean(Y) - w * np.mean(X))
    left, right = picture.line.ax.get_xlim()
    checked = 0
    for (x, y), square in zip(np.hstack([X, Y]), picture.line.squares(w, b), strict=True):
        above = square[:, 1] - (w * square[:, 0] + b)
        is_above = y > w * x + b
        better_right = is_above == (w < 0)
        room = right - x if better_right else x - left
        if room > np.ptp(square[:, 0]):
            checked += 1
            assert ((above if is_above else -above) > -1e-9).all()
    assert checked > 5


@every_data
def test_a_square_that_fits_on_one_side_is_not_cut_there(name):
    picture = picture_of(name)
    X, _ = DATA[name]
    left, right = picture.line.ax.get_xlim()
    for w, b in lines_through(picture):
        for x, square in zip(X.ravel(), picture.line.squares(w, b), strict=False):
            side = np.ptp(square[:, 0])
            if side <= max(x - left, right - x) * (1 - 1e-9):
                assert left <= square[:, 0].min() + 1e-6 * side
                assert square[:, 0].max() - 1e-6 * side <= right


def test_squares_that_the_edge_cuts_are_counted():
    picture = picture_of("one point")
    _, top = picture.line.ax.get_ylim()
    assert picture.line.cut(0.0, 3.0) == 0
    assert picture.line.cut(0.0, 3.0 + 0.4 * (top - 3.0)) == 0
    assert picture.line.cut(0.0, top + 0.1) == 1


def test_many_points_have_residuals_alone():
    picture = picture_of("many")
    assert not picture.line.has_squares
    assert picture.line.cut(5.0, 0.0) == 0
    words = texts(picture)[0]
    assert ("residual" in words, "residual, and its square" in words) == (True, False)
    assert "residual, and its square" in texts(picture_of("line"))[0]


# Handles


@every_data
def test_handles_are_on_the_line_or_at_the_edge(name):
    picture = picture_of(name)
    bottom, top = picture.line.ax.get_ylim()
    left, right = picture.line.ax.get_xlim()
    for w, b in lines_through(picture):
        for x, y in picture.line.handles(w, b):
            assert left < x < right
            expected = min(max(w * x + b, bottom), top)
            assert y == pytest.approx(expected, rel=1e-12, abs=1e-12 * (top - bottom))
        x, y = picture.surface.handle(w, b)
        ax = picture.surface.ax
        assert ax.get_xlim()[0] <= x <= ax.get_xlim()[1]
        assert ax.get_ylim()[0] <= y <= ax.get_ylim()[1]


def test_a_handle_is_where_it_can_be_taken_hold_of():
    picture = picture_of("line")
    moving = picture.moving((1.25, 3.5))
    places = {
        "data": zip(("left", "right"), picture.line.handles(1.25, 3.5), strict=True),
        "path": [("point", (1.25, 3.5))],
    }
    for panel in picture.panels():
        targets = circles(moving[panel["name"]])
        x, y = panel["touch"]["x"], panel["touch"]["y"]
        expected = {
            name: (np.interp(at[0], x[2:], x[:2]), np.interp(at[1], y[:1:-1], y[1::-1]))
            for name, at in places[panel["name"]]
        }
        assert targets.keys() == expected.keys()
        for name, at in expected.items():
            assert targets[name] == pytest.approx(at, abs=0.06)
        assert panel["touch"]["kind"] == "drag"


def circles(inside):
    found = re.findall(r'<circle data-handle="(\w+)" cx="(\S+)" cy="(\S+)"', inside)
    return {name: (float(x), float(y)) for name, x, y in found}


@pytest.mark.parametrize(("b", "seen"), [(12.0, True), (1000.0, False), (-1000.0, False)])
def test_a_line_that_is_gone_has_grey_handles(b, seen):
    picture = picture_of("line")
    assert picture.line.sees(0.0, b) == picture.surface.sees(0.0, b) == seen
    for inside in picture.moving((0.0, b)).values():
        assert ("#949494" in inside) == (not seen)


# What is in view, and what is drawn


@every_data
def test_data_start_and_optimum_are_in_view(name):
    picture = picture_of(name)
    X, Y = DATA[name]
    assert picture.line.sees(0.0, float(np.mean(Y)))
    assert picture.surface.sees(0.0, float(np.mean(Y)))
    pixels = in_pixels(picture, np.hstack([X, Y]))
    box = picture.line.ax.get_window_extent()
    assert ((box.min <= pixels) & (pixels <= box.max)).all()
    assert picture.surface.sees(*picture.surface._optimum)


def test_a_line_from_corner_to_corner_of_the_data_is_in_view_over_the_loss():
    picture = picture_of("line")
    _, Y = DATA["line"]
    (left, right), low, high = picture.line.rails, Y.min(), Y.max()
    for first, last in [(low, high), (high, low), (low, low), (high, high)]:
        w = (last - first) / (right - left)
        assert picture.surface.sees(w, first - w * left)


def texts(picture):
    """Return the words of each panel."""
    return [
        [text.text for text in parsed(panel["background"]).iter("text")]
        for panel in picture.panels()
    ]


def parsed(inside):
    link = "http://www.w3.org/1999/xlink"
    return ElementTree.fromstring(f"<svg xmlns:xlink='{link}'>{inside}</svg>")


@every_data
def test_what_is_drawn_can_be_parsed_and_has_no_word_that_is_not_a_number(name):
    picture = picture_of(name)
    backgrounds = [panel["background"] for panel in picture.panels()]
    for w, b in [(0.0, 0.0), (1e300, -1e300), *lines_through(picture)]:
        for inside in [*backgrounds, *picture.moving((w, b)).values()]:
            parsed(inside)
            assert not re.search(r"\bnan\b|\binf\b", inside)
    assert all((panel["width"], panel["height"]) == (WIDTH, HEIGHT) for panel in picture.panels())


def test_there_is_no_run():
    picture = picture_of("line")
    assert [panel["history"] for panel in picture.panels()] == [[], []]
    assert not any("gradient" in word for words in texts(picture) for word in words)


def test_the_png_is_that_of_the_line():
    picture = picture_of("line")
    first, other = picture.png((0.0, 12.0)), picture.png((1.0, 5.0))
    assert first.startswith(b"\x89PNG")
    assert first != other
    assert picture.png((0.0, 12.0)) == first


def test_the_picture_does_not_follow_the_readers_style():
    expected = picture_of("line").png((1.0, 5.0))
    with matplotlib.rc_context():
        matplotlib.style.use("dark_background")
        matplotlib.rcParams["font.size"] = 40
        assert picture_of("line").png((1.0, 5.0)) == expected
