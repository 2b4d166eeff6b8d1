"""The picture of a graph: what is drawn, from which position on it is seen, and that all fits."""

import re
from functools import cache
from itertools import combinations
from xml.etree import ElementTree

import matplotlib.style
import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import RendererAgg
from records import ALL_RECORDS, RECORDS, every_record
from torch import nn

from lsqgrad import COLORS, GraphRecord, record_backward
from lsqgrad._util import GREY
from lsqgrad.plotting import svg
from lsqgrad.plotting.graph_figure import TYPE, GraphFigure, Way, _cut, _in_rows, _places_beside
from lsqgrad.plotting.graph_layout import Layout
from lsqgrad.widgets.graph_navigator import GraphNavigator

LINK = "http://www.w3.org/1999/xlink"
LAST = 8  # position of the article's graph
GREEN = COLORS["gradient"]
ARTICLE_RECORD = RECORDS["article"]


@cache
def figure_of(record):
    return GraphFigure(record, GraphNavigator(record).arrivals)


@cache
def drawn(record):
    return figure_of(record).background(), figure_of(record).history()


def parsed(*insides):
    """Read the inside of an SVG as part of a page that knows the prefix xlink, as HTML does."""
    return ElementTree.fromstring(f"<svg xmlns:xlink='{LINK}'>{''.join(insides)}</svg>")


class Shown:
    """What is seen of a graph at a position: the background and that part of the history."""

    def __init__(self, record, position):
        background, history = drawn(record)
        self.root = parsed(
            background,
            *(
                inside
                for start, end, inside in history
                if start <= position and (end is None or position < end)
            ),
        )
        self.texts = [text for text in self.root.iter("text") if text.text]

    def written(self, color=None):
        """Return the texts, all or those of a colour."""
        return [t.text for t in self.texts if color is None or f"fill: {color.lower()}" in fill(t)]

    def shapes(self, color):
        """Return the shapes beside the arrows of a colour."""
        return sorted(t for t in self.written(color) if re.fullmatch(r"\(.*,.*\)|\(\)", t))

    def lines(self, color):
        """Count the arrows of a colour: each has a head, which is a path of its own."""
        paths = [path.get("style", "") for path in self.root.iter("path")]
        return sum(f"stroke: {color.lower()}" in style for style in paths) // 2


def fill(text):
    """Return the style of a text; without one it is black."""
    style = text.get("style", "")
    return style if "fill" in style else f"{style}; fill: #000000"


# What is shown


@pytest.mark.parametrize(
    ("position", "values"),
    [
        (0, ["bias", "weight"]),
        (1, ["bias", "weight", "weightᵀ"]),
        (2, ["bias", "weight", "weightᵀ", "XW + b"]),
        (3, ["bias", "weight", "weightᵀ", "XW + b", "mean of (Ŷ − Y)²"]),
        (LAST, ["bias", "weight", "weightᵀ", "XW + b", "mean of (Ŷ − Y)²"]),
    ],
)
def test_a_value_is_shown_when_it_is_computed_in_the_colour_of_its_quantity(position, values):
    shown = Shown(ARTICLE_RECORD, position)
    every = {
        "bias": (["0.8645"], COLORS["b"], 1),
        "weight": (["−0.3449"], COLORS["w"], 2 if "weightᵀ" in values else 1),
        "XW + b": (["−0.7449", "−1.971", "−0.1318"], "#000000", 1),
        "mean of (Ŷ − Y)²": (["173.4"], COLORS["loss"], 1),
    }
    for title, (numbers, color, times) in every.items():
        for number in numbers:
            assert shown.written(color).count(number) == (times if title in values else 0)
    assert shown.written(COLORS["x"]) == ["4.667", "8.222", "2.889"]
    assert shown.written(COLORS["y"]) == ["9.735", "17.24", "6.305"]


@pytest.mark.parametrize("position", range(LAST + 1))
def test_a_gradient_is_shown_when_backward_comes_to_it(position):
    order = [["1"], ["−6.987", "−12.8", "−4.291"], ["−24.08"], ["−150.3"], ["−150.3"]]
    expected = [text for texts in order[: max(0, position - 3)] for text in texts]
    written = Shown(ARTICLE_RECORD, position).written(GREEN)
    assert sorted(text for text in written if "(" not in text) == sorted(expected)


@pytest.mark.parametrize(
    ("position", "forward", "back"),
    [
        (0, ["(1, 1)", "(1,)", "(3, 1)", "(3, 1)"], []),
        (1, ["(1, 1)", "(1, 1)", "(1,)", "(3, 1)", "(3, 1)"], []),
        (3, ["(1, 1)", "(1, 1)", "(1,)", "(3, 1)", "(3, 1)", "(3, 1)"], []),
        (4, ["(1, 1)", "(1, 1)", "(1,)", "(3, 1)", "(3, 1)", "(3, 1)"], ["(3, 1)"]),
        (
            LAST,
            ["(1, 1)", "(1, 1)", "(1,)", "(3, 1)", "(3, 1)", "(3, 1)"],
            ["(1, 1)", "(1, 1)", "(1,)", "(3, 1)"],
        ),
    ],
)
def test_the_arrows_have_the_shapes_of_what_they_carry(position, forward, back):
    shown = Shown(ARTICLE_RECORD, position)
    assert shown.shapes("#000000") == forward
    assert shown.shapes(GREEN) == back
    assert shown.lines(GREEN) == len(back)


def test_values_go_right_and_gradients_left():
    for way in figure_of(ARTICLE_RECORD)._every_way():
        (tail, _), *_, (head, _) = way.corners
        assert (tail < head) == (way.color == "black")
        assert (tail > head) == (way.color == GREEN)


@every_record
def test_the_box_of_the_current_node_alone_has_the_frame(record):
    picture, navigator = figure_of(record), GraphNavigator(record)
    frames = [piece for piece in picture._pieces if piece.end is not None]
    assert [(piece.start, piece.end) for piece in sorted(frames)] == [
        (position, position + 1) for position in range(1, navigator.last + 1)
    ]
    for start, _, (frame,) in frames:
        navigator.seek(start)
        left, bottom, right, top = picture._extent(picture._layout.boxes[navigator.node.number])
        box = frame.get_bbox()
        assert [box.x0, box.y0, box.x1, box.y1] == pytest.approx([left, bottom, right, top])
        assert frame.get_linewidth() == 3


def test_every_box_is_named_from_the_start_to_the_end():
    names = ["mean of (Ŷ − Y)²", "XW + b", "weightᵀ", "bias", "weight", "X", "Y"]
    data = ["4.667", "8.222", "2.889", "9.735", "17.24", "6.305"]
    below = ["MseLossBackward0", "AddmmBackward0", "TBackward0", *["AccumulateGrad", "data"] * 2]
    picture = figure_of(ARTICLE_RECORD)
    texts = [text.text for text in parsed(picture.background()).iter("text") if text.text]
    assert sorted(texts) == sorted([*names, *below, *data, "In each box: value | gradient"])
    assert sorted(Shown(ARTICLE_RECORD, 0).written(GREY)) == sorted(below)


def test_what_comes_stays_but_for_the_frame():
    _, history = drawn(ARTICLE_RECORD)
    assert {end for _, end, _ in history} == {None, *range(2, LAST + 2)}
    starts = [start for start, *_ in history]
    assert starts == sorted(starts)


def test_where_no_value_is_kept_the_box_says_so():
    record = RECORDS["two layers"]
    node = next(node for node in record if node.value is None)
    navigator = GraphNavigator(record)
    for position in range(navigator.last + 1):
        said = Shown(record, position).written().count("not kept")
        assert said == (position >= navigator.arrivals[node.number][0])
    # The arrow from it carries a value whose shape is not known.
    relu = next(node for node in record if node.name == "ReluBackward0")
    assert (relu.inputs, relu.sources) == ((None,), (node.number,))
    forward = [way for way in figure_of(record)._every_way() if way.color == "black"]
    assert sum(way.text == "" for way in forward) == 1


def test_an_unknown_node_has_a_box_and_its_gradient():
    w = torch.tensor([0.0], requires_grad=True)
    shown = Shown(record_backward(w.exp().sum(), {"w": w}), 5)
    assert {"an unknown function", "not kept"} <= {*shown.written()}
    assert [text for text in shown.written(GREEN) if "(" not in text] == ["1", "1", "1"]


def test_a_star_marks_where_more_happened_than_the_graph_shows():
    w = torch.tensor([3.0], requires_grad=True)
    square = w * w
    square.register_hook(lambda grad: 10 * grad)
    record = record_backward(square.sum(), {"w": w})
    for position, stars in [(3, 0), (4, 1), (5, 1)]:
        written = Shown(record, position).written()
        assert written.count("*") == stars
        assert any(text.endswith("* more happened than is shown") for text in written)
    assert not any("more" in text for text in Shown(ARTICLE_RECORD, LAST).written())


def test_the_title_says_that_more_happened_than_any_node_shows():
    record = GraphRecord(ARTICLE_RECORD.nodes, notes=("Something else happened.",))
    (title,) = (text for text in Shown(record, 0).written() if "In each box" in text)
    assert title.endswith("more happened than is shown")
    assert "*" not in title


def test_no_data_is_shown_that_is_not_kept():
    """A sum keeps none of its terms: the target of the loss must not stand for one."""
    w, X = torch.tensor([[2.0]], requires_grad=True), torch.tensor([[1.0], [3.0]])
    Y_hat = X @ w + torch.tensor([[100.0], [200.0]])
    record = record_backward(nn.functional.mse_loss(Y_hat, torch.tensor([[7.0], [8.0]])), {"w": w})
    data = [box for box in Layout(record).boxes.values() if box.subtitle == "data"]
    assert {box.title: box.value.ravel().tolist() for box in data} == {"Y": [7, 8], "A": [1, 3]}
    assert sorted(box.title for box in data) == ["A", "Y"]


def test_of_several_outputs_the_gradient_of_a_used_one_is_shown():
    v = torch.arange(4.0, requires_grad=True)
    before, after = (Shown(record_backward(v.split(2)[1].sum()), k).written(GREEN) for k in (3, 4))
    assert sorted(after) == sorted([*before, "1", "1", "(4,)"])


# What is written in a box


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (2.0, "2"),
        ([1.0, 2.0, 3.0], "1\n2\n3"),
        ([1.0, 2.0, 3.0, 4.0], "1\n2\n…"),
        ([[1.23456], [2.0]], "1.235\n2"),
        ([[1.23456, 2.0]], "1.2 2"),
        ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "1 2 3\n4 5 6"),
        ([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]], "1 2\n3 4\n…"),
        ([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]], "1 2\n3 4\n…"),
        ([0.000012345], "1.23e−5"),
        ([-0.000012345], "−1.2e−5"),
        ([12345.0], "1.234e4"),
        ([[-1.25, -2.5, -3.5]], "−1.2 …"),
        ([[0.000012345, -0.00002]], "1e−5 …"),
        ([float("nan"), -float("inf")], "nan\n−inf"),
        ([[]], "empty"),
        (None, "not kept"),
    ],
    ids=[
        *("a number", "three", "four", "a column", "a row", "2×3", "4×2", "2×2×2", "small"),
        *("negative", "large", "long", "small ones", "no numbers", "no entries", "nothing"),
    ],
)
def test_a_box_shows_as_many_entries_and_digits_as_it_has_room_for(values, written):
    assert _in_rows(None if values is None else np.array(values), 64) == written


@pytest.mark.parametrize(
    ("keep_end", "cut"), [(False, "a_module_…"), (True, "…ame.weight")], ids=["start", "end"]
)
def test_a_long_name_is_cut_to_its_room(keep_end, cut):
    assert _cut("a_module_of_a_long_name.weight", 95, "normal", keep_end) == cut
    assert _cut("weight", 90, "normal", keep_end) == "weight"


# That all of it fits


def wide_net():
    """A record whose arrays and numbers are wide."""
    rng = torch.Generator().manual_seed(0)
    model = nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 1)).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(-1e5 * torch.rand(parameter.shape, generator=rng, dtype=torch.float64))
    X, Y = torch.rand(64, 20).double(), -1.2345e-5 * torch.rand(64, 1).double()
    return record_backward(nn.functional.mse_loss(model(X), Y), model)


def long_names():
    """A record with long names of parameters and of nodes, and small numbers."""
    model = nn.Sequential()
    model.add_module("a_module_of_a_very_long_name_indeed", nn.Linear(1, 1).double())
    X = -1.2345e-5 * torch.rand(5, 1).double()
    loss = nn.functional.binary_cross_entropy_with_logits(model(X), torch.rand(5, 1).double())
    return record_backward(loss, model)


def loss_by_hand():
    X, Y = torch.tensor([[4.667], [8.222], [2.889]]), torch.tensor([[9.735], [17.24], [6.305]])
    w, b = torch.tensor([[-0.3449]], requires_grad=True), torch.tensor([0.8645], requires_grad=True)
    return record_backward(((X @ w + b - Y) ** 2).mean(), {"w": w, "b": b})


def broadcast():
    a, b = torch.randn(4, 1, 3, requires_grad=True), torch.randn(2, 1, requires_grad=True)
    return record_backward((a * b + a.exp()).sum(), {"a": a, "b": b})


HARD = {
    "wide": wide_net(), "long": long_names(), "by hand": loss_by_hand(), "broadcast": broadcast()
}  # fmt: skip
some_records = pytest.mark.parametrize(
    "record", [*RECORDS.values(), *HARD.values()], ids=[*RECORDS, *HARD]
)


def extents(picture):
    """Return the texts of a picture with the extents of their ink."""
    renderer = RendererAgg(1, 1, 72)
    texts = [text for text in picture._ax.texts if text.get_text()]
    return [(text, text.get_window_extent(renderer).padded(-0.1)) for text in texts]


@some_records
def test_no_text_lies_over_another_or_leaves_the_picture(record):
    picture = figure_of(record)
    found = extents(picture)
    for text, extent in found:
        assert 0 <= extent.x0 < extent.x1 <= picture.width, text
        assert 0 <= extent.y0 < extent.y1 <= picture.height, text
    for (one, extent), (other, its) in combinations(found, 2):
        assert not extent.overlaps(its), (one, other)


@some_records
def test_a_text_is_in_a_box_or_in_a_half_of_it_or_beside_all_boxes(record):
    picture = figure_of(record)
    boxes = [picture._extent(box) for box in picture._layout.boxes.values()]
    for text, ink in extents(picture):
        touched = [
            b for b in boxes if b[0] < ink.x1 and ink.x0 < b[2] and b[1] < ink.y1 and ink.y0 < b[3]
        ]
        is_shape = re.fullmatch(r"\(.*,.*\)|\(\)", text.get_text())
        assert len(touched) == (0 if is_shape or "In each" in text.get_text() else 1), text
        for left, bottom, right, top in touched:
            middle = (left + right) / 2
            names = {text.get_text()} & {"AccumulateGrad", "data"} or text.get_weight() == "bold"
            is_name = names or text.get_text().startswith(tuple(node.name[:9] for node in record))
            if not is_name:
                left, right = (
                    (left, middle) if ink.x1 < right - (right - left) / 4 else (middle, right)
                )
            assert left < ink.x0 < ink.x1 < right, text
            assert bottom < ink.y0 < ink.y1 < top, text


@pytest.mark.parametrize("record", ALL_RECORDS.values(), ids=ALL_RECORDS)
def test_every_box_and_every_way_is_inside_of_the_picture(record):
    picture = figure_of(record)
    for box in picture._layout.boxes.values():
        left, bottom, right, top = picture._extent(box)
        assert 0 < left < right < picture.width
        assert 0 < bottom < top < picture.height
    for way in picture._every_way():
        assert (way.corners > 0).all()
        assert (way.corners < (picture.width, picture.height)).all()


@pytest.mark.parametrize("record", HARD.values(), ids=HARD)
def test_all_type_is_legible_at_the_natural_size(record):
    texts = [text.get("style") for text in Shown(record, 99).texts]
    assert {re.search(r"(\d+)px", style).group(1) for style in texts} == {f"{TYPE}"}
    assert TYPE >= 13


def test_a_text_goes_where_no_other_is():
    """Beside its way, and not where it would stand if no box were there and no other text."""
    text, halves = "(1, 1)", np.array([17, 7])
    ways = [Way(np.array([[0.0, 0], [200, 200]]), side, 0, "black", text) for side in (1, 1, -1)]
    (alone,) = _places_beside(ways[:1], [np.array([300.0, 300, 310, 310])])
    box = np.concatenate([alone - 10, alone + 10])
    places = _places_beside(ways, [box])
    for way, place in zip(ways, places, strict=True):
        assert np.sign(place[1] - place[0]) == way.side
        assert (np.abs(place - alone) > halves + 10).any()
    for one, other in combinations(places, 2):
        assert (np.abs(one - other) > 2 * halves).any()


# As SVG and PNG


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return tuple(int.from_bytes(png[i : i + 4], "big") for i in (16, 20))


@some_records
def test_two_pictures_on_a_page_share_no_id(record):
    background, history = drawn(record)
    inside = "".join([background, *(piece for *_, piece in history)])
    assert not re.search(r"\bid=|url\(|<style|<metadata|<\?xml|matplotlib|20\d\d-\d\d", inside)


@pytest.mark.parametrize("name", ["a<b", "it's", '"w"', "a&b", "<script>", "$w$", "a\nb"])
def test_a_leaf_may_have_any_name(name):
    w = torch.tensor([1.0], requires_grad=True)
    record = record_backward((w * w).sum(), {name: w})
    assert " ".join(name.split()) in Shown(record, 0).written()


def a_figure():
    return GraphFigure(ARTICLE_RECORD, GraphNavigator(ARTICLE_RECORD).arrivals)


def test_the_png_belongs_to_its_position():
    picture = a_figure()
    found = [picture.png(position) for position in (0, 3, LAST)]
    assert len({*found}) == 3
    assert picture.png(3) == found[1] == a_figure().png(3)
    assert size_of(found[0]) == tuple(int(svg.LARGER * x) for x in (picture.width, picture.height))
    assert not re.search(rb"tEXt|tIME|Matplotlib", found[1])


def test_the_history_is_whole_after_a_png():
    picture = a_figure()
    picture.png(0)
    assert picture.history() == a_figure().history()


STYLES = {
    "dark": matplotlib.style.library["dark_background"],
    "large": {"font.size": 40, "axes.titlesize": 60},
    "TeX": {"text.usetex": True},
    "serif": {"font.family": "serif", "svg.fonttype": "path", "axes.unicode_minus": False},
}


@pytest.mark.parametrize("name", STYLES)
def test_the_picture_does_not_follow_the_readers_style(name):
    expected = a_figure()
    expected = [expected.background(), expected.history(), expected.png(LAST)]
    with matplotlib.rc_context():
        matplotlib.rcParams.update(STYLES[name])
        before = dict(matplotlib.rcParams)
        picture = a_figure()
        found = [picture.background(), picture.history(), picture.png(LAST)]
        assert dict(matplotlib.rcParams) == before
    assert found == expected
