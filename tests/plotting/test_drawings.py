"""What the drawings claim, read from their artists, and the words that stand for them."""

import re
from itertools import combinations

import matplotlib
import matplotlib.pyplot as plt
import nbclient
import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.quiver import Quiver
from nbformat.v4 import new_code_cell, new_notebook

from lsqgrad import (
    ARTICLE,
    COLORS,
    Drawing,
    draw_contours,
    draw_intervals,
    draw_parabola,
    draw_shapes,
    draw_squares,
    draw_strips,
    draw_ulps,
    gradient_matrix,
    line_data,
    mean_squared_error,
)
from lsqgrad.plotting.drawings import AFTER, LONGER, SHORT, TANGENT
from lsqgrad.plotting.number_lines import BAR, DOT, MARK
from lsqgrad.plotting.panels import NOW, OF_ALL, OPTIMUM

BATCH = ARTICLE.X, ARTICLE.Y
GRADIENT = gradient_matrix(*BATCH, ARTICLE.w, ARTICLE.b)
BEFORE = ARTICLE.w.item(), ARTICLE.b
AFTER_STEP = BEFORE[0] - ARTICLE.lr * GRADIENT.w.item(), BEFORE[1] - ARTICLE.lr * GRADIENT.b
LINES = {"before": BEFORE, "after": AFTER_STEP}
INTERVALS = {
    "five decimals": (-150.2895, -150.2803),
    "four decimals": (-150.3301, -150.2441),
    "prints as −150.28": (-150.285, -150.275),
}
MARKS = {"from five": -150.2849, "from four": -150.2867}
STRIPS = {"n = 1": [-459.3, -390, -17.5], "n = 3": np.linspace(-389, -40, 120), "n = 10": [-196.6]}
ULPS = {"loss": [0] * 27 + [1] * 10 + [2] * 3, "w": [0, 1, 3, 10, 11]}

DRAWINGS = {
    "squares": lambda: draw_squares(*BATCH, LINES),
    "squares of ten": lambda: draw_squares(*line_data(), {"before": BEFORE, "later": (1.7, 0.9)}),
    "parabola": lambda: draw_parabola(*BATCH, *BEFORE, ARTICLE.lr),
    "parabola of ten": lambda: draw_parabola(*line_data(), *BEFORE, 0.01),
    "contours": lambda: draw_contours(*BATCH, *BEFORE, ARTICLE.lr),
    "contours of ten": lambda: draw_contours(*line_data(), *BEFORE, 0.01),
    "shapes": lambda: draw_shapes(3, 1),
    "larger shapes": lambda: draw_shapes(12, 6),
    "intervals": lambda: draw_intervals(INTERVALS, MARKS),
    "strips": lambda: draw_strips(STRIPS, -196.56),
    "ulps": lambda: draw_ulps(ULPS),
}
every_drawing = pytest.mark.parametrize("name", DRAWINGS)


def drawn_as(ax, style):
    """Return the data of the lines that have the color, marker and dashes of a style."""
    return [
        line.get_xydata()
        for line in ax.lines
        if line.get_transform() != ax.transAxes  # samples beside words
        and line.get_color() == style["color"]
        and line.get_marker() == style.get("marker", "none")
        and line.get_linestyle() == {"none": "None"}.get(*[style.get("linestyle", "-")] * 2)
    ]


def arrow_of(ax):
    (arrow,) = (child for child in ax.get_children() if isinstance(child, Quiver))
    start = np.ravel(arrow.get_offsets())
    return start, start + np.array([arrow.U.item(), arrow.V.item()])


def labels_seen(ax):
    """Return the names of the axes, and those of the ticks that are within their limits."""
    if ax.axison:
        for axis in (ax.xaxis, ax.yaxis):
            yield axis.label
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if low <= tick.get_loc() <= high:
                    yield tick.label1


# The drawing itself


def test_a_notebook_shows_a_drawing_once_and_with_its_words():
    cells = [
        "import matplotlib.pyplot as plt\nfrom lsqgrad import Drawing, draw_ulps",
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nDrawing(fig, 'A line that rises.')",
        "draw_ulps({'loss': [0, 0, 0]})",
    ]
    notebook = new_notebook(cells=list(map(new_code_cell, cells)))
    nbclient.NotebookClient(notebook).execute()
    words = "Numbers counted by their distance in ulps. “loss”, of three numbers: three are equal."
    for cell, alt in zip(notebook.cells, (None, "A line that rises.", words), strict=True):
        if alt is None:
            assert not cell.outputs
            continue
        (output,) = cell.outputs
        assert output.data["text/plain"] == alt
        assert output.data["image/png"].startswith("iVBOR")
        assert output.metadata == {"image/png": {"alt": alt}}


def test_pyplot_forgets_the_figure():
    figure, _ = plt.subplots()
    drawing = Drawing(figure, "Empty axes.")
    assert not plt.fignum_exists(figure.number)
    assert drawing.figure is figure
    assert repr(drawing) == drawing.alt == "Empty axes."


@pytest.mark.parametrize("alt", ["", " \n"])
def test_a_drawing_without_words_is_refused(alt):
    with pytest.raises(ValueError, match=r"^alt: expected a sentence that says what is seen"):
        Drawing(Figure(), alt)


def test_a_drawing_of_no_figure_is_refused():
    with pytest.raises(TypeError, match=r"^figure: expected a matplotlib figure"):
        Drawing(Figure().subplots(), "Axes.")
    with pytest.raises(TypeError, match=r"^alt: expected a string"):
        Drawing(Figure(), None)


@every_drawing
def test_no_word_stands_on_another(name):
    figure = DRAWINGS[name]().figure
    figure.draw_without_rendering()
    texts = {}
    for ax in figure.axes:
        for text in (*ax.texts, ax.title, *labels_seen(ax)):
            if text.get_visible() and text.get_text().strip():
                texts[text] = text.get_window_extent()
    assert len(texts) > 5
    for (one, box), (other, other_box) in combinations(texts.items(), 2):
        both = box.intersection(box, other_box)
        words = one.get_text(), other.get_text()
        assert both is None or both.width < 1 or both.height < 4, words  # a line's empty edge


@every_drawing
def test_what_the_user_has_set_changes_nothing_and_stays(name):
    usual = DRAWINGS[name]().figure
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "lines.linewidth": 9}):
        settings = dict(matplotlib.rcParams)
        figure = DRAWINGS[name]().figure
        assert dict(matplotlib.rcParams) == settings
        figure.draw_without_rendering()
    for one, other in zip(figure.axes, usual.axes, strict=True):
        assert one.get_facecolor() == other.get_facecolor()
        sizes, usual_sizes = (
            [text.get_fontsize() for text in ax.findobj(matplotlib.text.Text)]
            for ax in (one, other)
        )
        assert sizes == usual_sizes


@every_drawing
def test_words_have_true_minus_signs_and_no_rest_of_a_rounding(name):
    alt = DRAWINGS[name]().alt
    assert alt.endswith(".")
    assert not re.search(r"-\d|e−|nan|None", alt)


# Squares

SCENES = {
    "article": (*BATCH, [BEFORE, AFTER_STEP]),
    "ten": (*line_data(), [BEFORE, (1.7, 0.9), (3.0, -2.0)]),
    "one point": (np.array([[2.0]]), np.array([[3.0]]), [(1.0, 0.0)]),
    "constant x": (np.full((3, 1), 2.0), np.array([[1.0], [2.0], [4.0]]), [(0.0, 9.0), (1, 1)]),
    "zeros": (np.zeros((2, 1)), np.zeros((2, 1)), [(1.0, 0.0)]),
    "years": (np.arange(2000.0, 2010)[:, np.newaxis], np.arange(10.0)[:, np.newaxis], [(0, 3.0)]),
    "tiny": (*(1e-12 * part for part in line_data()), [(-1.0, 0.0)]),
}


@pytest.mark.parametrize("scene", SCENES)
def test_the_area_of_a_square_is_the_square_of_its_residual_in_each_panel(scene):
    X, Y, lines = SCENES[scene]
    drawing = draw_squares(X, Y, {f"line {k}": line for k, line in enumerate(lines)})
    for ax, (w, b) in zip(drawing.figure.axes, lines, strict=True):
        assert (ax.get_xlim(), ax.get_ylim()) == (
            drawing.figure.axes[0].get_xlim(),
            drawing.figure.axes[0].get_ylim(),
        )
        (squares,) = (child for child in ax.collections if isinstance(child, PolyCollection))
        corners = np.array([path.vertices[:4] for path in squares.get_paths()])
        heights = np.ptp(corners[:, :, 1], axis=1)
        np.testing.assert_allclose(
            heights, np.abs(X * w + b - Y).ravel(), atol=1e-9 * np.ptp(ax.get_ylim())
        )
        pixels = ax.transData.transform(corners.reshape(-1, 2)).reshape(-1, 4, 2)
        wide, high = np.ptp(pixels, axis=1).T
        np.testing.assert_allclose(wide, high, atol=1e-3)
        low, top = np.array([ax.bbox.min, ax.bbox.max])
        assert np.all((pixels >= low - 0.5) & (pixels <= top + 0.5))
        mean = np.mean(heights**2)
        np.testing.assert_allclose(mean, mean_squared_error(X, Y, [[w]], b), rtol=1e-9, atol=1e-30)


def test_the_panels_say_which_line_and_what_its_loss_is():
    drawing = draw_squares(*BATCH, LINES)
    titles = [ax.get_title() for ax in drawing.figure.axes]
    assert titles == ["before: loss 173.39", "after: loss 151.00"]
    assert drawing.alt.startswith(
        "Three points in two panels. “before”: the line y = −0.34487 x + 0.86449 with a square on "
        "each residual, of −10.48, −19.207 and −6.4364; the loss, the mean of the areas, is 173.39."
    )
    assert "“after”: the line y = −0.19459 x + 0.88857" in drawing.alt


def test_parameters_may_be_arrays_of_one():
    drawing = draw_squares(*BATCH, {"before": (ARTICLE.w, np.array([ARTICLE.b]))})
    assert "y = −0.34487 x + 0.86449" in drawing.alt


def test_many_points_have_residuals_without_squares():
    drawing = draw_squares(*line_data(n=30), {"a": (1, 0)})
    assert "with its residuals, from" in drawing.alt
    assert "square on" not in drawing.alt


# The loss over w


@pytest.mark.parametrize("lr", [ARTICLE.lr, 0.015, 0.1])
def test_the_tangent_has_the_gradient_for_its_slope_and_touches_the_loss(lr):
    (ax,) = draw_parabola(*BATCH, *BEFORE, lr).figure.axes
    ((start, end),) = drawn_as(ax, TANGENT)
    slope = (end[1] - start[1]) / (end[0] - start[0])
    np.testing.assert_allclose(slope, GRADIENT.w.item())
    at_w = start[1] + slope * (BEFORE[0] - start[0])
    np.testing.assert_allclose(at_w, mean_squared_error(*BATCH, ARTICLE.w, ARTICLE.b))


@pytest.mark.parametrize("lr", [ARTICLE.lr, 0.015, 0.1])
def test_curve_points_and_step_are_those_of_the_loss(lr):
    (ax,) = draw_parabola(*BATCH, *BEFORE, lr).figure.axes
    w, b = BEFORE
    after = w - lr * GRADIENT.w.item()
    (curve,) = drawn_as(ax, OF_ALL)
    losses = [mean_squared_error(*BATCH, [[at]], b) for at in curve[:, 0]]
    np.testing.assert_allclose(curve[:, 1], losses)
    places = [points[0] for style in (NOW, AFTER) for points in drawn_as(ax, style)]
    assert {w, after} == {place[0] for place in places}
    (((lowest, least),),) = drawn_as(ax, OPTIMUM)
    assert least <= curve[:, 1].min()
    np.testing.assert_allclose(
        lowest, curve[curve[:, 1].argmin(), 0], atol=np.ptp(curve[:, 0]) / 199
    )
    start, end = arrow_of(ax)
    np.testing.assert_allclose([start[0], end[0]], [w, after])
    assert start[1] == end[1] == ax.get_ylim()[0]
    for x, y in [*places, (lowest, least)]:
        assert ax.get_xlim()[0] < x < ax.get_xlim()[1]
        assert ax.get_ylim()[0] < y < ax.get_ylim()[1]


def test_at_the_minimum_there_is_no_step():
    (ax,) = (drawing := draw_parabola([[1], [3]], [[0.1], [0.3]], w=0.1, b=0, lr=0.1)).figure.axes
    assert not any(isinstance(child, Quiver) for child in ax.get_children())
    assert "∂L/∂w, is 0." in drawing.alt


# The loss over w and b


def test_the_arrow_leads_to_the_updated_point():
    X, Y = line_data()
    gradient = gradient_matrix(X, Y, ARTICLE.w, ARTICLE.b)
    (ax,) = (drawing := draw_contours(X, Y, *BEFORE, 0.01)).figure.axes
    start, end = arrow_of(ax)
    np.testing.assert_allclose(start, BEFORE)
    after = BEFORE - 0.01 * np.array([gradient.w.item(), gradient.b])
    np.testing.assert_allclose(end, after)
    assert f"leads to w = {after[0]:.5g}, b = {after[1]:.5g}" in drawing.alt
    assert not any("times as long" in text.get_text() for text in ax.texts)


def test_an_arrow_that_is_too_short_to_be_seen_is_longer_and_says_so():
    (ax,) = (drawing := draw_contours(*BATCH, *BEFORE, ARTICLE.lr)).figure.axes
    start, end = arrow_of(ax)
    step = -ARTICLE.lr * np.array([GRADIENT.w.item(), GRADIENT.b])
    times = (end - start) / step
    np.testing.assert_allclose(times, times[0])
    pixels = ax.transData.transform([start, start + step, end])
    assert np.hypot(*(pixels[1] - pixels[0])) < SHORT
    np.testing.assert_allclose(np.hypot(*(pixels[2] - pixels[0])), LONGER, rtol=0.05)
    words = f"drawn {times[0]:.2g} times as long"
    assert words in drawing.alt
    assert any(words in text.get_text() for text in ax.texts)


def test_the_star_is_at_the_best_parameters():
    X, Y = line_data()
    (ax,) = draw_contours(X, Y, *BEFORE, 0.01).figure.axes
    (star,) = drawn_as(ax, OPTIMUM)
    best = np.linalg.lstsq(np.hstack([X, np.ones_like(X)]), Y)[0]
    np.testing.assert_allclose(star.T, best)


def test_at_the_optimum_there_is_no_arrow():
    drawing = draw_contours([[1], [3]], [[0.1], [0.3]], w=0.1, b=0, lr=0.1)
    assert drawing.alt.startswith(
        "Contours of the loss over w and b. At w = 0.1, b = 0 the gradient"
    )


def test_what_rounding_leaves_of_a_nothing_is_not_told():
    X, Y = np.full((3, 1), 2.0), np.array([[1.0], [2.0], [4.0]])
    assert "minimum at w = 0, where" in draw_parabola(X, Y, 1.0, 7 / 3, 0.1).alt
    alt = draw_contours([[1], [2]], [[0.1], [0.2]], 1, 0, 0.1).alt
    assert "its least value, 0, at the star: w = 0.1, b = 0." in alt


# Shapes


@pytest.mark.parametrize(("n", "p"), [(3, 1), (3, 2), (1, 1), (12, 6)])
def test_each_box_has_the_entries_of_its_matrix(n, p):
    drawing = draw_shapes(n, p)
    (ax,) = drawing.figure.axes
    entries = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    found = {}
    for entry in entries:
        found.setdefault(entry.get_gid(), []).append(entry)
        assert entry.get_width() == entry.get_height() == entries[0].get_width()
    numbers = {letter: len(boxes) for letter, boxes in found.items()}
    assert numbers == {
        "X": n * p, "w": p, "b": n, "Ŷ": n, "Xᵀ": n * p, "r": 2 * n, "∂L/∂w": p, "1ᵀ": n,
        "∂L/∂b": 1,
    }  # fmt: skip
    for letter, rows, columns in [("X", n, p), ("Xᵀ", p, n), ("1ᵀ", 1, n), ("∂L/∂w", p, 1)]:
        x, y = ({round(corner, 6) for corner in corners} for corners in zip(
            *(box.get_xy() for box in found[letter]), strict=True
        ))  # fmt: skip
        assert (len(y), len(x)) == (rows, columns)
        assert f"{letter} ({rows}×{columns})" in drawing.alt
    assert sum(box.get_linestyle() == "--" for box in found["b"]) == n - 1
    for letter, color in [("X", "x"), ("w", "w"), ("b", "b"), ("r", "residual")]:
        assert {box.get_edgecolor() for box in found[letter]} == {to_rgba(COLORS[color])}


# Numbers along a line


def test_bars_end_where_their_intervals_do_and_marks_go_through_all():
    (ax,) = draw_intervals(INTERVALS, MARKS).figure.axes
    bars = [line for line in drawn_as(ax, BAR) if line[0, 1] == line[1, 1]]
    assert [tuple(bar[:, 0]) for bar in bars] == [*INTERVALS.values()]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [*INTERVALS]
    marks = drawn_as(ax, MARK)
    assert [tuple(mark[:, 0]) for mark in marks] == [(value, value) for value in MARKS.values()]
    for mark in marks:
        assert mark[:, 1].min() < 0 < len(bars) - 1 < mark[:, 1].max()


def test_the_words_say_which_number_lies_in_which_interval():
    assert draw_intervals(INTERVALS, MARKS).alt == (
        "A number line with three intervals: “five decimals” from −150.2895 to −150.2803, "
        "“four decimals” from −150.330 to −150.244 and “prints as −150.28” from −150.285 to "
        "−150.275. Marked are “from five”, −150.2849, which lies in all, and “from four”, "
        "−150.2867, which lies in “five decimals” and “four decimals”."
    )


@pytest.mark.parametrize(
    ("intervals", "marks", "words"),
    [
        ({"a": (0.25, 0.25)}, {}, "“a” from 0.25 to 0.25."),
        ({"a": (0.1, 0.1), "b": (0, 2)}, {}, "“a” from 0.1 to 0.1 and “b” from 0.0 to 2.0."),
        ({"a": (0, 2e-18)}, {}, "“a” from 0 to 0.000000000000000002."),
        (
            {"a": (0.45, 0.55)},
            {"m": 0.5500001, "n": 0.5499999, "hundred": 100},
            "“a” from 0.45 to 0.55. Marked are “m”, 0.5500001, which does not, “n”, 0.5499999, "
            "which lies in it, and “hundred”, 100, which does not.",
        ),
        (
            {"a": (0.4500001, 0.55)},
            {"m": 0.45},
            "“a” from 0.4500001 to 0.5500000. Marked is “m”, 0.45, which does not.",
        ),
        ({"a": (1, 2), "b": (1, 3)}, {"m": 5}, "Marked is “m”, 5, which lies in none."),
    ],
)
def test_what_is_written_is_on_the_side_on_which_it_is(intervals, marks, words):
    assert draw_intervals(intervals, marks).alt.endswith(words)


def test_a_narrow_interval_beside_a_wide_one_can_be_seen_and_read():
    (ax,) = draw_intervals({"wide": (-1, 3), "narrow": (0.49995, 0.50005)}, {}).figure.axes
    assert {"−1.0", "3.0", "0.49995", "0.50005"} <= {text.get_text() for text in ax.texts}
    ends = [line for line in ax.lines if line.get_marker() == "|"]
    assert len(ends) == 2
    assert all(line.get_markeredgewidth() >= 1 for line in ends)


def test_each_number_is_a_dot_of_its_strip():
    (ax,) = (drawing := draw_strips(STRIPS, line=-196.56)).figure.axes
    dots = drawn_as(ax, DOT)
    for row, (points, values) in enumerate(zip(dots, STRIPS.values(), strict=True)):
        np.testing.assert_array_equal(points[:, 0], values)
        assert np.all(np.abs(points[:, 1] - row) < 0.5)
    (mean,) = drawn_as(ax, MARK)
    assert set(mean[:, 0]) == {-196.56}
    assert "“n = 3”: 120 dots, from −389 to −40." in drawing.alt
    assert drawing.alt.endswith("The line through all strips is at −196.56.")
    assert ax.get_title() == "line: −196.56"


def test_a_line_that_is_the_mean_of_each_strip_is_called_so():
    assert "the mean of each, is at 0." in draw_strips({"about 0": [0.1, 0.2, -0.3]}, 0).alt
    drawing = draw_strips({"two": [0.1, 0.5], "three": [0.2, 0.3, 0.4]}, 0.3)
    assert drawing.alt.endswith("The line through all strips, the mean of each, is at 0.3.")
    assert drawing.figure.axes[0].get_title() == "mean of each: 0.3"


def test_equal_numbers_are_stacked():
    (ax,) = draw_strips({"same": [2.0] * 50, "other": [1.0, 3.0]}, 2).figure.axes
    heights = drawn_as(ax, DOT)[0][:, 1]
    assert len(set(heights)) == 50
    assert np.ptp(heights) < 1


@pytest.mark.parametrize("seed", range(3))
def test_unequal_numbers_do_not_cover_each_other_where_a_strip_has_room(seed):
    values = np.random.default_rng(seed).normal(size=120)
    (ax,) = draw_strips({"normal": values, "mean": [0]}, 0).figure.axes
    dots = ax.transData.transform(drawn_as(ax, DOT)[0])
    size = DOT["markersize"] * ax.figure.dpi / 72
    apart = np.hypot(*(dots[:, np.newaxis] - dots).T)[~np.eye(len(dots), dtype=bool)]
    assert apart.min() > size - 1e-6
    assert len(set(dots[:, 1])) > 1


def test_more_dots_than_there_is_room_for_come_closer_and_stay_in_their_strip():
    values = np.append(np.random.default_rng(0).normal(size=500), [-9, 9])
    (ax,) = draw_strips({"normal": values, "mean": [0]}, 0).figure.axes
    heights = drawn_as(ax, DOT)[0][:, 1]
    assert 0.8 < np.ptp(heights) < 1
    assert len(set(zip(values, heights, strict=True))) == len(values)


def test_each_bar_counts_the_numbers_that_are_so_many_ulps_apart():
    drawing = draw_ulps(ULPS)
    for ax, name, counts in zip(
        drawing.figure.axes, ULPS, ([27, 10, 3, 0, 0], [1, 1, 0, 2, 1]), strict=False
    ):
        assert ax.get_title() == name
        assert [bar.get_height() for bar in ax.patches] == counts
        assert [text.get_text() for text in ax.texts] == [str(number) for number in counts]
    assert drawing.alt == (
        "Numbers counted by their distance in ulps. “loss”, of 40 numbers: 27 are equal, ten are "
        "1 ulp apart, three are 2 ulps apart. “w”, of five numbers: one is equal, one is 1 ulp "
        "apart, two are 3–10 ulps apart, one is more than 10 ulps apart."
    )


WRONG = {
    "X: expected one column": lambda: draw_parabola([[1, 2]], [[1]], 0, 0, 0.1),
    "Y: expected two axes": lambda: draw_squares([[1], [2]], [1, 2], LINES),
    "lines: expected a dict": lambda: draw_squares(*BATCH, [BEFORE]),
    "lines: expected a pair": lambda: draw_squares(*BATCH, {"a": 3}),
    "lines: expected at most 4": lambda: draw_squares(*BATCH, dict.fromkeys("abcde", BEFORE)),
    "w: expected one number": lambda: draw_contours(*BATCH, [[1], [2]], 0, 0.1),
    "lr: expected a number above 0": lambda: draw_contours(*BATCH, 1, 0, -0.1),
    "X: expected numbers up to 1e+30, got 1e+200": lambda: draw_parabola(
        [[1], [1e200]], [[1], [2]], 0, 0, 0.1
    ),
    "Y: expected numbers up to 1e+30, got -1e+200": lambda: draw_squares(
        [[1], [2]], [[1], [-1e200]], LINES
    ),
    "w: expected numbers up to": lambda: draw_contours(*BATCH, 1e200, 0, 0.1),
    "lr: expected numbers up to": lambda: draw_parabola(*BATCH, 1, 0, 1e200),
    "n: expected an integer from 1 to 12": lambda: draw_shapes(100, 1),
    "p: expected an integer from 1 to 6": lambda: draw_shapes(3, 0),
    "intervals: expected a dict": lambda: draw_intervals({}, {}),
    "intervals: expected low up to high": lambda: draw_intervals({"a": (2, 1)}, {}),
    "marks: expected a dict": lambda: draw_intervals({"a": (1, 2)}, [1.5]),
    "marks: expected a dict from names to numbers, got an array": lambda: draw_intervals(
        {"a": (1, 2)}, np.array([1, 2])
    ),
    "marks: expected a dict from names to numbers, got NoneType": lambda: draw_intervals(
        {"a": (1, 2)}, None
    ),
    "marks: expected a dict from names to numbers, got int": lambda: draw_intervals(
        {"a": (1, 2)}, 0
    ),
    "strips: expected finite numbers": lambda: draw_strips({"a": []}, 1),
    "name: expected a string": lambda: draw_strips({"a": [1]}, 1, name=3),
    "distances: expected whole numbers": lambda: draw_ulps({"a": [0.5]}),
    "distances: expected at most 6": lambda: draw_ulps({key: [0] for key in "abcdefg"}),
}


def test_the_largest_numbers_that_are_taken_can_be_drawn():
    X, Y, w, b, lr = [[1e30], [-1e30]], [[1], [1e30]], 1e30, -1e30, 1e30
    for drawing in (
        draw_squares(X, Y, {"a": (w, b)}),
        draw_parabola(X, Y, w, b, lr),
        draw_contours(X, Y, w, b, lr),
    ):
        assert not re.search("inf|nan", drawing.alt)


@pytest.mark.parametrize("sentence", WRONG)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(sentence):
    with pytest.raises((TypeError, ValueError), match=f"^{re.escape(sentence)}"):
        WRONG[sentence]()
