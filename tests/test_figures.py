"""What the figures show, read from the data of their artists and not from pixels."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure

from lsqgrad import (
    ARTICLE,
    COLORS,
    draw_data,
    draw_losses,
    draw_path,
    line_data,
    mean_squared_error,
    sgd_by_hand,
)

DRAWINGS = [draw_data, draw_losses, draw_path]
# Relative rounding of a number that takes a few dozen float64 operations without cancellation.
ROUNDING = 100 * 2.0**-53

ARTICLE_RUN = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b)
# The first update goes too far, so that the line is steepest between the start and the end.
OVERSHOOTING = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, lr=0.02, epochs=3)
FULL_BATCH = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, batch_size=10, epochs=4)
ONE_POINT = sgd_by_hand([[2]], [[5]], [[1]], 0, lr=0.1, batch_size=1, epochs=3)
AT_REST = sgd_by_hand([[0], [0]], [[0], [0]], [[0]], 0, batch_size=1, epochs=2)
DIVERGED = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, lr=5)
DIVERGED_AT_ONCE = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, lr=1e38)
DIVERGED_IN_FLOAT64 = sgd_by_hand(
    *line_data(), ARTICLE.w, ARTICLE.b, lr=5, epochs=50, dtype="float64"
)
RUNS = {
    "article": ARTICLE_RUN,
    "overshooting": OVERSHOOTING,
    "full batch": FULL_BATCH,
    "one point": ONE_POINT,
    "at rest": AT_REST,
    "diverged": DIVERGED,
    "diverged at once": DIVERGED_AT_ONCE,
    "diverged in float64": DIVERGED_IN_FLOAT64,
}
every_run = pytest.mark.parametrize("trace", RUNS.values(), ids=RUNS)
every_drawing = pytest.mark.parametrize("draw", DRAWINGS)
some_positions = pytest.mark.parametrize("position", [0, 1, 4, 17, 40])


def drawn(draw, trace, position=None):
    ax = Figure().subplots()
    draw(ax, trace, position)
    return ax


def line_of(ax, label):
    """Return the points of the line with this label, shape (n, 2)."""
    (line,) = (line for line in ax.lines if line.get_label() == label)
    return line.get_xydata()


def labels(ax):
    return {artist.get_label() for artist in (*ax.lines, *ax.collections)}


def assert_inside(points, ax):
    """Every point lies in the picture, but for those at infinity."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    points = np.reshape(points, (-1, 2))
    x, y = points[np.isfinite(points).all(axis=1)].T
    assert (left <= x).all()
    assert (x <= right).all()
    assert (bottom <= y).all()
    assert (y <= top).all()


# All three


@every_drawing
@every_run
def test_every_run_is_drawn_from_its_start_to_its_end(draw, trace):
    for position in {0, len(trace)}:
        drawn(draw, trace, position).figure.draw_without_rendering()


@every_drawing
def test_the_end_is_drawn_if_no_position_is_named(draw):
    assert points_of(drawn(draw, ARTICLE_RUN)) == points_of(drawn(draw, ARTICLE_RUN, 40))


def points_of(ax):
    return [(line.get_label(), line.get_xydata().tolist()) for line in ax.lines]


@every_drawing
@every_run
def test_the_limits_are_the_same_at_every_position_and_contain_all_that_is_drawn(draw, trace):
    limits = set()
    for position in {*range(min(len(trace), 5)), len(trace) // 2, len(trace)}:
        ax = drawn(draw, trace, position)
        limits.add((*ax.get_xlim(), *ax.get_ylim()))
        assert np.isfinite([*limits]).all()
        for line in ax.lines:
            assert_inside(line.get_xydata(), ax)
        for collection in ax.collections:
            if not isinstance(collection, QuadContourSet):  # the contours may leave the picture
                assert_inside([point for line in collection.get_segments() for point in line], ax)
    assert len(limits) == 1


@every_drawing
def test_drawing_leaves_the_trace_and_the_figure_as_they_were(draw):
    weights = ARTICLE_RUN.weights.copy()
    figure = Figure(figsize=(3, 2))
    draw(figure.subplots(), ARTICLE_RUN, 3)
    assert np.array_equal(ARTICLE_RUN.weights, weights)
    assert figure.get_size_inches().tolist() == [3, 2]


@every_drawing
def test_axes_are_named_and_the_legend_tells_every_label(draw):
    ax = drawn(draw, ARTICLE_RUN, 4)
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert ax.get_title()
    told = {text.get_text() for text in ax.get_legend().get_texts()}
    assert told == {label for label in labels(ax) if not label.startswith("_")}


@every_drawing
def test_the_legend_is_the_same_at_every_position_and_hides_nothing(draw):
    told = set()
    for position in (0, 1, 4, 40):
        ax = drawn(draw, ARTICLE_RUN, position)
        ax.figure.draw_without_rendering()
        legend = ax.get_legend()
        told.add(tuple(text.get_text() for text in legend.get_texts()))
        assert legend.get_window_extent().ymax < ax.get_window_extent().ymin
    assert len(told) == 1


# Data and line


@some_positions
def test_the_line_is_that_of_the_position(position):
    ax = drawn(draw_data, ARTICLE_RUN, position)
    w, b = ARTICLE_RUN.weights[position, 0], ARTICLE_RUN.biases[position]
    assert_on_line(line_of(ax, "line"), w, b)
    x = line_of(ax, "line")[:, 0]
    assert x.min() <= 2
    assert x.max() >= 10
    assert line_of(ax, "data").tolist() == np.hstack([ARTICLE_RUN.X, ARTICLE_RUN.Y]).tolist()


def assert_on_line(points, w, b):
    """Two products and sums in float32 at most, of numbers of the size of the terms."""
    x, y = points.T
    rounding = 3 * 2.0**-24 * (np.abs(w * x) + abs(b))
    assert (np.abs(y - (float(w) * x + float(b))) <= rounding).all()


@pytest.mark.parametrize("position", [1, 4, 17, 40])
def test_the_batch_its_residuals_and_the_line_before_are_those_of_the_step(position):
    ax, step = drawn(draw_data, ARTICLE_RUN, position), ARTICLE_RUN[position - 1]
    assert_on_line(line_of(ax, "line before"), step.w.item(), step.b)
    assert line_of(ax, "batch").tolist() == np.hstack([step.X, step.Y]).tolist()
    (residuals,) = (lines for lines in ax.collections if lines.get_label() == "residual")
    segments = [
        [[x, y], [x, y_hat]]
        for x, y, y_hat in zip(*(a.ravel() for a in (step.X, step.Y, step.Y_hat)), strict=True)
    ]
    assert np.array_equal(residuals.get_segments(), segments)


def test_at_the_start_there_is_no_batch_yet():
    ax = drawn(draw_data, ARTICLE_RUN, 0)
    (residuals,) = ax.collections
    assert len(line_of(ax, "batch")) == len(residuals.get_segments()) == 0
    assert np.isnan(line_of(ax, "line before")[:, 1]).all()


def test_each_point_has_its_row_number_where_there_is_room():
    ax = drawn(draw_data, ARTICLE_RUN)
    numbered = {int(note.get_text()): note.xy for note in ax.texts}
    assert numbered == dict(enumerate(zip(ARTICLE_RUN.X[:, 0], ARTICLE_RUN.Y[:, 0], strict=True)))

    crowded = sgd_by_hand(*line_data(21), ARTICLE.w, ARTICLE.b, epochs=1)
    assert not drawn(draw_data, crowded).texts


# Losses


@some_positions
def test_as_many_losses_are_drawn_as_there_are_updates(position):
    ax = drawn(draw_losses, ARTICLE_RUN, position)
    points = {
        label: line_of(ax, label).tolist() for label in ("batch, n = 3", "short batch, n = 1")
    }
    expected = {3: [], 1: []}
    for step in ARTICLE_RUN[:position]:
        expected[len(step.rows)].append([step.number, step.loss])
    assert [*points.values()] == [expected[3], expected[1]]


@some_positions
def test_the_loss_of_all_of_the_data_is_drawn_up_to_the_position(position):
    ax = drawn(draw_losses, ARTICLE_RUN, position)
    (curve,) = (line for line in ax.lines if line.get_label() == "all of the data")
    assert curve.get_markevery() == [position]  # where the run is now
    points = curve.get_xydata()
    assert points[:, 0].tolist() == list(range(position + 1))
    X, Y = ARTICLE_RUN.X.astype(np.float64), ARTICLE_RUN.Y.astype(np.float64)
    for loss, w, b in zip(
        points[:, 1], ARTICLE_RUN.weights[: position + 1], ARTICLE_RUN.biases, strict=False
    ):
        expected = mean_squared_error(X, Y, w.reshape(1, 1).astype(np.float64), b)
        assert loss == pytest.approx(expected, rel=ROUNDING)


def test_only_short_batches_have_squares():
    ax = drawn(draw_losses, ARTICLE_RUN)
    markers = {line.get_label(): line.get_marker() for line in ax.lines}
    assert markers["batch, n = 3"] == "o"
    assert markers["short batch, n = 1"] == "s"
    assert [label for label, marker in markers.items() if marker == "s"] == ["short batch, n = 1"]


def test_without_short_batches_there_are_no_squares():
    ax = drawn(draw_losses, FULL_BATCH)
    assert [line.get_marker() for line in ax.lines].count("s") == 0
    assert len(line_of(ax, "batch, n = 10")) == 4


def test_a_run_without_steps_has_no_batch_in_its_legend():
    assert labels(drawn(draw_losses, DIVERGED_AT_ONCE)) & {"batch, n = 0"} == set()


def test_two_features_have_losses_to_draw_but_neither_line_nor_path():
    trace = sgd_by_hand(np.eye(4)[:, :2], np.ones((4, 1)), np.zeros((2, 1)), 0, epochs=2)
    ax = drawn(draw_losses, trace, 3)
    assert len(line_of(ax, "all of the data")) == 4
    for draw in (draw_data, draw_path):
        with pytest.raises(ValueError, match=r"^trace: expected a run with one feature .*got 2"):
            drawn(draw, trace)


# Path


@some_positions
def test_the_path_ends_at_w_and_b(position):
    ax = drawn(draw_path, ARTICLE_RUN, position)
    path = line_of(ax, "path")
    parameters = np.column_stack([ARTICLE_RUN.weights[:, 0], ARTICLE_RUN.biases])
    assert path.tolist() == parameters[: position + 1].tolist()
    assert line_of(ax, "w, b now").tolist() == parameters[[position]].tolist()


@pytest.mark.parametrize("name", ["article", "overshooting", "one point", "diverged at once"])
def test_the_star_is_at_the_least_squares_optimum(name):
    trace = RUNS[name]
    (star,) = line_of(drawn(draw_path, trace, 0), "optimum")
    X, Y = trace.X.astype(np.float64), trace.Y.astype(np.float64)
    optimum, *_ = np.linalg.lstsq(np.hstack([X, np.ones_like(X)]), Y)
    assert star.tolist() == pytest.approx(optimum.ravel().tolist(), rel=ROUNDING)


def test_the_contours_are_those_of_the_loss_of_all_of_the_data():
    """On the edges of the grid the loss is interpolated linearly. The error of that is at most
    the second derivative times the spacing squared, over 8."""
    ax = drawn(draw_path, ARTICLE_RUN, 0)
    (contours,) = (c for c in ax.collections if isinstance(c, QuadContourSet))
    X, Y = ARTICLE_RUN.X.astype(np.float64), ARTICLE_RUN.Y.astype(np.float64)
    spacing_w, spacing_b = np.ptp(ax.get_xlim()) / 79, np.ptp(ax.get_ylim()) / 79
    error = max(2 * np.mean(X**2) * spacing_w**2, 2 * spacing_b**2) / 8
    vertices = 0
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        for w, b in path.vertices:
            assert abs(mean_squared_error(X, Y, [[w]], b) - level) <= error * (1 + ROUNDING)
            vertices += 1
    assert vertices > 100


# Colours


def luminance(color):
    """Relative luminance as WCAG 2 defines it."""
    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_what_wcag_says():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777777", "white") == pytest.approx(4.48, abs=0.005)  # its two decimals


@pytest.mark.parametrize("quantity", COLORS)
def test_every_colour_can_be_read_on_white(quantity):
    assert contrast(COLORS[quantity], "white") >= 4.5


def test_every_quantity_has_a_colour_of_its_own():
    assert set(COLORS) == {"x", "y", "w", "b", "residual", "gradient", "loss"}
    for one, other in combinations(COLORS.values(), 2):
        assert np.abs(np.subtract(to_rgb(one), to_rgb(other))).max() > 0.1  # a tenth of a channel


def test_every_quantity_is_drawn_in_its_colour():
    data, losses, path = (drawn(draw, ARTICLE_RUN, 4) for draw in DRAWINGS)
    colors = {
        line.get_label(): line.get_color() for ax in (data, losses, path) for line in ax.lines
    }
    assert colors["data"] == COLORS["y"]
    assert colors["path"] == COLORS["gradient"]
    assert {colors["all of the data"], colors["batch, n = 3"], colors["short batch, n = 1"]} == {
        COLORS["loss"]
    }
    (residuals,) = (lines for lines in data.collections if lines.get_label() == "residual")
    assert [to_hex(color).upper() for color in residuals.get_color()] == [COLORS["residual"]]
    assert data.xaxis.label.get_color() == COLORS["x"]
    assert data.yaxis.label.get_color() == COLORS["y"]
    assert path.xaxis.label.get_color() == COLORS["w"]
    assert path.yaxis.label.get_color() == COLORS["b"]
    assert losses.yaxis.label.get_color() == COLORS["loss"]


def test_the_batch_is_told_apart_by_more_than_colour():
    ax = drawn(draw_data, ARTICLE_RUN, 4)
    styles = {line.get_label(): (line.get_linestyle(), line.get_marker()) for line in ax.lines}
    assert styles["line"] != styles["line before"]
    sizes = {line.get_label(): line.get_markersize() for line in ax.lines}
    assert sizes["batch"] > sizes["data"]
