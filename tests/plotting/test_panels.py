"""What the panels show, read from the data of their artists and not from pixels."""

from itertools import combinations
from types import SimpleNamespace

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from data_sets import run_of
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.quiver import Quiver

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
from lsqgrad._util import FAINT, GREY
from lsqgrad.plotting.labels import size_of
from lsqgrad.plotting.panels import (
    BANDS,
    BATCH,
    DATA,
    INK,
    JAGGED,
    LINE,
    LINE_BEFORE,
    MOST_DECADES,
    MOST_DRAWN,
    MOST_IN_TAIL,
    MOST_IN_VIEW,
    MOST_MARKED,
    NOW,
    OF_ALL,
    OF_ALL_NOW,
    OPTIMUM,
    PATH,
    PATH_DOT,
    RESIDUAL,
    RING,
    SHORT_BATCH,
    DataPanel,
    LossPanel,
    PathPanel,
    in_view,
    level_values,
    thin,
)

REPEATABLE = settings(derandomize=True, deadline=None)
DRAWINGS = [draw_data, draw_losses, draw_path]
PANELS = [DataPanel, LossPanel, PathPanel]
# Relative rounding of a number that takes a few dozen float64 operations without cancellation.
ROUNDING = 100 * 2.0**-53


def article_run(**changes):
    return sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, **changes)


ARTICLE_RUN = article_run()
# The first update goes too far, so that the line is steepest between the start and the end.
OVERSHOOTING = article_run(lr=0.02, epochs=3)
FULL_BATCH = article_run(batch_size=10, epochs=4)
ONE_POINT = sgd_by_hand([[2]], [[5]], [[1]], 0, lr=0.1, batch_size=1, epochs=3)
AT_REST = sgd_by_hand([[0], [0]], [[0], [0]], [[0]], 0, batch_size=1, epochs=2)
DIVERGED = article_run(lr=5)
DIVERGED_SLOWLY = article_run(lr=0.03)
DIVERGED_AT_ONCE = article_run(lr=1e38)
DIVERGED_IN_FLOAT64 = article_run(lr=5, epochs=50, dtype="float64")
LONG = article_run(lr=0.02, epochs=500)
# Data that lie far from 0, so that w and b nearly make up for each other. The start is near.
FAR_AWAY = sgd_by_hand(
    np.arange(1000.0, 1010)[:, np.newaxis], 3 * np.arange(1000.0, 1010)[:, np.newaxis] + 7,
    [[3]], 2, lr=1e-7, dtype="float64",
)  # fmt: skip
RUNS = {
    "article": ARTICLE_RUN,
    "overshooting": OVERSHOOTING,
    "full batch": FULL_BATCH,
    "one point": ONE_POINT,
    "at rest": AT_REST,
    "diverged": DIVERGED,
    "diverged slowly": DIVERGED_SLOWLY,
    "diverged at once": DIVERGED_AT_ONCE,
    "diverged in float64": DIVERGED_IN_FLOAT64,
    "far away": FAR_AWAY,
    "long": LONG,
}
every_run = pytest.mark.parametrize("trace", RUNS.values(), ids=RUNS)
every_drawing = pytest.mark.parametrize("draw", DRAWINGS)
every_panel = pytest.mark.parametrize("panel_type", PANELS)
some_positions = pytest.mark.parametrize("position", [0, 1, 4, 17, 40])


def drawn(draw, trace=ARTICLE_RUN, position=None):
    ax = Figure().subplots()
    draw(ax, trace, position)
    return ax


def new_panel(panel_type, trace, *arguments):
    panel = panel_type(Figure().subplots(), trace, *arguments)
    panel.write_words()
    return panel


def shown(panel, position, asking=False):
    """Show all of a position, and return the axes."""
    panel.show_growing(position)
    panel.show(position, asking)
    return panel.ax


def has_style(line, style):
    told = {key: value for key, value in style.items() if key != "linestyle"}
    told.setdefault("marker", "none")
    return line.get_linestyle() == {"none": "None"}.get(
        style.get("linestyle"), style.get("linestyle", "-")
    ) and all(getattr(line, f"get_{key}")() == value for key, value in told.items())


def points_in(ax, style):
    """Return the points of what is drawn like this, but for the samples before words."""
    found = [
        line.get_xydata()
        for line in ax.lines
        if line.get_transform() == ax.transData and has_style(line, style)
    ]
    return np.concatenate([np.empty((0, 2)), *found])


def words(ax):
    """Return all words in the axes that are seen."""
    return {text.get_text() for text in ax.texts if text.get_visible()}


def path_of(trace):
    """Return (w, b) at every position, shape (len + 1, 2)."""
    return np.column_stack([trace.weights[:, 0], trace.biases]).astype(np.float64)


def arrow_in(ax):
    """Return the tail and the tip of the arrow, or None if it is not seen."""
    (arrow,) = (collection for collection in ax.collections if isinstance(collection, Quiver))
    if not arrow.get_visible():
        return None
    tail = np.ravel(arrow.get_offsets())
    return tail, tail + np.append(arrow.U, arrow.V)


def bands_in(ax):
    return [patch for patch in ax.patches if isinstance(patch, PathPatch)]


def level_line(ax, band):
    """Return the corners of a band that are inside of the axes, and not on their edge."""
    w, b = band.get_path().vertices.T
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    return np.column_stack([w, b])[(w > left) & (w < right) & (b > low) & (b < high)]


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


@every_panel
@every_run
def test_every_run_is_drawn_from_its_start_to_its_end(panel_type, trace):
    panel = new_panel(panel_type, trace)
    limits = [*panel.ax.get_xlim(), *panel.ax.get_ylim()]
    assert np.isfinite(limits).all()
    for position in {0, len(trace) // 2, len(trace)}:
        shown(panel, position).figure.draw_without_rendering()
        if position < len(trace):
            shown(panel, position, asking=True).figure.draw_without_rendering()
    assert [*panel.ax.get_xlim(), *panel.ax.get_ylim()] == limits


@every_drawing
def test_the_end_is_drawn_if_no_position_is_named(draw):
    assert everything(drawn(draw)) == everything(drawn(draw, position=40))
    assert everything(drawn(draw)) != everything(drawn(draw, position=39))


def everything(ax):
    """Return all that is on the axes, as words and numbers that can be compared."""
    return [
        str(part)
        for part in (
            ax.get_xlim(), ax.get_ylim(), ax.get_title(), ax.get_xlabel(), ax.get_ylabel(),
            [(text.get_text(), text.get_position()) for text in ax.texts if text.get_visible()],
            [line.get_xydata().tolist() for line in ax.lines],
            [level_line(ax, band).tolist() for band in bands_in(ax)],
            [(np.array(c.get_offsets()), c.U, c.V) for c in ax.collections if c.get_visible()],
        )
    ]  # fmt: skip


@pytest.mark.parametrize(("draw", "panel_type"), [*zip(DRAWINGS, PANELS, strict=True)])
def test_a_panel_shows_any_position_as_if_it_had_been_drawn_there(draw, panel_type):
    panel = new_panel(panel_type, ARTICLE_RUN)
    panel.ax.set(title=panel.title, xlabel=panel.names[0][0], ylabel=panel.names[1][0])
    for position in (40, 4, 0, 17):
        expected = everything(drawn(draw, ARTICLE_RUN, position))
        assert everything(shown(panel, position)) == expected


@every_panel
def test_only_what_moves_and_what_grows_changes_with_the_position(panel_type):
    panel = new_panel(panel_type, ARTICLE_RUN)
    changing = [*panel.moving, *(growing.line for growing in panel.growing)]

    def others():
        lines = [line.get_xydata().tolist() for line in panel.ax.lines if line not in changing]
        texts = [
            (text.get_text(), text.get_position())
            for text in panel.ax.texts
            if text not in changing
        ]
        return lines, texts, [level_line(panel.ax, band).tolist() for band in bands_in(panel.ax)]

    shown(panel, 3)
    before = others()
    shown(panel, 17)
    shown(panel, 5, asking=True)
    assert others() == before


@every_panel
def test_all_is_drawn_in_the_same_order_on_paper_and_on_the_screen(panel_type):
    """On paper the z-order decides, on the screen first the rest, then what grows, what moves."""
    panel = new_panel(panel_type, ARTICLE_RUN)
    last = [growing.line for growing in panel.growing] + panel.moving
    order = sorted(panel.ax.get_children(), key=lambda artist: artist.get_zorder())
    assert order[-len(last) :] == last


@every_drawing
def test_drawing_leaves_the_trace_and_the_figure_as_they_were(draw):
    weights = ARTICLE_RUN.weights.copy()
    figure = Figure(figsize=(3, 2))
    draw(figure.subplots(), ARTICLE_RUN, 3)
    assert np.array_equal(ARTICLE_RUN.weights, weights)
    assert figure.get_size_inches().tolist() == [3, 2]
    assert figure.legends == []


@every_drawing
def test_axes_are_named_in_the_colours_of_their_quantities(draw):
    ax = drawn(draw)
    assert ax.get_title()
    quantities = {draw_data: ("x", "y"), draw_losses: (None, "loss"), draw_path: ("w", "b")}[draw]
    for label, quantity in zip((ax.xaxis.label, ax.yaxis.label), quantities, strict=True):
        assert label.get_text() == (quantity or "updates done")
        if quantity:
            assert label.get_color() == COLORS[quantity]


@every_drawing
@pytest.mark.parametrize("figsize", [(5, 4), (3, 2)])
@pytest.mark.parametrize("name", ["Longley by year", "constant y", "one point", "random 3"])
def test_words_stay_on_axes_of_any_size_and_apart(draw, name, figsize):
    ax = Figure(figsize=figsize).subplots()
    draw(ax, run_of(name), 1)
    ax.figure.draw_without_rendering()
    frame = ax.get_window_extent()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_visible()]
    for index, box in enumerate(boxes):
        assert frame.x0 <= box.x0
        assert box.x1 <= frame.x1
        assert frame.y0 <= box.y0
        assert box.y1 <= frame.y1
        assert not any(box.overlaps(other) for other in boxes[:index])


@every_drawing
def test_what_is_drawn_can_be_seen_in_a_dark_style(draw):
    """Its colours are made for white, so that it brings its paper along."""
    with matplotlib.rc_context():
        matplotlib.style.use("dark_background")
        before = dict(matplotlib.rcParams)
        ax = drawn(draw)
        assert dict(matplotlib.rcParams) == before
        assert to_hex(ax.get_facecolor()) in ("#ffffff", BANDS[-1].lower())
        for label in (ax.xaxis.label, ax.yaxis.label):
            is_on_paper = label.get_bbox_patch() is not None
            assert is_on_paper or to_hex(label.get_color()) == "#ffffff"


# What is in view


def run_with(losses, targets=(0.0, 0.0)):
    """Return what `in_view` looks at in a run."""
    return SimpleNamespace(full_losses=np.array(losses), Y=np.array(targets))


def test_a_position_is_in_view_while_the_loss_is_a_few_times_the_starting_one():
    most = 2.0 * MOST_IN_VIEW
    losses = [2.0, most, most * 1.0001, np.inf, np.nan, 0.0, 3.0]
    assert in_view(run_with(losses)).tolist() == [True, True, False, False, False, True, True]


def test_a_run_that_starts_well_has_as_much_room_as_one_that_starts_with_the_mean():
    targets = [1.0, 5.0]  # their variance is 4
    most = 4.0 * MOST_IN_VIEW
    assert in_view(run_with([0.1, most, most * 1.0001], targets)).tolist() == [True, True, False]
    assert in_view(run_with([5.0, most, most * 1.2, most * 1.3], targets)).tolist() == [
        *(True, True, True, False)
    ]


@pytest.mark.parametrize("start", [0.0, np.inf, 1e-300, 6e306, 1.7e308])
def test_the_start_is_always_in_view(start):
    assert in_view(run_with([start, start])).tolist() == [True, True]


def test_a_run_that_converges_is_in_view_to_its_end():
    assert in_view(ARTICLE_RUN).all()


@every_run
def test_the_data_panel_has_room_for_the_data_and_every_line_in_view(trace):
    panel = new_panel(DataPanel, trace)
    assert_inside(points_in(panel.ax, DATA), panel.ax)
    for position in np.flatnonzero(in_view(trace)):
        panel.show(position)
        assert_inside(points_in(panel.ax, LINE), panel.ax)


@pytest.mark.parametrize(
    "trace", [*RUNS.values(), article_run(batch_size=1)], ids=[*RUNS, "batches of one"]
)
def test_the_loss_panel_has_room_for_every_loss_in_view_and_for_zero(trace):
    ax = new_panel(LossPanel, trace).ax
    positions, seen = np.arange(len(trace) + 1), in_view(trace)
    assert_inside(np.column_stack([positions, trace.full_losses])[seen], ax)
    assert_inside(np.column_stack([positions[:-1], trace.losses])[seen[:-1]], ax)
    assert_inside(np.column_stack([positions, np.zeros(len(positions))]), ax)


@every_run
def test_the_path_panel_has_room_for_the_path_in_view_and_for_the_optimum(trace):
    ax = new_panel(PathPanel, trace).ax
    assert_inside(path_of(trace)[in_view(trace)], ax)
    assert_inside(points_in(ax, OPTIMUM), ax)


@pytest.mark.parametrize("lr", [0.025, 0.03, 0.05, 0.1, 5, 1e38])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_that_diverges_does_not_squeeze_the_data_into_a_point(lr, dtype):
    """In view are residuals of twice the usual size. Those of the start reach as far as the data:
    so twice their span on either side, with some room around, makes six times their span. Without
    `in_view` the data would span less than a millionth.
    """
    trace = article_run(lr=lr, dtype=dtype, epochs=50)
    assert np.ptp(trace.Y) >= np.ptp(new_panel(DataPanel, trace).ax.get_ylim()) / 8
    ax = new_panel(PathPanel, trace).ax
    start, optimum = path_of(trace)[0], points_in(ax, OPTIMUM)[0]
    size = np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1)
    assert np.max(np.abs(start - optimum) / size) >= 1 / 8


@pytest.mark.parametrize("trace", [DIVERGED, DIVERGED_SLOWLY], ids=["fast", "slowly"])
def test_what_has_left_the_picture_is_not_drawn(trace):
    """Nor does a curve cross the picture, once it has left it: the words say that it has."""
    seen = in_view(trace)
    assert not seen[-1]
    data, losses, path = (new_panel(panel_type, trace) for panel_type in PANELS)
    for position in range(1, len(trace) + 1):
        ax = shown(data, position)
        assert len(points_in(ax, LINE)) == 2 * seen[position]
        assert len(points_in(ax, LINE_BEFORE)) == 2 * seen[position - 1]
        assert bool(len(points_in(ax, RESIDUAL))) == seen[position - 1]
        assert words(ax) & {"line", "before"} <= {
            name for name, at in (("line", position), ("before", position - 1)) if seen[at]
        }
        ax = shown(losses, position)
        assert len(points_in(ax, OF_ALL_NOW)) == seen[position]
        assert len(points_in(ax, RING)) == seen[position - 1]
        assert len(points_in(ax, BATCH)) + len(points_in(ax, SHORT_BATCH)) == sum(seen[:position])
        ax = shown(path, position)
        assert len(points_in(ax, NOW)) == seen[position]
        assert (arrow_in(ax) is not None) == (seen[position] and seen[position - 1])
    for panel in (losses, path):
        for growing in panel.growing:
            if growing.line.get_linestyle() != "None":
                here = seen[growing.since - (growing.line.get_color() == FAINT)]
                there = np.isfinite(growing.points).all(axis=1)
                assert (there[1:] & there[:-1]).tolist() == here[:-1].tolist()
                assert_inside(growing.points, panel.ax)


# Data and line


@some_positions
def test_the_line_is_that_of_the_position(position):
    ax = drawn(draw_data, ARTICLE_RUN, position)
    line = points_in(ax, LINE)
    assert_on_line(line, ARTICLE_RUN.weights[position, 0], ARTICLE_RUN.biases[position])
    assert line[:, 0].tolist() == [*ax.get_xlim()]
    assert points_in(ax, DATA).tolist() == np.hstack([ARTICLE_RUN.X, ARTICLE_RUN.Y]).tolist()


def assert_on_line(points, w, b):
    """A product and a sum in float64, of numbers of the size of the terms."""
    x, y = points.T
    rounding = 3 * 2.0**-53 * (np.abs(w * x) + abs(b))
    assert (np.abs(y - (float(w) * x + float(b))) <= rounding).all()


def residuals_in(ax):
    return points_in(ax, RESIDUAL).reshape(-1, 3, 2)[:, :2].tolist()


def segments_to(step):
    """Return the lines from the targets of a batch to its predictions."""
    return [
        [[x, y], [x, y_hat]]
        for x, y, y_hat in zip(*(a.ravel() for a in (step.X, step.Y, step.Y_hat)), strict=True)
    ]


@pytest.mark.parametrize("position", [1, 4, 17, 40])
def test_the_batch_its_residuals_and_the_line_before_are_those_of_the_step(position):
    ax, step = drawn(draw_data, ARTICLE_RUN, position), ARTICLE_RUN[position - 1]
    assert_on_line(points_in(ax, LINE_BEFORE), step.w.item(), step.b)
    assert points_in(ax, RING).tolist() == np.hstack([step.X, step.Y]).tolist()
    assert residuals_in(ax) == segments_to(step)


def test_at_the_start_there_is_no_batch_yet():
    ax = drawn(draw_data, ARTICLE_RUN, 0)
    for style in (RING, RESIDUAL, LINE_BEFORE):
        assert len(points_in(ax, style)) == 0
    assert words(ax) >= {"line"}
    assert "before" not in words(ax)


@pytest.mark.parametrize("position", [0, 4, 39])
def test_asking_shows_the_next_batch_and_how_far_the_line_is_from_it(position):
    ax = shown(new_panel(DataPanel, ARTICLE_RUN), position, asking=True)
    step = ARTICLE_RUN[position]
    assert_on_line(points_in(ax, LINE), step.w.item(), step.b)
    assert points_in(ax, RING).tolist() == np.hstack([step.X, step.Y]).tolist()
    assert residuals_in(ax) == segments_to(step)
    assert len(points_in(ax, LINE_BEFORE)) == 0


def test_each_point_has_its_row_number_where_there_is_room():
    ax = drawn(draw_data, ARTICLE_RUN, 0)
    pixels = ax.transData.transform(np.hstack([ARTICLE_RUN.X, ARTICLE_RUN.Y]))
    for row, pixel in enumerate(pixels):
        (text,) = (text for text in ax.texts if text.get_text() == str(row))
        box = text.get_window_extent()
        middle = (box.min + box.max) / 2
        nearest = np.argmin(np.hypot(*(pixels - middle).T))
        assert nearest == row
        assert not box.contains(*pixel)

    explained = {"batch", "residual", "line", "before"}
    crowded = sgd_by_hand(*line_data(21), ARTICLE.w, ARTICLE.b, epochs=1)
    assert words(drawn(draw_data, crowded)) <= explained
    same = sgd_by_hand([[1.0]] * 20, [[1.0]] * 20, [[0]], 0, epochs=1)
    assert words(drawn(draw_data, same)) - explained == {"0, 1, 2, 3, 4, 5, …"}


@pytest.mark.parametrize(("end", "least"), [(4, 15), (3, 8), (2, 3)])
def test_where_points_crowd_a_number_stands_nearest_to_its_own(end, least):
    x = np.linspace(0, end, 15)
    x = np.append(x, [x[3], x[3], x[8], 6])[:, np.newaxis]
    ax = drawn(draw_data, sgd_by_hand(x, x, [[0]], 0, epochs=1), 0)
    pixels = ax.transData.transform(np.hstack([x, x]))
    explained = {"batch", "residual", "line", "before"}
    named = {text.get_text(): text.get_window_extent() for text in ax.texts}
    named = {rows: box for rows, box in named.items() if rows not in explained}
    alone = {str(row) for row in range(15)} - {"3", "8"}
    assert {*named} <= {*alone, "3, 15, 16", "8, 17", "18"}
    assert len(named) >= least
    point = ax.figure.dpi / 72
    for rows, box in named.items():
        its, low = [*map(int, rows.split(", "))], box.min - (2 * point, 0)
        high = low + size_of(rows, point) + (4 * point, 0)  # in a page's wider font
        gaps = np.hypot(*np.maximum(np.maximum(low - pixels, pixels - high), 0).T)
        assert gaps[its].min() > 5
        assert np.delete(gaps, its).min() > 1.49 * gaps[its].min()
    assert not any(one.overlaps(other) for one, other in combinations(named.values(), 2))


def test_both_lines_have_their_name_unless_they_are_too_close():
    assert words(drawn(draw_data, OVERSHOOTING, 1)) >= {"line", "before"}
    ax = drawn(draw_data, ARTICLE_RUN, 8)
    place = {text.get_text(): text.get_window_extent() for text in ax.texts if text.get_visible()}
    _, line = ax.transData.transform(points_in(ax, LINE))
    _, before = ax.transData.transform(points_in(ax, LINE_BEFORE))
    assert line[1] > before[1]
    assert place["line"].y0 > line[1] - 20
    assert place["before"].y1 < before[1]


# Losses


def test_batch_losses_scatter_around_the_loss_of_the_same_parameters():
    """As is said of them: on average 0.4 percent from it, and not the 27 from the one after."""
    ax = drawn(draw_losses)
    curve = points_in(ax, OF_ALL)
    batches = np.concatenate([points_in(ax, BATCH), points_in(ax, SHORT_BATCH)])
    assert sorted(batches[:, 0]) == [*range(40)]
    ratios = batches[:, 1] / curve[batches[:, 0].astype(int), 1]
    assert np.mean(ratios) == pytest.approx(1.004, abs=0.0005)


@some_positions
def test_as_many_losses_are_drawn_as_there_are_updates(position):
    ax = drawn(draw_losses, ARTICLE_RUN, position)
    expected = {3: [], 1: []}
    for step in ARTICLE_RUN[:position]:
        expected[len(step.rows)].append([step.number - 1, step.loss])
    shown = [points_in(ax, style).tolist() for style in (BATCH, SHORT_BATCH)]
    assert shown == [expected[3], expected[1]]
    assert sorted(points_in(ax, JAGGED).tolist()) == sorted(shown[0] + shown[1])


@some_positions
def test_the_loss_of_all_of_the_data_is_drawn_up_to_the_position(position):
    ax = drawn(draw_losses, ARTICLE_RUN, position)
    curve = points_in(ax, OF_ALL)
    assert curve[:, 0].tolist() == list(range(position + 1))
    X, Y = ARTICLE_RUN.X.astype(np.float64), ARTICLE_RUN.Y.astype(np.float64)
    for loss, w, b in zip(curve[:, 1], ARTICLE_RUN.weights, ARTICLE_RUN.biases, strict=False):
        expected = mean_squared_error(X, Y, w.reshape(1, 1).astype(np.float64), b)
        assert loss == pytest.approx(expected, rel=ROUNDING)
    assert points_in(ax, OF_ALL_NOW).tolist() == curve[-1:].tolist()


@pytest.mark.parametrize("position", [1, 4, 17, 40])
def test_the_loss_of_the_last_batch_is_ringed(position):
    ring = points_in(drawn(draw_losses, ARTICLE_RUN, position), RING)
    assert ring.tolist() == [[position - 1, ARTICLE_RUN[position - 1].loss]]


def test_no_loss_is_ringed_at_the_start_and_while_the_next_is_asked_for():
    panel = new_panel(LossPanel, ARTICLE_RUN)
    assert len(points_in(shown(panel, 0), RING)) == 0
    for position in (0, 4, 39):
        ax = shown(panel, position, asking=True)
        assert len(points_in(ax, RING)) == 0
        assert points_in(ax, OF_ALL)[-1, 0] == position
        assert len(points_in(ax, JAGGED)) == position


def test_batches_are_told_by_their_size_and_short_ones_are_squares():
    trace = article_run(batch_size=4, epochs=2)  # 4, 4 and 2 of the ten rows
    ax = drawn(draw_losses, trace)
    assert words(ax) == {"all the data", "batches of 4", "last batch of 2"}
    assert points_in(ax, BATCH)[:, 0].tolist() == [0, 1, 3, 4]
    assert points_in(ax, SHORT_BATCH)[:, 0].tolist() == [2, 5]
    assert words(drawn(draw_losses, FULL_BATCH)) == {"all the data", "batches of 10"}
    assert words(drawn(draw_losses, DIVERGED_AT_ONCE)) == {"all the data"}


def test_more_steps_than_there_is_room_for_have_a_line_instead_of_marks():
    for steps, is_marked in [(MOST_MARKED, True), (MOST_MARKED + 1, False)]:
        trace = article_run(batch_size=10, epochs=steps)
        losses, path = (drawn(draw, trace, 150) for draw in (draw_losses, draw_path))
        assert len(points_in(losses, BATCH)) == (150 if is_marked else 0)
        assert len(points_in(path, PATH_DOT)) == (151 if is_marked else 0)
        assert points_in(losses, JAGGED)[:, 1].tolist() == trace.losses[:150].tolist()
        assert points_in(losses, RING).tolist() == [[149, trace.losses[149]]]
        assert words(losses) == {"all the data", "batches of 10"}


def test_two_features_have_losses_to_draw_but_neither_line_nor_path():
    trace = sgd_by_hand(np.eye(4)[:, :2], np.ones((4, 1)), np.zeros((2, 1)), 0, epochs=2)
    assert len(points_in(drawn(draw_losses, trace, 3), OF_ALL)) == 4
    for draw in (draw_data, draw_path):
        with pytest.raises(ValueError, match=r"^trace: expected a run with one feature .*got 2"):
            drawn(draw, trace)


@every_drawing
def test_only_one_pair_of_axes_is_drawn_on(draw):
    axes = Figure().subplots(1, 2)
    with pytest.raises(TypeError) as caught:
        draw(axes, ARTICLE_RUN)
    assert str(caught.value) == "ax: expected matplotlib axes, got an array of object, shape (2,)."


# A logarithmic axis of the loss

ODD_LOSSES = {
    "article": ARTICLE_RUN,
    "zeros": AT_REST,
    "a zero among others": sgd_by_hand([[1], [2]], [[2], [4]], [[2]], 4, lr=0.5, batch_size=1),
    "tiny": sgd_by_hand([[1e-150], [2e-150]], [[1e-150], [3e-150]], [[0]], 0, dtype="float64",
                        batch_size=1, epochs=3),
    "huge": sgd_by_hand(*line_data(), [[1e152]], 0, dtype="float64", epochs=3),
    "tiny and huge": sgd_by_hand([[0], [1]], [[1e-150], [1e150]], [[0]], 0, dtype="float64",
                                 batch_size=1, lr=1e-10, epochs=2),
    "infinite in the end": DIVERGED_IN_FLOAT64,
    "infinite from the start": sgd_by_hand(*line_data(), [[1e200]], 0, dtype="float64"),
}  # fmt: skip


@pytest.mark.parametrize("trace", ODD_LOSSES.values(), ids=ODD_LOSSES)
def test_a_logarithmic_axis_has_room_for_all_losses_that_matplotlib_can_have_ticks_for(trace):
    panel = new_panel(LossPanel, trace, True)
    assert panel.ax.get_yscale() == "log"
    low, high = panel.ax.get_ylim()
    assert 0 < low < high < np.inf
    losses = np.append(trace.losses, trace.full_losses)
    losses = losses[(losses >= 10.0**-MOST_DECADES) & (losses <= 10.0**MOST_DECADES)]
    assert (low <= losses).all()
    assert (losses <= high).all()
    for position in {0, len(trace)}:
        shown(panel, position).figure.draw_without_rendering()


def test_a_logarithmic_axis_has_little_room_to_spare():
    ax = new_panel(LossPanel, ARTICLE_RUN, True).ax
    decades = np.ptp(np.log10(np.append(ARTICLE_RUN.losses, ARTICLE_RUN.full_losses)))
    assert np.ptp(np.log10(ax.get_ylim())) == pytest.approx(1.1 * decades)


def test_the_losses_are_the_same_on_both_axes():
    linear, logarithmic = (
        shown(new_panel(LossPanel, ARTICLE_RUN, is_logarithmic), 17)
        for is_logarithmic in (False, True)
    )
    for style in (JAGGED, OF_ALL, OF_ALL_NOW, BATCH, SHORT_BATCH, RING):
        assert np.array_equal(points_in(linear, style), points_in(logarithmic, style))


# Path


@some_positions
def test_the_path_ends_at_w_and_b(position):
    ax = drawn(draw_path, ARTICLE_RUN, position)
    parameters = path_of(ARTICLE_RUN)
    for style in (PATH, PATH_DOT):
        assert points_in(ax, style).tolist() == parameters[: position + 1].tolist()
    assert points_in(ax, NOW).tolist() == parameters[[position]].tolist()


@pytest.mark.parametrize("name", ["article", "overshooting", "diverged at once", "far away"])
def test_the_star_is_at_the_least_squares_optimum(name):
    trace = RUNS[name]
    ax = drawn(draw_path, trace, 0)
    X, Y = trace.X.astype(np.float64), trace.Y.astype(np.float64)
    X_tilde = np.hstack([X, np.ones_like(X)])
    optimum, *_ = np.linalg.lstsq(X_tilde, Y)
    error = ROUNDING * np.linalg.cond(X_tilde)
    assert points_in(ax, OPTIMUM)[0] == pytest.approx(optimum.ravel(), rel=error)
    assert "optimum" in words(ax)


def test_of_many_optima_the_star_is_at_the_one_nearest_to_the_start():
    """One point (2, 5), from w = 1, b = 0: with 2w + b = 5, on the perpendicular (2, 1)."""
    ax = drawn(draw_path, ONE_POINT)
    assert points_in(ax, OPTIMUM)[0] == pytest.approx([1 + 2 * 3 / 5, 3 / 5])
    assert "an optimum" in words(ax)


@every_run
def test_the_loss_is_the_same_along_a_level_line(trace):
    """It is computed from the data, and compared in the view: a tenth of a pixel, where the loss
    changes most, is what a level line may be beside its level."""
    ax = drawn(draw_path, trace, 0)
    X, Y = (np.ravel(a).astype(np.float64) for a in (trace.X, trace.Y))
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    for band in bands_in(ax):
        w, b = level_line(ax, band).T
        if len(w) < 2:
            continue
        residuals = np.outer(w, X) + b[:, np.newaxis] - Y
        losses = np.mean(residuals**2, axis=1)
        slope_w = np.abs(2 * np.mean(residuals * X, axis=1)) * (right - left) / 330
        slope_b = np.abs(2 * np.mean(residuals, axis=1)) * (high - low) / 200
        assert np.ptp(losses) <= 0.1 * np.max(slope_w + slope_b)


def test_the_smallest_level_line_is_seen_as_a_whole_and_fills_the_view():
    ax = drawn(draw_path)
    bands = bands_in(ax)
    assert len(bands) == len(BANDS) - 1
    assert [to_hex(band.get_facecolor()).upper() for band in bands] == [*BANDS[-2::-1]]
    smallest = bands[-1].get_path().vertices
    assert np.array_equal(smallest[:-1], level_line(ax, bands[-1])[:-1])
    size = np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1)
    assert (np.ptp(smallest, axis=0) / size).min() > 0.4


def test_values_stand_on_their_level_lines():
    ax = drawn(draw_path)
    X, Y = (a.astype(np.float64) for a in (ARTICLE_RUN.X, ARTICLE_RUN.Y))
    texts = [text for text in ax.texts if text.get_text().isdigit()]
    assert len(texts) >= 3
    for text in texts:
        box = text.get_window_extent()
        ((w, b),) = ax.transData.inverted().transform([(box.min + box.max) / 2])
        loss = mean_squared_error(X, Y, [[w]], b)
        assert loss == pytest.approx(float(text.get_text()), rel=0.05)  # a pixel beside it


@pytest.mark.parametrize("least", [0.0, 0.08, 1000.0, 1e-20, 3e12])
@pytest.mark.parametrize("highest", [1e-9, 0.7, 611.0, 1e15])
def test_level_values_are_round_and_rise_from_that_of_the_optimum(least, highest):
    values = level_values(least, highest)
    floats = [float(value) for value in values]
    assert [least, *floats] == sorted({least, *floats})
    if highest > 1e-9 * least:
        assert 4 <= len(values) <= len(BANDS) - 1
        assert floats[-1] <= least + highest
        assert all(len(value.normalize().as_tuple().digits) <= 3 for value in values if not least)


def test_a_loss_without_level_lines_has_no_bands():
    """From 1e200 it is infinite everywhere."""
    assert not bands_in(drawn(draw_path, ODD_LOSSES["infinite from the start"]))


@pytest.mark.parametrize(
    ("trace", "position"),
    [(ARTICLE_RUN, 1), (ARTICLE_RUN, 4), (ARTICLE_RUN, 40), (OVERSHOOTING, 2), (LONG, 2000)],
)
def test_the_arrow_is_the_step_minus_the_learning_rate_times_the_gradient(trace, position):
    tail, tip = arrow_in(drawn(draw_path, trace, position))
    step = trace[position - 1]
    before = np.array([step.w.item(), step.b], dtype=np.float64)
    gradient = np.array([step.grad_w.item(), step.grad_b], dtype=np.float64)
    assert tail.tolist() == before.tolist()
    # The update is rounded to float32, as w and b are.
    assert tip == pytest.approx(before - trace.lr * gradient, rel=2.0**-23, abs=2.0**-23)


@pytest.mark.parametrize(
    ("trace", "position"), [(ARTICLE_RUN, 4), (ARTICLE_RUN, 39), (OVERSHOOTING, 2), (FAR_AWAY, 3)]
)
def test_the_arrow_is_drawn_as_long_as_its_numbers_say(trace, position):
    ax = drawn(draw_path, trace, position)
    ax.figure.draw_without_rendering()
    (arrow,) = (collection for collection in ax.collections if isinstance(collection, Quiver))
    outline = arrow.get_transform().transform(arrow.get_paths()[0].vertices)
    tip = max(outline, key=np.linalg.norm)
    begin, end = ax.transData.transform(arrow_in(ax))
    assert tip.tolist() == pytest.approx((end - begin).tolist(), abs=0.1)  # a tenth of a pixel


def test_there_is_no_arrow_where_there_is_no_step_to_look_at_or_no_gradient():
    panel = new_panel(PathPanel, ARTICLE_RUN)
    for position, asking, is_visible in [
        (0, False, False),
        (4, False, True),
        (4, True, False),
        (5, False, True),
        (0, True, False),
    ]:
        assert (arrow_in(shown(panel, position, asking)) is not None) == is_visible
    assert arrow_in(drawn(draw_path, AT_REST, 2)) is None


# Many points

WALKS = {
    "a walk": lambda random, shape: random.normal(size=shape).cumsum(axis=0),
    "noise": lambda random, shape: random.normal(size=shape),
    "few values": lambda random, shape: random.integers(3, size=shape).astype(float),
    "constant": lambda random, shape: np.ones(shape),
    "infinite in the end": lambda random, shape: np.where(
        np.arange(shape[0]) > 0.9 * shape[0], np.inf, random.normal(size=shape[0])
    ),
}
lengths = st.integers(0, 3 * MOST_DRAWN) | st.integers(0, 20 * MOST_DRAWN)
columns = st.sampled_from([None, 1, 2, 3])
seeds = st.integers(0, 99)


def points(kind, n, k, seed):
    """Return n numbers, or n points of k numbers."""
    if kind == "infinite in the end" or k is None:
        return WALKS[kind](np.random.default_rng(seed), (n,))
    return WALKS[kind](np.random.default_rng(seed), (n, k))


def width_of_bins(n, k):
    """Return the power of two that spreads 2k points a bin over all that may be drawn."""
    width = 1
    while width * MOST_DRAWN < 2 * k * n:
        width *= 2
    return width


def in_columns(values):
    return np.reshape(values, (len(values), -1))


@settings(REPEATABLE, max_examples=200)
@given(kind=st.sampled_from([*WALKS]), n=lengths, k=columns, seed=seeds)
def test_thinned_points_look_like_all_of_them(kind, n, k, seed):
    all_of_them = points(kind, n, k, seed)
    chosen = thin(all_of_them)
    assert (np.diff(chosen) > 0).all()
    if n <= MOST_DRAWN:
        assert chosen.tolist() == list(range(n))
        return
    assert chosen[0] == 0
    assert chosen[-1] == n - 1
    values = in_columns(all_of_them)
    k = values.shape[1]
    # At most 2k for each of the bins, of which one may be incomplete, and both ends.
    assert len(chosen) <= MOST_DRAWN + 2 * k + 2
    width = width_of_bins(n, k)
    for start in range(0, n, width):
        here = chosen[(chosen >= start) & (chosen < start + width)]
        assert values[here].min(axis=0).tolist() == values[start : start + width].min(0).tolist()
        assert values[here].max(axis=0).tolist() == values[start : start + width].max(0).tolist()


@settings(REPEATABLE, max_examples=200)
@given(
    kind=st.sampled_from(["a walk", "noise", "few values", "constant"]),
    n=lengths,
    more=st.integers(1, MOST_DRAWN),
    k=columns,
    seed=seeds,
)
def test_thinned_points_stay_while_more_are_added(kind, n, more, k, seed):
    """What is drawn of the past does not flicker: no point comes, and few go."""
    all_of_them = points(kind, n + more, k, seed)
    before, after = thin(all_of_them[:n]), thin(all_of_them)
    k = in_columns(all_of_them).shape[1]
    width_before, width = width_of_bins(n, k), width_of_bins(n + more, k)
    whole = n - n % width  # all bins up to here were complete before
    before, after = (set(chosen[chosen < whole].tolist()) for chosen in (before, after))
    assert after <= before
    if n > MOST_DRAWN and width == width_before:
        assert before - after <= {n - 1}  # the end of what was drawn before


def test_a_long_run_is_drawn_with_a_bounded_number_of_points():
    losses, path = (new_panel(panel_type, LONG) for panel_type in (LossPanel, PathPanel))
    for panel in (losses, path):
        for growing in panel.growing:
            assert MOST_DRAWN / 8 < len(growing.points) <= MOST_DRAWN + 6  # see above, for k = 2
    for position in (1, 600, 777, len(LONG)):
        shown(losses, position), shown(path, position)
        for ax, style, points in [
            (losses.ax, OF_ALL, np.column_stack([np.arange(2001), LONG.full_losses])),
            (losses.ax, JAGGED, np.column_stack([np.arange(2000), LONG.losses])),
            (path.ax, PATH, path_of(LONG)),
        ]:
            points = points[: position + (style is not JAGGED)]
            drawn = points_in(ax, style)
            assert len(drawn) <= MOST_DRAWN + MOST_IN_TAIL + 6
            assert drawn[0].tolist() == points[0].tolist()
            assert points[-1].tolist() in drawn.tolist()
            assert {*map(tuple, drawn)} <= {*map(tuple, points)}


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


@pytest.mark.parametrize("color", [*COLORS.values(), GREY], ids=[*COLORS, "grey"])
def test_every_colour_can_be_read_on_white(color):
    assert contrast(color, "white") >= 4.5  # WCAG 2, 1.4.3: text


def test_faint_lines_can_be_seen_on_white_but_stay_behind():
    assert 3 <= contrast(FAINT, "white") < contrast(GREY, "white")  # WCAG 2, 1.4.11: graphics


def test_every_quantity_has_a_colour_of_its_own():
    assert set(COLORS) == {"x", "y", "w", "b", "residual", "gradient", "loss"}
    for one, other in combinations([*COLORS.values(), GREY], 2):
        assert np.abs(np.subtract(to_rgb(one), to_rgb(other))).max() > 0.1  # a tenth of a channel


def test_every_quantity_is_drawn_in_its_colour():
    for style, quantity in [
        (DATA, "y"),
        (RESIDUAL, "residual"),
        (OF_ALL, "loss"),
        (OF_ALL_NOW, "loss"),
        (BATCH, "loss"),
        (SHORT_BATCH, "loss"),
    ]:
        assert style["color"] == COLORS[quantity]
    (arrow,) = (c for c in drawn(draw_path).collections if isinstance(c, Quiver))
    assert [to_hex(color).upper() for color in arrow.get_facecolor()] == [COLORS["gradient"]]
    for style in (LINE, LINE_BEFORE, PATH, PATH_DOT, NOW, OPTIMUM, RING):
        assert style["color"] in (INK, GREY)  # no quantity of those that have a colour


@pytest.mark.parametrize("color", BANDS)
def test_words_can_be_read_on_every_band(color):
    for ink in (COLORS["loss"], COLORS["gradient"], "black"):
        assert contrast(ink, color) >= 3  # WCAG 2, 1.4.11
    assert contrast(GREY, color) >= 2.5


def test_what_is_told_by_colour_is_told_by_shape_too():
    lines = [LINE, LINE_BEFORE, RESIDUAL]
    assert len({style.get("linestyle", "-") for style in lines}) == 3
    marks = [DATA, RING]
    assert len({(m["marker"], m["markersize"], m.get("markerfacecolor")) for m in marks}) == 2
    marks = [BATCH, SHORT_BATCH, OF_ALL_NOW]
    assert len({style["marker"] for style in marks}) == 3
