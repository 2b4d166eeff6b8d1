"""What the figures show, read from the data of their artists and not from pixels."""

from itertools import combinations, permutations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb, to_rgba_array
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
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
from lsqgrad.plotting.panels import (
    ARROW,
    FAINT,
    GREY,
    MOST_DECADES,
    MOST_DRAWN,
    MOST_IN_VIEW,
    MOST_MARKED,
    RING,
    DataPanel,
    LossPanel,
    PathPanel,
    in_view,
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
DIVERGED_AT_ONCE = article_run(lr=1e38)
DIVERGED_IN_FLOAT64 = article_run(lr=5, epochs=50, dtype="float64")
LONG = article_run(lr=0.02, epochs=500)
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
every_panel = pytest.mark.parametrize("panel_type", PANELS)
some_positions = pytest.mark.parametrize("position", [0, 1, 4, 17, 40])


def drawn(draw, trace, position=None):
    ax = Figure().subplots()
    draw(ax, trace, position)
    return ax


def new_panel(panel_type, trace, *arguments):
    ax = Figure().subplots()
    return ax, panel_type(ax, trace, *arguments)


def line_of(ax, label):
    """Return the points of the line with this label, shape (n, 2)."""
    (line,) = (line for line in ax.lines if line.get_label() == label)
    return line.get_xydata()


def ring_of(ax):
    """Return the points around which there is a ring."""
    (ring,) = (line for line in ax.lines if line.get_markerfacecolor() == "none")
    assert ring.get_markersize() == RING["markersize"]
    return ring.get_xydata()


def collection_of(ax, kind):
    (found,) = (collection for collection in ax.collections if isinstance(collection, kind))
    return found


def path_of(trace):
    """Return (w, b) at every position, shape (len + 1, 2)."""
    return np.column_stack([trace.weights[:, 0], trace.biases])


def labels(ax):
    return {artist.get_label() for artist in (*ax.lines, *ax.collections)}


def told(ax):
    """Return what the legend says."""
    return [text.get_text() for text in ax.get_legend().get_texts()]


def everything(ax):
    """Return all that is on the axes, as words and numbers that can be compared."""
    legend = ax.get_legend()
    return {
        "limits": [ax.get_xlim(), ax.get_ylim()],
        "scales": [ax.get_xscale(), ax.get_yscale()],
        "words": [ax.get_title(), ax.get_xlabel(), ax.get_ylabel()],
        "notes": [(note.get_text(), note.xy) for note in ax.texts],
        "legend": [(text.get_text(), text.get_fontsize()) for text in legend.get_texts()],
        "handles": [
            (type(handle).__name__, to_rgba_array(handle.get_color()).tolist())
            for handle in legend.legend_handles
        ],
        "lines": [
            (
                line.get_label(), line.get_marker(), line.get_linestyle(), line.get_color(),
                line.get_visible(), line.get_markevery(), line.get_xydata(),
            )
            for line in ax.lines
        ],
        "collections": [
            (
                type(collection).__name__, np.asarray(collection.get_offsets()),
                collection.get_edgecolor(), [path.vertices for path in collection.get_paths()],
                *(np.asarray(getattr(collection, name, ())) for name in ("U", "V", "levels")),
            )
            for collection in ax.collections
            if collection.get_visible()
        ],
    }  # fmt: skip


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
    ax, panel = new_panel(panel_type, trace)
    for position in {0, len(trace)}:
        panel.show(position)
        ax.figure.draw_without_rendering()


@every_drawing
def test_the_end_is_drawn_if_no_position_is_named(draw):
    assert points_of(drawn(draw, ARTICLE_RUN)) == points_of(drawn(draw, ARTICLE_RUN, 40))


def points_of(ax):
    return [(line.get_label(), line.get_xydata().tolist()) for line in ax.lines]


@pytest.mark.parametrize(("draw", "panel_type"), [*zip(DRAWINGS, PANELS, strict=True)])
def test_a_panel_shows_any_position_as_if_it_had_been_drawn_there(draw, panel_type):
    ax, panel = new_panel(panel_type, ARTICLE_RUN)
    for position in (40, 4, 0, 17):
        panel.show(position)
        expected = drawn(draw, ARTICLE_RUN, position)
        np.testing.assert_equal(everything(ax), everything(expected))


@every_panel
def test_a_panel_that_loads_a_run_is_like_a_new_one(panel_type):
    """Also if another run, of other batches or out of the picture, was there before."""
    runs = [ARTICLE_RUN, FULL_BATCH, LONG, DIVERGED, DIVERGED_AT_ONCE]
    expected = {}
    for trace in runs:
        ax, panel = new_panel(panel_type, trace)
        panel.show(len(trace))
        expected[trace] = everything(ax)

    ax, panel = new_panel(panel_type, OVERSHOOTING)
    for one, other in permutations(runs, 2):
        panel.load(one)
        panel.show(len(one) // 2)
        panel.load(other)
        panel.show(len(other))
        np.testing.assert_equal(everything(ax), expected[other])


@every_panel
def test_only_the_moving_artists_change_with_the_position(panel_type):
    ax, panel = new_panel(panel_type, ARTICLE_RUN)
    for artist in panel.moving:
        artist.remove()  # from the axes; the panel can still move it
    panel.show(3)
    before = everything(ax)
    panel.show(17)
    panel.show(5, asking=True)
    np.testing.assert_equal(everything(ax), before)


@every_panel
def test_what_moves_is_drawn_in_the_same_order_on_paper_and_on_the_screen(panel_type):
    """On paper the z-order decides, on the screen the order in `moving`."""
    ax, panel = new_panel(panel_type, ARTICLE_RUN)
    by_z_order = sorted(ax.get_children(), key=lambda artist: artist.get_zorder())
    assert [artist for artist in by_z_order if artist in panel.moving] == [*panel.moving]


@every_panel
@every_run
def test_the_limits_are_the_same_at_every_position(panel_type, trace):
    ax, panel = new_panel(panel_type, trace)
    limits = set()
    for position in {*range(min(len(trace), 5)), len(trace) // 2, len(trace)}:
        panel.show(position)
        limits.add((*ax.get_xlim(), *ax.get_ylim()))
    assert len(limits) == 1
    assert np.isfinite([*limits]).all()


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
    assert set(told(ax)) == {label for label in labels(ax) if not label.startswith("_")}


@every_panel
def test_the_legend_is_the_same_at_every_position_and_hides_nothing(panel_type):
    ax, panel = new_panel(panel_type, ARTICLE_RUN)
    said = set()
    for position in (0, 1, 4, 40):
        panel.show(position)
        ax.figure.draw_without_rendering()
        said.add((*told(ax),))
        assert ax.get_legend().get_window_extent().ymax < ax.get_window_extent().ymin
    assert len(said) == 1


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
    ax, panel = new_panel(DataPanel, trace)
    assert_inside(line_of(ax, "data"), ax)
    for position in np.flatnonzero(in_view(trace)):
        panel.show(position)
        assert_inside(line_of(ax, "line"), ax)


@pytest.mark.parametrize(
    "trace", [*RUNS.values(), article_run(batch_size=1)], ids=[*RUNS, "batches of one"]
)
def test_the_loss_panel_has_room_for_every_loss_in_view_and_for_zero(trace):
    ax, _ = new_panel(LossPanel, trace)
    positions = np.arange(len(trace) + 1)
    seen = in_view(trace)
    assert_inside(np.column_stack([positions, trace.full_losses])[seen], ax)
    # Step k begins at position k - 1.
    assert_inside(np.column_stack([positions[1:], trace.losses])[seen[:-1]], ax)
    assert_inside(np.column_stack([positions, np.zeros(len(positions))]), ax)


@every_run
def test_the_path_panel_has_room_for_the_path_in_view_and_for_the_optimum(trace):
    ax, _ = new_panel(PathPanel, trace)
    assert_inside(path_of(trace)[in_view(trace)], ax)
    assert_inside(line_of(ax, "optimum"), ax)


@pytest.mark.parametrize("lr", [0.025, 0.03, 0.05, 0.1, 5, 1e38])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_that_diverges_does_not_squeeze_the_data_into_a_point(lr, dtype):
    """In view are residuals of twice the usual size. Those of the start reach as far as the data:
    so twice their span on either side, with some room around, makes six times their span. Without
    `in_view` the data would span less than a millionth.
    """
    trace = article_run(lr=lr, dtype=dtype, epochs=50)
    ax, _ = new_panel(DataPanel, trace)
    assert np.ptp(trace.Y) >= np.ptp(ax.get_ylim()) / 8

    ax, _ = new_panel(PathPanel, trace)
    start, optimum = path_of(trace)[0], line_of(ax, "optimum")[0]
    assert_inside([start, optimum], ax)
    size = np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1)
    assert np.max(np.abs(start - optimum) / size) >= 1 / 8


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


def segments_to(step):
    """Return the lines from the targets of a batch to its predictions."""
    return [
        [[x, y], [x, y_hat]]
        for x, y, y_hat in zip(*(a.ravel() for a in (step.X, step.Y, step.Y_hat)), strict=True)
    ]


def residuals_of(ax):
    (residuals,) = (lines for lines in ax.collections if lines.get_label() == "residual")
    return residuals


@pytest.mark.parametrize("position", [1, 4, 17, 40])
def test_the_batch_its_residuals_and_the_line_before_are_those_of_the_step(position):
    ax, step = drawn(draw_data, ARTICLE_RUN, position), ARTICLE_RUN[position - 1]
    assert_on_line(line_of(ax, "line before"), step.w.item(), step.b)
    assert line_of(ax, "batch").tolist() == np.hstack([step.X, step.Y]).tolist()
    assert np.array_equal(residuals_of(ax).get_segments(), segments_to(step))


def test_at_the_start_there_is_no_batch_yet():
    ax = drawn(draw_data, ARTICLE_RUN, 0)
    assert len(line_of(ax, "batch")) == len(residuals_of(ax).get_segments()) == 0
    assert np.isnan(line_of(ax, "line before")[:, 1]).all()


@pytest.mark.parametrize("position", [0, 4, 39])
def test_asking_shows_the_next_batch_and_how_far_the_line_is_from_it(position):
    ax, panel = new_panel(DataPanel, ARTICLE_RUN)
    panel.show(position, asking=True)
    step = ARTICLE_RUN[position]
    assert_on_line(line_of(ax, "line"), step.w.item(), step.b)
    assert line_of(ax, "batch").tolist() == np.hstack([step.X, step.Y]).tolist()
    assert np.array_equal(residuals_of(ax).get_segments(), segments_to(step))
    for (x, _), (_, y_hat) in residuals_of(ax).get_segments():
        assert_on_line(np.array([[x, y_hat]]), step.w.item(), step.b)
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
    assert curve.get_markevery() == [-1]  # where the run is now
    points = curve.get_xydata()
    assert points[:, 0].tolist() == list(range(position + 1))
    X, Y = ARTICLE_RUN.X.astype(np.float64), ARTICLE_RUN.Y.astype(np.float64)
    for loss, w, b in zip(
        points[:, 1], ARTICLE_RUN.weights[: position + 1], ARTICLE_RUN.biases, strict=False
    ):
        expected = mean_squared_error(X, Y, w.reshape(1, 1).astype(np.float64), b)
        assert loss == pytest.approx(expected, rel=ROUNDING)


@pytest.mark.parametrize("position", [1, 4, 17, 40])
def test_the_loss_of_the_last_batch_is_ringed(position):
    ax, step = drawn(draw_losses, ARTICLE_RUN, position), ARTICLE_RUN[position - 1]
    assert ring_of(ax).tolist() == [[position, step.loss]]


def test_at_the_start_no_loss_is_ringed():
    assert len(ring_of(drawn(draw_losses, ARTICLE_RUN, 0))) == 0


@pytest.mark.parametrize("position", [0, 4, 39])
def test_asking_shows_the_losses_so_far_and_rings_none(position):
    ax, panel = new_panel(LossPanel, ARTICLE_RUN)
    panel.show(position, asking=True)
    assert len(ring_of(ax)) == 0
    shown = drawn(draw_losses, ARTICLE_RUN, position)
    for label in ("batch, n = 3", "short batch, n = 1", "all of the data"):
        assert np.array_equal(line_of(ax, label), line_of(shown, label))
    assert max(line.get_xdata().max(initial=0) for line in ax.lines) == position


def test_only_short_batches_have_squares():
    ax = drawn(draw_losses, ARTICLE_RUN)
    markers = {line.get_label(): line.get_marker() for line in ax.lines}
    assert markers["batch, n = 3"] == "o"
    assert markers["short batch, n = 1"] == "s"
    assert [label for label, marker in markers.items() if marker == "s"] == ["short batch, n = 1"]


def test_short_batches_are_told_by_their_size():
    trace = article_run(batch_size=4, epochs=2)  # 4, 4 and 2 of the ten rows
    ax = drawn(draw_losses, trace)
    assert line_of(ax, "batch, n = 4")[:, 0].tolist() == [1, 2, 4, 5]
    assert line_of(ax, "short batch, n = 2")[:, 0].tolist() == [3, 6]


def test_without_short_batches_there_are_no_squares():
    ax = drawn(draw_losses, FULL_BATCH)
    assert sum(len(line.get_xdata()) for line in ax.lines if line.get_marker() == "s") == 0
    assert len(line_of(ax, "batch, n = 10")) == 4
    assert told(ax) == ["batch, n = 10", "all of the data"]


def test_a_run_without_steps_has_no_batch_in_its_legend():
    assert told(drawn(draw_losses, DIVERGED_AT_ONCE)) == ["all of the data"]


def test_more_steps_than_there_is_room_for_have_a_line_instead_of_markers():
    for steps, is_marked in [(MOST_MARKED, True), (MOST_MARKED + 1, False)]:
        trace = article_run(batch_size=10, epochs=steps)
        ax = drawn(draw_losses, trace, 150)
        ring = ring_of(ax).tolist()
        assert ring == [[150, trace.losses[149]]]
        dots = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() in "os"])
        assert len(dots) - len(ring) == (150 if is_marked else 0)
        batches = "batch, n = 10" if is_marked else "batches"
        assert set(told(ax)) == {batches, "all of the data"}
        (jagged,) = (line for line in ax.lines if line.get_color() == FAINT)
        losses = np.column_stack([np.arange(1, 151), trace.losses[:150]])
        assert np.array_equal(jagged.get_xydata(), losses)

        ax = drawn(draw_path, trace, 150)
        (path,) = (line for line in ax.lines if line.get_label() == "path")
        assert path.get_marker() == ("." if is_marked else "none")


def test_two_features_have_losses_to_draw_but_neither_line_nor_path():
    trace = sgd_by_hand(np.eye(4)[:, :2], np.ones((4, 1)), np.zeros((2, 1)), 0, epochs=2)
    ax = drawn(draw_losses, trace, 3)
    assert len(line_of(ax, "all of the data")) == 4
    for draw in (draw_data, draw_path):
        with pytest.raises(ValueError, match=r"^trace: expected a run with one feature .*got 2"):
            drawn(draw, trace)


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
    ax, panel = new_panel(LossPanel, trace, True)
    assert ax.get_yscale() == "log"
    low, high = ax.get_ylim()
    assert 0 < low < high < np.inf
    losses = np.append(trace.losses, trace.full_losses)
    losses = losses[(losses >= 10.0**-MOST_DECADES) & (losses <= 10.0**MOST_DECADES)]
    assert (low <= losses).all()
    assert (losses <= high).all()
    for position in {0, len(trace)}:
        panel.show(position)
        ax.figure.draw_without_rendering()


def test_a_logarithmic_axis_has_little_room_to_spare():
    ax, _ = new_panel(LossPanel, ARTICLE_RUN, True)
    decades = np.ptp(np.log10(np.append(ARTICLE_RUN.losses, ARTICLE_RUN.full_losses)))
    assert np.ptp(np.log10(ax.get_ylim())) == pytest.approx(1.1 * decades)


def test_the_axis_can_be_changed_when_a_run_is_loaded():
    ax, panel = new_panel(LossPanel, ARTICLE_RUN)
    for trace, logarithmic in [(OVERSHOOTING, True), (DIVERGED, True), (ARTICLE_RUN, False)]:
        panel.load(trace, logarithmic)
        panel.show(2)
        expected, new = new_panel(LossPanel, trace, logarithmic)
        new.show(2)
        np.testing.assert_equal(everything(ax), everything(expected))


def test_the_losses_are_the_same_on_both_axes():
    linear, logarithmic = (new_panel(LossPanel, ARTICLE_RUN, is_log) for is_log in (False, True))
    for _, panel in (linear, logarithmic):
        panel.show(17)
    assert points_of(linear[0]) == points_of(logarithmic[0])


# Path


@some_positions
def test_the_path_ends_at_w_and_b(position):
    ax = drawn(draw_path, ARTICLE_RUN, position)
    parameters = path_of(ARTICLE_RUN)
    assert line_of(ax, "path").tolist() == parameters[: position + 1].tolist()
    assert line_of(ax, "w, b now").tolist() == parameters[[position]].tolist()


@pytest.mark.parametrize("name", ["article", "overshooting", "one point", "diverged at once"])
def test_the_star_is_at_the_least_squares_optimum(name):
    trace = RUNS[name]
    (star,) = line_of(drawn(draw_path, trace, 0), "optimum")
    X, Y = trace.X.astype(np.float64), trace.Y.astype(np.float64)
    optimum, *_ = np.linalg.lstsq(np.hstack([X, np.ones_like(X)]), Y)
    assert star.tolist() == pytest.approx(optimum.ravel().tolist(), rel=ROUNDING)


# Data that lie far from 0, so that w and b nearly make up for each other. The start is near.
FAR_AWAY = sgd_by_hand(
    np.arange(1000.0, 1010)[:, np.newaxis], 3 * np.arange(1000.0, 1010)[:, np.newaxis] + 7,
    [[3]], 2, lr=1e-7, dtype="float64",
)  # fmt: skip


@pytest.mark.parametrize(
    "trace",
    [ARTICLE_RUN, OVERSHOOTING, ONE_POINT, DIVERGED, FAR_AWAY],
    ids=["article", "overshooting", "one point", "diverged", "far away"],
)
def test_the_contours_are_those_of_the_loss_of_all_of_the_data(trace):
    """On the edges of the grid the loss is interpolated linearly. The error of that is at most
    the second derivative times the spacing squared, over 8."""
    ax = drawn(draw_path, trace, 0)
    contours = collection_of(ax, QuadContourSet)
    X, Y = trace.X.astype(np.float64), trace.Y.astype(np.float64)
    spacing_w, spacing_b = np.ptp(ax.get_xlim()) / 59, np.ptp(ax.get_ylim()) / 59
    error = max(2 * np.mean(X**2) * spacing_w**2, 2 * spacing_b**2) / 8
    vertices = 0
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        # A residual, the difference of numbers of the size of Y, is rounded as they are.
        rounding = ROUNDING * (level + np.max(np.abs(Y)) * np.sqrt(level))
        for w, b in path.vertices:
            loss = mean_squared_error(X, Y, [[w]], b)
            assert abs(loss - level) <= error * (1 + ROUNDING) + rounding
            vertices += 1
    assert vertices > 100


def test_a_loss_without_lines_has_no_contours():
    """At rest the loss does not depend on w; from 1e200 it is infinite everywhere."""
    for trace in (AT_REST, ODD_LOSSES["infinite from the start"]):
        ax = drawn(draw_path, trace)
        ax.figure.draw_without_rendering()
    assert not any(isinstance(collection, QuadContourSet) for collection in ax.collections)


def test_the_contours_lie_behind_the_path_and_the_optimum():
    ax = drawn(draw_path, ARTICLE_RUN)
    order = sorted(ax.get_children(), key=lambda artist: artist.get_zorder())
    others = [order.index(line) for line in ax.lines]
    assert order.index(collection_of(ax, QuadContourSet)) < min(others)


@pytest.mark.parametrize(
    ("trace", "position"),
    [(ARTICLE_RUN, 1), (ARTICLE_RUN, 4), (ARTICLE_RUN, 40), (OVERSHOOTING, 2), (LONG, 2000)],
)
def test_the_arrow_points_against_the_gradient_from_where_the_step_began(trace, position):
    ax, step = drawn(draw_path, trace, position), trace[position - 1]
    arrow = collection_of(ax, Quiver)
    assert arrow.get_visible()
    assert np.array_equal(arrow.get_offsets(), [[step.w.item(), step.b]])

    direction, gradient = np.append(arrow.U, arrow.V), np.append(step.grad_w, step.grad_b)
    factor = np.linalg.norm(direction) / np.linalg.norm(gradient.astype(np.float64))
    assert factor > 0
    assert direction.tolist() == pytest.approx((-factor * gradient).tolist(), rel=ROUNDING)

    size = np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1)
    assert np.linalg.norm(direction / size) == pytest.approx(ARROW, rel=ROUNDING)


@pytest.mark.parametrize(
    ("trace", "position"), [(ARTICLE_RUN, 4), (OVERSHOOTING, 2), (FAR_AWAY, 3)]
)
def test_the_tip_of_the_arrow_is_drawn_where_its_numbers_say(trace, position):
    ax = drawn(draw_path, trace, position)
    ax.figure.draw_without_rendering()
    arrow = collection_of(ax, Quiver)
    outline = arrow.get_transform().transform(arrow.get_paths()[0].vertices)
    tip = max(outline, key=np.linalg.norm)
    start = arrow.get_offsets()[0]
    begin, end = ax.transData.transform([start, start + np.append(arrow.U, arrow.V)])
    assert tip.tolist() == pytest.approx((end - begin).tolist(), abs=0.1)  # a tenth of a pixel


def test_the_arrow_is_hidden_where_there_is_no_step_to_look_at():
    ax, panel = new_panel(PathPanel, ARTICLE_RUN)
    arrow = collection_of(ax, Quiver)
    for position, asking, is_visible in [
        (0, False, False),
        (4, False, True),
        (4, True, False),
        (5, False, True),
        (0, True, False),
    ]:
        panel.show(position, asking)
        assert arrow.get_visible() == is_visible
    panel.show(4, asking=True)
    assert line_of(ax, "path").tolist() == path_of(ARTICLE_RUN)[:5].tolist()
    assert line_of(ax, "w, b now").tolist() == path_of(ARTICLE_RUN)[[4]].tolist()


def test_a_zero_gradient_has_an_arrow_without_length():
    ax = drawn(draw_path, AT_REST, 2)
    ax.figure.draw_without_rendering()
    arrow = collection_of(ax, Quiver)
    assert [*arrow.U, *arrow.V] == [0, 0]


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
    losses, path = drawn(draw_losses, LONG), drawn(draw_path, LONG)
    for line in (*losses.lines, *path.lines):
        assert len(line.get_xdata()) <= MOST_DRAWN + 6  # see above, for k = 2
    full, points = line_of(losses, "all of the data"), line_of(path, "path")
    assert min(len(full), len(points)) > MOST_DRAWN / 4

    assert full[[0, -1], 0].tolist() == [0, len(LONG)]
    assert np.array_equal(full[:, 1], LONG.full_losses[full[:, 0].astype(int)])
    assert points[[0, -1]].tolist() == path_of(LONG)[[0, -1]].tolist()
    assert {*map(tuple, points.tolist())} <= {*map(tuple, path_of(LONG).tolist())}


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
    data, losses, path = (drawn(draw, ARTICLE_RUN, 4) for draw in DRAWINGS)
    colors = {
        line.get_label(): line.get_color() for ax in (data, losses, path) for line in ax.lines
    }
    assert colors["data"] == COLORS["y"]
    assert colors["path"] == colors["line before"] == GREY  # neither is a quantity
    assert {colors["all of the data"], colors["batch, n = 3"], colors["short batch, n = 1"]} == {
        COLORS["loss"]
    }
    assert [to_hex(c).upper() for c in residuals_of(data).get_color()] == [COLORS["residual"]]
    arrow = collection_of(path, Quiver)
    assert [to_hex(c).upper() for c in arrow.get_facecolor()] == [COLORS["gradient"]]
    assert colors["− gradient"] == COLORS["gradient"]
    contours = collection_of(path, QuadContourSet)
    assert {to_hex(c).upper() for c in contours.get_edgecolor()} == {FAINT}
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
