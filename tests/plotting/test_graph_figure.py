"""The picture of a graph: where the boxes stand, and what is shown of them at each position."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from records import RECORDS, every_record
from torch import nn

from lsqgrad import COLORS, GraphRecord, record_backward
from lsqgrad._util.colors import GREY
from lsqgrad.plotting.graph_figure import SIZES, GraphFigure, GraphPanel
from lsqgrad.plotting.graph_layout import HEIGHT, WIDTH, Layout
from lsqgrad.widgets.graph_navigator import GraphNavigator

TAG = "{http://www.w3.org/2000/svg}"
LINK = "http://www.w3.org/1999/xlink"
LAST = 8  # position of the article's graph


ARTICLE_RECORD = RECORDS["article"]


class Shown:
    """What a panel shows of a graph at a position."""

    def __init__(self, record, position):
        self.navigator = GraphNavigator(record)
        self.navigator.seek(position)
        self.layout = Layout(record)
        self.ax = Figure().subplots()
        GraphPanel(self.ax, self.layout).show(self.navigator)
        self.texts = [text for text in self.ax.texts if text.get_visible()]

    def box(self, title):
        (box,) = (box for box in self.layout.boxes.values() if box.title == title)
        return box

    def half(self, title, side):
        """Return the text in the left (-1) or right (1) half of a box, and its colour."""
        box = self.box(title)
        place = (-box.column + side * WIDTH / 4, box.row - 0.18 * HEIGHT)
        found = [text for text in self.texts if text.get_position() == pytest.approx(place)]
        return [(text.get_text(), text.get_color()) for text in found]

    def shapes(self, color):
        """Return the shapes beside the arrows of a colour."""
        written = [text.get_text() for text in self.texts if text.get_color() == color]
        return sorted(text for text in written if re.fullmatch(r"\(.*,.*\)|\(\)", text))

    def arrows(self, color):
        """Return tail and head of each arrow of a colour."""
        found = [text for text in self.texts if getattr(text, "arrow_patch", None)]
        return {
            (*text.xyann, *text.xy)
            for text in found
            if to_hex(text.arrow_patch.get_edgecolor()) == to_hex(color)
        }

    def framed(self):
        """Return the centre of the box with the thick frame."""
        frames = [p for p in self.ax.patches if p.get_visible() and p.get_linewidth() == 3]
        return [(f.get_x() + WIDTH / 2, f.get_y() + HEIGHT / 2) for f in frames]


# What is shown


@every_record
def test_every_box_and_arrow_is_inside_of_the_axes(record):
    shown = Shown(record, GraphNavigator(record).last)
    (left, right), (low, high) = shown.ax.get_xlim(), shown.ax.get_ylim()
    for box in shown.layout.boxes.values():
        assert left <= -box.column - WIDTH / 2 < -box.column + WIDTH / 2 <= right
        assert low <= box.row - HEIGHT / 2 < box.row + HEIGHT / 2 <= high


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
        "bias": ("0.8645", COLORS["b"]),
        "weight": ("-0.3449", COLORS["w"]),
        "weightᵀ": ("-0.3449", COLORS["w"]),
        "XW + b": ("-0.7449\n-1.971\n-0.1318", "black"),
        "mean of (Ŷ − Y)²": ("173.4", COLORS["loss"]),
    }
    for title, written in every.items():
        assert shown.half(title, -1) == ([written] if title in values else [])
    assert shown.half("X", -1) == [("4.667\n8.222\n2.889", COLORS["x"])]
    assert shown.half("Y", -1) == [("9.735\n17.24\n6.305", COLORS["y"])]


@pytest.mark.parametrize("position", range(LAST + 1))
def test_a_gradient_is_shown_when_backward_comes_to_it(position):
    shown = Shown(ARTICLE_RECORD, position)
    order = [
        ("mean of (Ŷ − Y)²", "1"),
        ("XW + b", "-6.987\n-12.8\n-4.291"),
        ("bias", "-24.08"),
        ("weightᵀ", "-150.3"),
        ("weight", "-150.3"),
    ]
    for place, (title, written) in enumerate(order, start=4):
        expected = [(written, COLORS["gradient"])] if place <= position else []
        assert shown.half(title, 1) == expected
    assert shown.half("X", 1) == shown.half("Y", 1) == []


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
    assert shown.shapes("black") == forward
    assert shown.shapes(COLORS["gradient"]) == back
    assert len(shown.arrows("black")) == len(forward)
    assert len(shown.arrows(COLORS["gradient"])) == len(back)


def test_values_go_right_and_gradients_left():
    shown = Shown(ARTICLE_RECORD, LAST)
    assert all(tail < head for tail, _, head, _ in shown.arrows("black"))
    assert all(tail > head for tail, _, head, _ in shown.arrows(COLORS["gradient"]))


@every_record
def test_the_box_of_the_current_node_alone_has_the_frame(record):
    shown = Shown(record, 0)
    assert shown.framed() == []
    panel = GraphPanel(shown.ax, shown.layout)
    for position in range(1, shown.navigator.last + 1):
        shown.navigator.seek(position)
        panel.show(shown.navigator)
        box = shown.layout.boxes[shown.navigator.node.number]
        assert shown.framed() == [pytest.approx((-box.column, box.row))]


def test_every_box_is_named_from_the_start():
    shown = Shown(ARTICLE_RECORD, 0)
    written = [(text.get_text(), text.get_color()) for text in shown.texts]
    for box in shown.layout.boxes.values():
        assert (box.title, "black") in written
        assert (box.subtitle, GREY) in written
    assert shown.ax.get_title() == "In each box: value | gradient"


def test_going_back_hides_what_was_shown():
    navigator = GraphNavigator(ARTICLE_RECORD)
    ax = Figure().subplots()
    panel = GraphPanel(ax, Layout(ARTICLE_RECORD))
    seen = {}
    for position in [*range(LAST + 1), *range(LAST, -1, -1)]:
        navigator.seek(position)
        panel.show(navigator)
        visible = [artist.get_visible() for artist in panel.moving]
        assert seen.setdefault(position, visible) == visible
    assert len({tuple(visible) for visible in seen.values()}) == LAST + 1
    assert not any(seen[0][place] for place in np.flatnonzero(~np.array(seen[LAST])))


def test_where_no_value_is_kept_the_box_says_so():
    record = RECORDS["two layers"]
    shown = Shown(record, GraphNavigator(record).last)
    node = next(node for node in record if node.value is None)
    assert [text.get_text() for text in shown.texts].count("not kept") == 1
    box = shown.layout.boxes[node.number]
    (text,) = (text for text in shown.texts if text.get_text() == "not kept")
    assert text.get_position() == pytest.approx((-box.column - WIDTH / 4, box.row - 0.18 * HEIGHT))
    # The arrow from it carries a value whose shape is not known.
    relu = next(node for node in record if node.name == "ReluBackward0")
    assert (relu.inputs, relu.sources) == ((None,), (node.number,))
    assert len(shown.arrows("black")) == len(shown.shapes("black")) + 1


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
        ([0.000012345], "1.234e-05"),
        ([[-1.25, -2.5, -3.5]], "-1.2 -2.5 …"),
        ([[-1.25, -2.5, 35.0, 4.0]], "-1.2 -2.5 …"),
        ([[0.000012345, -0.00002]], "1.2e-05 …"),
    ],
    ids=[
        *("a number", "three", "four", "a column", "a row", "2×3", "4×2", "2×2×2", "small"),
        *("long", "longer", "small ones"),
    ],
)
def test_a_box_shows_as_many_entries_as_it_has_room_for(values, written):
    w = torch.tensor(values, dtype=torch.float64, requires_grad=True)
    shown = Shown(record_backward(w.sum(), {"w": w}), 0)
    assert shown.half("w", -1) == [(written, COLORS["w"])]


def test_an_unknown_node_has_a_box_and_its_gradient():
    w = torch.tensor([0.0], requires_grad=True)
    shown = Shown(record_backward(w.exp().sum(), {"w": w}), 5)
    assert shown.half("an unknown function", -1) == [("not kept", "black")]
    assert shown.half("an unknown function", 1) == [("1", COLORS["gradient"])]


def test_a_star_marks_where_more_happened_than_the_graph_shows():
    w = torch.tensor([3.0], requires_grad=True)
    square = w * w
    square.register_hook(lambda grad: 10 * grad)
    record = record_backward(square.sum(), {"w": w})
    for position, stars in [(3, 0), (4, 1), (5, 1)]:
        shown = Shown(record, position)
        placed = [text.get_position() for text in shown.texts if text.get_text() == "*"]
        assert len(placed) == stars
        for x, y in placed:
            box = shown.box("A ∘ B")
            assert -box.column < x < -box.column + WIDTH / 2
            assert box.row < y < box.row + HEIGHT / 2
        assert "* more happened" in shown.ax.get_title()
    assert "more" not in Shown(ARTICLE_RECORD, LAST).ax.get_title()


def test_the_title_says_that_more_happened_than_any_node_shows():
    record = GraphRecord(ARTICLE_RECORD.nodes, notes=("Something else happened.",))
    title = Shown(record, 0).ax.get_title()
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


# As SVG and PNG


@pytest.fixture(scope="module")
def picture():
    return GraphFigure(ARTICLE_RECORD)


def parsed(svg):
    """Read an SVG as part of a page that knows the prefix xlink, as every HTML page does."""
    (root,) = ElementTree.fromstring(f"<page xmlns='{TAG[1:-1]}' xmlns:xlink='{LINK}'>{svg}</page>")
    return root


def svg_at(picture, position, attributes="class='f'", record=ARTICLE_RECORD):
    navigator = GraphNavigator(record)
    navigator.seek(position)
    return picture.svg(navigator, attributes)


def texts_of(svg):
    return ["".join(text.itertext()).strip() for text in parsed(svg).iter(f"{TAG}text")]


def without_ids(svg):
    """Leave out the ids, since matplotlib chooses them by chance."""
    return re.sub(r'(id="|url\(#|href="#)\w+', r"\1", svg)


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return tuple(int.from_bytes(png[i : i + 4], "big") for i in (16, 20))


def test_the_attributes_stand_at_the_svg(picture):
    root = parsed(svg_at(picture, 2, "class='a b' role='img' aria-label='a &lt; b'"))
    assert root.tag == f"{TAG}svg"
    assert (root.get("class"), root.get("role"), root.get("aria-label")) == ("a b", "img", "a < b")
    assert set(root.attrib) & {"width", "height"} == set()


def test_every_position_has_a_picture_of_its_own(picture):
    found = [without_ids(svg_at(picture, position)) for position in range(LAST + 1)]
    assert len({*found}) == LAST + 1
    for position in (LAST, 0, 5):
        assert without_ids(svg_at(picture, position)) == found[position]
    assert without_ids(svg_at(GraphFigure(ARTICLE_RECORD), 4)) == found[4]


@pytest.mark.parametrize(
    ("number", "first"),
    [
        ("0.8645", 0),
        ("4.667", 0),
        ("17.24", 0),
        ("-1.971", 2),
        ("173.4", 3),
        ("1", 4),
        ("-12.8", 5),
        ("-24.08", 6),
        ("-150.3", 7),
    ],
)
def test_a_number_that_is_hidden_is_nowhere_in_the_svg(picture, number, first):
    for position in range(LAST + 1):
        assert (number in texts_of(svg_at(picture, position))) == (position >= first)


def test_the_svg_names_every_box_at_every_position(picture):
    names = {"mean of (Ŷ − Y)²", "MseLossBackward0", "XW + b", "AddmmBackward0", "weightᵀ"}
    names |= {"bias", "weight", "TBackward0", "AccumulateGrad", "X", "Y", "data"}
    for position in (0, 3, LAST):
        texts = texts_of(svg_at(picture, position))
        assert names <= {*texts}
        assert texts.count("AccumulateGrad") == texts.count("data") == 2
        assert "In each box: value | gradient" in texts


def test_the_svg_tells_not_when_or_with_what_it_was_made(picture):
    svg = svg_at(picture, LAST)
    assert not re.search(r"<metadata|<\?xml|<!DOCTYPE|<style|matplotlib|20\d\d-\d\d", svg, re.I)


@pytest.mark.parametrize("name", ["a<b", "it's", '"w"', "a&b"])
def test_a_leaf_may_have_any_name(name):
    w = torch.tensor([1.0], requires_grad=True)
    record = record_backward((w * w).sum(), {name: w})
    assert name in texts_of(svg_at(GraphFigure(record), 0, record=record))


@pytest.mark.parametrize(("size", "width"), [("notebook", 3.1), ("projector", 2.5)])
def test_the_picture_is_as_large_as_its_columns_and_rows(size, width):
    picture = GraphFigure(ARTICLE_RECORD, size)
    inches = (4 * width, 4 * 1.3 + 0.4)
    box = [float(number) for number in parsed(svg_at(picture, 0)).get("viewBox").split()]
    assert box == pytest.approx([0, 0, *(72 * inch for inch in inches)])
    assert size_of(picture.png(GraphNavigator(ARTICLE_RECORD))) == tuple(
        round(100 * i) for i in inches
    )


def test_both_sizes_show_the_same():
    texts = [sorted(texts_of(svg_at(GraphFigure(ARTICLE_RECORD, size), LAST))) for size in SIZES]
    assert texts[0] == texts[1]


def test_the_png_belongs_to_its_position(picture):
    navigator = GraphNavigator(ARTICLE_RECORD)
    found = []
    for position in (0, 3, LAST):
        navigator.seek(position)
        found.append(picture.png(navigator))
    assert len({*found}) == 3
    svg_at(picture, 5)
    navigator.seek(3)
    assert picture.png(navigator) == found[1] == GraphFigure(ARTICLE_RECORD).png(navigator)
    assert not re.search(rb"tEXt|tIME|Matplotlib", found[1])


def test_of_several_outputs_the_gradient_of_a_used_one_is_shown():
    v = torch.arange(4.0, requires_grad=True)
    shown = Shown(record_backward(v.split(2)[1].sum()), 5)
    assert [text.get_text() for text in shown.texts].count("1\n1") == 1


def test_an_array_without_entries_is_said_to_be_empty():
    nothing = torch.zeros((3, 0), requires_grad=True)
    shown = Shown(record_backward(nothing.sum(), {"nothing": nothing}), 0)
    assert "empty" in [text.get_text() for text in shown.texts]


def small_numbers():
    """A record whose numbers and names are as long as they get."""
    model = nn.Sequential(*(nn.Linear(k, k + 1) for k in range(1, 4))).double()
    model.register_module("a_module_of_a_long_name", nn.Linear(4, 1).double())
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(-1.2345e-5 * torch.rand_like(parameter))
    x = -1.2345e-5 * torch.rand(5, 1).double()
    return record_backward(nn.MSELoss()(model(x), x), model)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("record", [*RECORDS.values(), small_numbers()], ids=[*RECORDS, "small"])
def test_what_stands_in_a_box_fits_into_it(record, size):
    picture = GraphFigure(record, size)
    navigator = GraphNavigator(record)
    navigator.seek(navigator.last)
    picture.png(navigator)  # which shows all of it
    figure = picture._figure
    (ax,) = figure.axes
    half, whole = (ax.transData.transform([(0, 0), (w, 0)])[:, 0] for w in (WIDTH / 2, WIDTH))
    room = {"bold": np.ptp(whole), "normal": np.ptp(half)}
    names = {node.name for node in record} | {"data"}
    for text in ax.texts:
        in_a_box = text.get_text() and text.get_bbox_patch() is None
        if in_a_box and text.get_text() not in names:
            width = text.get_window_extent(RendererAgg(1, 1, figure.dpi)).width
            assert width <= room[text.get_weight()], text.get_text()
