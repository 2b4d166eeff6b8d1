"""The frames of a line that is moved by hand: exact numbers, and it goes where it is put."""

import json
import math
import re
from fractions import Fraction
from html import unescape

import numpy as np
import pytest

from lsqgrad import line_data
from lsqgrad.widgets.explorer_frames import LAST, ExplorerFrames

DATA = {
    "line": line_data(),
    "one point": ([[2.0]], [[3.0]]),
    "two points": ([[1.0], [2.0]], [[-1.0], [4.0]]),
    "constant x": ([[2.0], [2.0], [2.0]], [[1.0], [2.0], [4.0]]),
    "constant y": ([[1.0], [2.0]], [[5.0], [5.0]]),
    "zeros": ([[0.0], [0.0]], [[0.0], [0.0]]),
    "huge": tuple(1e12 * part for part in line_data()),
    "tiny": tuple(-1e-12 * part for part in line_data()),
    "years": (np.arange(2000.0, 2020)[:, np.newaxis], line_data(20)[1]),
}
every_data = pytest.mark.parametrize("name", DATA)


def frames_of(name, **start):
    return ExplorerFrames(*DATA[name], **start)


def plain(html):
    return unescape(re.sub("<.*?>", "", html))


def exact_numbers(X, Y, w, b):
    """Return the loss and both parts of its gradient, of exactly these numbers."""
    w, b = Fraction(w), Fraction(b)
    points = [
        (Fraction(float(x)), Fraction(float(y)))
        for x, y in zip(np.ravel(X), np.ravel(Y), strict=True)
    ]
    residuals = [w * x + b - y for x, y in points]
    n = len(points)
    of_w = Fraction(2, n) * sum(r * x for r, (x, _) in zip(residuals, points, strict=True))
    return sum(r**2 for r in residuals) / n, of_w, Fraction(2, n) * sum(residuals)


# Numbers


@every_data
@pytest.mark.parametrize("handle", ["left", "right", "point"])
def test_numbers_at_a_drag_are_those_of_exact_fractions(name, handle):
    frames = frames_of(name)
    bottom, top = frames._picture.line.ax.get_ylim()
    x = np.mean(frames._picture.surface.ax.get_xlim())
    height = 0.6 * top + 0.4 * bottom
    frames.drag(handle, x, height if handle != "point" else frames.b)
    values = frames._values(frames.w, frames.b)
    X, Y = (np.asarray(part) for part in DATA[name])
    size = np.max(np.abs(frames.w * X)) + abs(frames.b) + np.max(np.abs(Y))
    exact = exact_numbers(X, Y, frames.w, frames.b)
    sizes = (size**2, size * np.max(np.abs(X)), size)
    for found, expected, largest in zip(values[2:], exact, sizes, strict=True):
        assert abs(Fraction(found) - expected) <= Fraction(1e-13) * Fraction(largest)


def test_a_line_is_told_with_its_numbers():
    frames = ExplorerFrames([[1], [2]], [[1], [4]], w=[[1]], b=1)
    assert frames.text == (
        "w = 1, b = 1. The loss is 1, the mean of 2 squares of residuals.\n"
        "∂L/∂w = −1: a larger w lowers the loss. ∂L/∂b = 0."
    )
    frame = frames.frame(frames.place)
    assert plain(frame["status"]) == frames.text
    assert plain(frame["brief"]) == "w = 1, b = 1, loss = 1, ∂L/∂w = −1, ∂L/∂b = 0"
    assert frame["alt"] == {
        "data": "2 points and the line y = 1 x + 1, with a square on each residual.",
        "path": "The loss over w and b, and a point at w = 1, b = 1, where it is 1.",
    }
    assert frame["tables"] == {}


@pytest.mark.parametrize(
    ("w", "b", "told"),
    [
        (1.0, 1.5, "∂L/∂w = 0.5: a smaller w lowers the loss. ∂L/∂b = 1: a smaller b lowers"),
        (1.0, 0.5, "∂L/∂w = −2.5: a larger w lowers the loss. ∂L/∂b = −1: a larger b lowers"),
    ],
)
def test_it_is_told_which_way_the_loss_falls(w, b, told):
    assert told in ExplorerFrames([[1], [2]], [[1], [4]], w=[[w]], b=b).text


def test_what_rounding_leaves_of_a_zero_is_told_to_be_that():
    X, Y = DATA["line"]
    w, b = np.polyfit(X.ravel(), Y.ravel(), 1)
    told = ExplorerFrames(X, Y, [[w]], b).text
    assert told.count("0 but for rounding") == 2
    assert "lowers" not in told


def test_one_point_is_told_as_one():
    frames = frames_of("one point")
    assert "the square of one residual." in frames.text
    assert frames.frame("20")["alt"]["data"].startswith("1 point and the line")


def test_what_is_not_seen_is_told():
    frames = frames_of("line")
    frames.change(w=0.0, b=1000.0)
    assert frames.text.splitlines()[2:] == [
        "The line has left the picture: its handles are at the edge.",
        "The point (w, b) has left the picture of the loss: it is at the edge.",
    ]
    assert frames.frame(frames.place)["alt"]["data"] == "10 points."
    frames.change(w=1.25, b=13.0)
    assert frames.text.splitlines()[2:] == ["3 squares are cut by the edge of the picture."]


# Handles


@every_data
@pytest.mark.parametrize(("handle", "other"), [("left", 1), ("right", 0)])
def test_a_handle_stays_where_it_was_dropped_and_so_does_the_other(name, handle, other):
    frames = frames_of(name)
    line = frames._picture.line
    bottom, top = line.ax.get_ylim()
    scale = top - bottom + abs(frames.b)
    for part in (0.1, 0.8, 0.5):
        y = bottom + part * (top - bottom)
        before = frames.w * line.rails + frames.b
        frames.drag(handle, 0.0, y)
        after = frames.w * line.rails + frames.b
        rounding = 1e-12 * max(scale, abs(frames.w) * np.max(np.abs(line.rails)))
        assert after[1 - other] == pytest.approx(y, abs=rounding)
        assert after[other] == pytest.approx(before[other], abs=rounding)


def test_the_point_stays_where_it_was_dropped():
    frames = frames_of("line")
    frame = frames.drag("point", 1.5, 4.25)
    assert (frames.w, frames.b) == (1.5, 4.25)
    assert plain(frame["brief"]).startswith("w = 1.5, b = 4.25, ")


@pytest.mark.parametrize("handle", ["left", "right", "point"])
@pytest.mark.parametrize("far", [1e9, -1e9])
def test_what_is_dragged_out_of_the_picture_stays_at_its_edge(handle, far):
    frames = frames_of("line")
    frames.drag(handle, far, far)
    line, surface = frames._picture.line, frames._picture.surface
    edge = int(far > 0)
    if handle == "point":
        assert frames.w == surface.ax.get_xlim()[edge]
        assert frames.b == surface.ax.get_ylim()[edge]
    else:
        at = line.rails[int(handle == "right")]
        assert frames.w * at + frames.b == pytest.approx(line.ax.get_ylim()[edge])


def test_a_drag_returns_the_frame_of_the_line():
    frames = frames_of("line")
    frame = frames.drag("right", 0.0, 15.0)
    frames.change()
    again = frames.frame(frames.place)
    for part in ("alt", "status", "brief", "tables"):
        assert frame[part] == again[part]
    assert without_ids(frame["panels"]) == without_ids(again["panels"])
    assert frames.text == plain(frame["status"])


def without_ids(panels):
    """Leave out the ids, since matplotlib chooses them by chance."""
    return {
        name: re.sub(r'(id="|url\(#|href="#)\w+', r"\1", inside) for name, inside in panels.items()
    }


@pytest.mark.parametrize(
    ("move", "message"),
    [
        (("up", 0, 0), "handle: expected 'left' or 'right' or 'point', got str 'up'."),
        ((None, 0, 0), "handle: expected 'left' or 'right' or 'point', got NoneType None."),
        (("left", 0, math.nan), "y: expected a finite number, got nan."),
        (("left", math.inf, 0), "x: expected a finite number, got inf."),
    ],
)
def test_a_drag_that_makes_no_sense_is_refused_and_changes_nothing(move, message):
    frames = frames_of("line")
    before = frames.text
    with pytest.raises(ValueError, match="expected") as caught:
        frames.drag(*move)
    assert str(caught.value) == message
    assert frames.text == before


# Tracks


@every_data
@pytest.mark.parametrize("along", ["w", "b"])
def test_a_track_goes_by_equal_steps_through_the_line(name, along):
    frames = frames_of(name)
    frames.change(along=along)
    w, b = frames.w, frames.b
    here = frames.position
    assert 0 <= here <= LAST == frames.last
    values = []
    for position in range(LAST + 1):
        frames.seek(position)
        moved, fixed = (frames.w, frames.b) if along == "w" else (frames.b, frames.w)
        values.append(moved)
        assert fixed == (b if along == "w" else w)
    assert values[here] == (w if along == "w" else b)
    steps = np.diff(values)
    assert (steps > 0).all()
    np.testing.assert_allclose(steps, steps[0], rtol=1e-6)
    assert f"{steps[0]:.3e}"[0] in "125"
    assert f"{steps[0]:.3e}"[1:5] == ".000"


@pytest.mark.parametrize("along", ["w", "b"])
@pytest.mark.parametrize("start", [(0.0, 12.0), (-3.0, 40.0), (2.0, 0.5)])
def test_a_track_passes_the_least_loss_on_its_way(along, start):
    frames = frames_of("line", w=[[start[0]]], b=start[1])
    frames.change(along=along)
    losses = []
    for position in range(LAST + 1):
        frames.seek(position)
        losses.append(frames._values(frames.w, frames.b).loss)
    least = int(np.argmin(losses))
    assert abs(least - LAST // 2) <= 1
    assert losses == sorted(losses[: least + 1], reverse=True) + sorted(losses[least + 1 :])


def test_moves_along_a_track_are_those_of_its_frames():
    frames = frames_of("line")
    start = frames.position
    frames.next()
    assert frames.position == start + 1
    assert plain(frames.frame(str(start + 1))["status"]) == frames.text
    frames.drag("left", 0, 20.0)
    frames.go(str(start))
    assert plain(frames.frame(str(start))["status"]) == frames.text
    frames.reset()
    assert frames.position == 0


def test_a_new_track_leads_through_the_line_that_was_dragged():
    frames = frames_of("line")
    frames.drag("left", 0, 20.0)
    w, b = frames.w, frames.b
    frames.change()
    assert (frames.w, frames.b) == (w, b)
    assert plain(frames.frame(frames.place)["status"]) == frames.text


@pytest.mark.parametrize(
    ("changes", "error", "argument"),
    [
        ({"w": "steep"}, TypeError, "w"),
        ({"b": math.inf}, ValueError, "b"),
        ({"b": 3.0, "along": "x"}, ValueError, "along"),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(changes, error, argument):
    frames = frames_of("line")
    before = frames.text, frames.position, frames.along
    with pytest.raises(error, match=f"^{argument}: expected"):
        frames.change(**changes)
    assert (frames.text, frames.position, frames.along) == before


# Scenes


def test_the_scene_is_that_of_a_track():
    frames = frames_of("line")
    frames.change(w=1.0, b=2.5, along="b")
    scene = frames.scene()
    assert {name: scene[name] for name in ("kind", "unit", "last", "slider")} == {
        "kind": "explorer", "unit": "value", "last": LAST, "slider": {"label": "b"},
    }  # fmt: skip
    assert [*frames.places()] == [str(position) for position in range(LAST + 1)]
    assert [panel["name"] for panel in scene["panels"]] == ["data", "path"]
    assert [(field["name"], field["text"]) for field in scene["settings"]] == [
        ("w", "1"), ("b", "2.5"), ("along", "b"),
    ]  # fmt: skip
    json.dumps(scene | {"frames": {frames.place: frames.frame(frames.place)}})


def test_both_tracks_can_be_recorded():
    frames = frames_of("line")
    text, along = frames.text, frames.along
    tracks = frames.tracks()
    assert [label for label, _ in tracks] == ["along w", "along b"]
    for (_, track), name in zip(tracks, ("w", "b"), strict=True):
        assert track.along == name
        assert track.text == text
        assert track.scene()["slider"]["label"] == name
    assert (frames.text, frames.along) == (text, along)


def test_the_overview_has_all_places():
    frames = frames_of("line")
    told = re.findall("<p>(.*?)</p>", frames.overview())
    assert told == [frames.frame(place)["brief"] for place in frames.places()]


def test_the_png_is_that_of_the_line():
    frames = frames_of("line")
    first = frames.png()
    frames.next()
    other = frames.png()
    frames.previous()
    assert first.startswith(b"\x89PNG")
    assert frames.png() == first != other


# The start


def test_the_start_is_a_level_line_at_about_the_mean():
    X, Y = DATA["line"]
    frames = frames_of("line")
    assert frames.w == 0
    assert abs(frames.b - np.mean(Y)) <= 0.05 * np.ptp(Y)
    assert len(f"{frames.b:g}") <= 4
    assert ExplorerFrames(X, Y, w=[[1.5]]).w == 1.5
    assert ExplorerFrames(X, Y, b=2).b == 2.0


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([[1, 2]], [[1]]), ValueError, "X: expected one column, since a line has one weight, got"),
        (([[1], [2]], [[1]]), ValueError, "Y: expected as many rows as X, which has 2, got 1 row"),
        (([1, 2], [[1], [2]]), ValueError, "X: expected two axes, rows and columns, got shape"),
        (([["a"]], [[1]]), TypeError, "X: expected real numbers, got list"),
        (([[1]], [[1]], 0.5), ValueError, "w: expected two axes, rows and columns, got shape ()"),
        (([[1]], [[1]], [[1], [2]]), ValueError, "w: expected shape (1, 1), one weight for each"),
        (([[1]], [[1]], None, math.nan), ValueError, "b: expected a finite number, got nan"),
    ],
)
def test_what_is_no_line_over_data_is_refused(arguments, error, message):
    with pytest.raises(error) as caught:
        ExplorerFrames(*arguments)
    assert str(caught.value).startswith(message)


def test_losses_that_are_too_large_are_infinite_and_no_error():
    X, Y = line_data()
    frames = ExplorerFrames(X, 1e200 * Y)
    assert "The loss is inf" in frames.text
    frame = frames.drag("left", 0, 1e201)
    assert "nan" not in plain(frame["status"])
