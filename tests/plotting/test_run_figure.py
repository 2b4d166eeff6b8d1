"""The picture as SVG and PNG: what moves and what stays, and that it can stand in any page."""

import re
from collections import Counter
from itertools import combinations
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

from lsqgrad import ARTICLE, COLORS, line_data, sgd_by_hand
from lsqgrad._util.colors import FAINT
from lsqgrad.plotting.panels import MOST_DRAWN
from lsqgrad.plotting.run_figure import LOSS_AXES, SIZES, RunFigure
from lsqgrad.plotting.svg import type_of_size

TAG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
PLAIN_TAGS = {"svg", "g", "defs", "path", "use", "clipPath", "rect", "text", "tspan", "title"}
LAST = 8


def short_run(**changes):
    """Eight steps, of batches of 3 and 1."""
    return sgd_by_hand(*line_data(4), ARTICLE.w, ARTICLE.b, **{"epochs": 4, **changes})


RUNS = {
    "short": short_run(),
    "whole batches": short_run(batch_size=2, epochs=2, lr=0.01),
    "many steps": short_run(epochs=200),
    "diverged": short_run(lr=10),
    "diverged at once": short_run(lr=1e38),
}


@pytest.fixture(scope="module")
def picture():
    """The picture of the short run; no test may leave it with another one."""
    return RunFigure(RUNS["short"])


def drawings(picture, position=3):
    return picture.background(), picture.foreground(position, False, "class='f'")


def parsed(svg):
    """Read an SVG as part of a page that knows the prefix xlink, as every HTML page does."""
    page = f"<page xmlns='{TAG[1:-1]}' xmlns:xlink='{LINK[1:-5]}'>{svg}</page>"
    (root,) = ElementTree.fromstring(page)
    return root


def without_ids(svg):
    """Name ids by the order in which they come, since matplotlib chooses them by chance."""
    ids = re.findall(r'\bid="([^"]+)"', svg)
    order = {}
    pattern = "|".join(map(re.escape, ids)) or "$^"
    return re.sub(pattern, lambda match: f"id-{order.setdefault(match[0], len(order))}", svg)


def ids_of(svg):
    return [element.get("id") for element in parsed(svg).iter() if element.get("id")]


def texts_of(svg):
    return [text.text for text in parsed(svg).iter(f"{TAG}text")]


def type_sizes(svg):
    return [float(size) for size in re.findall(r"font(?:-size)?: ([\d.]+)px", svg)]


def view_box(svg):
    return [float(number) for number in parsed(svg).get("viewBox").split()]


def clipped(svg):
    """Return the shapes inside of the axes: what they are, their style, and where."""
    shapes = []
    for element in parsed(svg).iter():
        if "clip-path" in element.attrib:
            shapes += [*element] if element.tag == f"{TAG}g" else [element]
    return shapes


def colors_of(shapes):
    """Return each kind of shape with the colour of its line or, if it has none, of its area."""
    found = set()
    for shape in shapes:
        style = dict(part.split(": ") for part in shape.get("style").split("; "))
        found.add((shape.tag.removeprefix(TAG), style.get("stroke") or style["fill"]))
    return found


# Any page can hold it


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("loss_axis", LOSS_AXES)
def test_both_drawings_are_plain_svg_of_the_same_size(loss_axis, size):
    background, foreground = drawings(RunFigure(RUNS["short"], loss_axis, size))
    for svg in (background, foreground):
        root = parsed(svg)
        assert root.tag == f"{TAG}svg"
        tags = {element.tag.removeprefix(TAG) for element in root.iter()}
        assert tags <= PLAIN_TAGS
        assert svg.startswith("<svg ")
        assert svg.endswith("</svg>")
        # Its width is that of the page.
        assert set(root.attrib) & {"width", "height"} == set()
    assert view_box(background) == view_box(foreground)
    width, height = (72 * inches for inches in SIZES[size][0])
    assert view_box(background) == pytest.approx([0, 0, width, height])


def test_no_drawing_tells_when_or_with_what_it_was_made(picture):
    for svg in drawings(picture):
        assert not re.search(r"<metadata|<\?xml|<!DOCTYPE|<style|matplotlib|20\d\d-\d\d", svg, re.I)


def test_attributes_stand_at_the_drawing(picture):
    attributes = "class='a b' role='img' aria-label='a &lt; b'"
    root = parsed(picture.foreground(1, False, attributes))
    assert (root.get("class"), root.get("role"), root.get("aria-label")) == ("a b", "img", "a < b")
    assert parsed(picture.background()).get("aria-hidden") == "true"


def test_only_what_is_used_has_an_id_and_it_is_there(picture):
    for svg in drawings(picture):
        root = parsed(svg)
        named = {e.get("id"): e.tag.removeprefix(TAG) for e in root.iter() if e.get("id")}
        assert {*named.values()} <= {"path", "clipPath"}  # markers and frames, no groups
        used = {e.get(LINK).removeprefix("#") for e in root.iter(f"{TAG}use")}
        used |= {*re.findall(r"url\(#(\w+)\)", svg)}
        assert used == {*named}


def test_the_ids_of_two_pictures_do_not_collide(picture):
    """Two of the same run, since those draw the same shapes."""
    pages = [*drawings(picture), *drawings(RunFigure(RUNS["short"]))]
    for one, other in combinations(map(ids_of, pages), 2):
        assert len(one) == len({*one}) > 0
        assert not {*one} & {*other}


@pytest.mark.parametrize("loss_axis", LOSS_AXES)
def test_every_run_is_drawn_with_finite_numbers(loss_axis):
    picture = RunFigure(RUNS["short"], loss_axis)
    for trace in RUNS.values():
        picture.load(trace)
        for position in {0, len(trace) // 2, len(trace)}:
            foreground = picture.foreground(position, False, "")
            parsed(foreground)
            assert not re.search(r"\b(nan|inf)\b", foreground)


def test_texts_stay_texts(picture):
    with matplotlib.rc_context({"svg.fonttype": "path"}):  # matplotlib's own choice
        background, foreground = drawings(picture)
    texts = texts_of(background)
    assert {"Data and line", "Loss", "Path over the loss"} <= {*texts}
    assert {"x", "y", "step", "loss", "w", "b"} <= {*texts}
    assert {"data", "residual", "batch, n = 3", "path", "− gradient"} <= {*texts}
    assert {"0", "1", "2", "3"} <= {*texts}  # the rows of the data
    assert texts_of(foreground) == []  # matplotlib takes long to place a text


# What moves and what stays


def test_the_foreground_belongs_to_its_position(picture):
    """It is the same however one comes there, and another one elsewhere."""
    positions = [(position, False) for position in range(LAST + 1)]
    positions += [(position, True) for position in range(LAST)]
    found = [without_ids(picture.foreground(*place, "")) for place in positions]
    assert len({*found}) == len(positions)

    for index in np.random.default_rng(0).permutation(len(positions)):
        assert without_ids(picture.foreground(*positions[index], "")) == found[index]

    for index in (0, 3, LAST, LAST + 2):
        new = RunFigure(RUNS["short"])
        assert without_ids(new.foreground(*positions[index], "")) == found[index]


def test_the_background_is_the_same_at_every_position():
    picture = RunFigure(RUNS["short"])
    before = without_ids(picture.background())
    for position, asking in [(3, False), (LAST, False), (0, True), (0, False)]:
        picture.foreground(position, asking, "")
        assert without_ids(picture.background()) == before
    picture.png(5)
    assert without_ids(picture.background()) == before


def test_the_background_holds_nothing_that_moves(picture):
    """Inside of the axes there are the data, the star and the contours, and nothing else."""
    picture.foreground(LAST, False, "")
    shapes = clipped(picture.background())
    assert colors_of(shapes) == {
        ("use", COLORS["y"].lower()),  # the data
        ("use", "#000000"),  # the star
        ("path", FAINT),  # the contours
    }
    marks = [shape for shape in shapes if shape.tag == f"{TAG}use"]
    assert len(marks) == len(RUNS["short"].X) + 1


def test_the_foreground_holds_all_that_moves(picture):
    gradient, loss, residual = (COLORS[q].lower() for q in ("gradient", "loss", "residual"))
    shapes = clipped(picture.foreground(LAST, False, ""))
    assert {color for _, color in colors_of(shapes)} >= {gradient, loss, residual, "#000000"}
    shapes = clipped(picture.foreground(LAST - 1, True, ""))
    assert gradient not in {color for _, color in colors_of(shapes)}


@pytest.mark.parametrize(("position", "asking"), [(0, False), (3, False), (3, True), (LAST, False)])
def test_both_together_show_what_all_of_the_figure_shows(picture, position, asking, tmp_path):
    """As matplotlib itself writes it; the PNG is drawn from the same figure."""
    laid_over = [picture.background(), picture.foreground(position, asking, "")]
    with type_of_size(SIZES["notebook"][1]):
        picture._figure.savefig(tmp_path / "all.svg")
    all_at_once = (tmp_path / "all.svg").read_text(encoding="utf-8")
    all_at_once = all_at_once[all_at_once.index("<svg") :].replace('xmlns:xlink="', 'data-link="')

    def shapes(*drawings):
        return Counter(
            (shape.tag, shape.get("d"), shape.get("x"), shape.get("y"), shape.get("style"))
            for svg in drawings
            for shape in clipped(svg)
        )

    assert shapes(*laid_over) == shapes(all_at_once)
    assert sorted(texts_of(laid_over[0])) == sorted(texts_of(all_at_once))


@pytest.mark.parametrize("loss_axis", LOSS_AXES)
def test_a_picture_that_loads_a_run_is_like_a_new_one(loss_axis):
    picture = RunFigure(RUNS["diverged"], loss_axis)
    for trace in RUNS.values():
        picture.load(trace)
        position = len(trace) // 2
        expected = RunFigure(trace, loss_axis)
        assert without_ids(picture.background()) == without_ids(expected.background())
        for place in [(position, False), (len(trace), False)]:
            fore = (without_ids(p.foreground(*place, "")) for p in (picture, expected))
            assert len({*fore}) == 1
    assert picture.png(position) == expected.png(position)


def test_the_foreground_stays_small_in_a_long_run():
    """Three curves of a bounded number of points, each point in at most 24 characters.

    All else (the line, residuals, rings, the arrow, the shapes of markers) takes about 5 kB. The
    whole is sent with every step; without thinning it would grow to some hundred kilobytes.
    """
    trace = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, lr=0.01, epochs=2500)
    assert len(trace) == 10_000
    picture = RunFigure(trace)
    most = 3 * (MOST_DRAWN + 6) * 24 + 6_000
    assert len(picture.foreground(10_000, False, "")) < most
    assert len(picture.foreground(40, False, "")) < most


@pytest.mark.parametrize("size", SIZES)
def test_a_place_in_the_losses_knows_its_step(size):
    """stepper.js finds the step of a click from the edges of this rectangle."""
    picture = RunFigure(RUNS["short"], size=size)
    for position in (1, 4, LAST):
        root = parsed(picture.foreground(position, False, ""))
        (area,) = (rect for rect in root.iter(f"{TAG}rect") if rect.get("class"))
        assert root[-1] is area  # nothing lies over it
        x, width, first, last = (
            float(area.get(name)) for name in ("x", "width", "data-first", "data-last")
        )
        frames = [rect for rect in root.iter(f"{TAG}rect") if not rect.get("class")]
        edges = [[float(r.get(n)) for n in ("x", "y", "width", "height")] for r in (area, *frames)]
        assert any(edges[0] == pytest.approx(frame, rel=1e-5) for frame in edges[1:])
        marks = [float(use.get("x")) for use in root.iter(f"{TAG}use")]
        step = [first + (last - first) * (mark - x) / width for mark in marks]
        now = max(s for s in step if s <= last)  # markers of the path lie to the right
        assert now == pytest.approx(position, abs=0.01)


# On paper


def test_the_png_belongs_to_its_position(picture):
    places = [(0, False), (3, False), (3, True), (LAST, False)]
    found = [picture.png(*place) for place in places]
    assert len({*found}) == len(places)
    picture.foreground(5, False, "")
    picture.background()
    for place, png in zip(places, found, strict=True):
        assert picture.png(*place) == png
    assert RunFigure(RUNS["short"]).png(*places[1]) == found[1]


def test_the_png_is_of_three_panels_beside_each_other_and_holds_no_date(picture):
    png = picture.png(3)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))
    assert (width, height) == (1400, 540)  # SIZES at 100 dots per inch
    assert not re.search(rb"tEXt|tIME|Matplotlib", png)


def test_type_for_the_projector_is_larger():
    """The browser scales both pictures to the page, so that the smaller one is enlarged."""
    notebook, projector = (RunFigure(RUNS["short"], size=size).background() for size in SIZES)
    assert view_box(projector)[2] < view_box(notebook)[2]
    assert min(type_sizes(projector)) >= min(type_sizes(notebook))
    assert max(type_sizes(projector)) >= max(type_sizes(notebook))


# What belongs to the user


def test_the_settings_of_matplotlib_stay_as_they_were():
    def settings():
        # Asking for the backend would choose one.
        return {key: matplotlib.rcParams[key] for key in matplotlib.rcParams if key != "backend"}

    before = settings()
    picture = RunFigure(RUNS["short"])
    picture.load(RUNS["whole batches"])
    drawings(picture)
    picture.png(2)
    assert settings() == before


def test_the_type_is_that_of_the_picture_whatever_the_user_has_set(picture):
    expected = [without_ids(svg) for svg in drawings(picture)]
    with matplotlib.rc_context({"font.size": 30, "legend.fontsize": 40, "svg.fonttype": "path"}):
        new = RunFigure(RUNS["short"])
        assert [without_ids(svg) for svg in drawings(new)] == expected
        new.load(RUNS["diverged"])
        new.load(RUNS["short"])
        assert [without_ids(svg) for svg in drawings(new)] == expected
