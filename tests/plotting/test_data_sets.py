"""Pictures of sixty data sets: every word is inside, touches no other, and tells the truth."""

import re
from functools import cache
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from data_sets import DATA_SETS, run_of
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from test_ticks import number_of

from lsqgrad.plotting import RunPicture

FONT = FontProperties(family="DejaVu Sans", size=13)
TAG = "{http://www.w3.org/2000/svg}"


def test_there_are_sixty():
    assert len(DATA_SETS) == 60


def test_the_published_numbers_have_the_certified_fit():
    """By NIST: Norris -0.262323073774029 and 1.00211681802045. Anscombe: 3 and 0.5 in each."""
    slope, intercept = np.polyfit(*DATA_SETS["Norris"], 1)
    assert [intercept, slope] == pytest.approx([-0.262323073774029, 1.00211681802045], rel=1e-10)
    for i in (1, 2, 3, 4):
        assert np.polyfit(*DATA_SETS[f"Anscombe {i}"], 1) == pytest.approx([0.5, 3], abs=0.003)


@pytest.fixture(scope="module", params=DATA_SETS)
def drawn(request):
    """Return the panels of a data set, and what moves at its start, middle and end."""
    trace = run_of(request.param)
    picture = RunPicture(trace)
    half = len(trace) // 2
    places = [(0, False), (0, True), (half, False), (half, True), (len(trace), False)]
    return picture.panels(), [picture.moving(*place) for place in places]


def texts_of(svg):
    page = f"<svg xmlns='{TAG[1:-1]}' xmlns:xlink='x'>{svg}</svg>"
    return [*ElementTree.fromstring(page).iter(f"{TAG}text")]


def style_of(text):
    return dict(part.split(": ") for part in text.get("style").split("; "))


@cache
def extent_of(words):
    """Return left, low, right and high of words that begin at (0, 0), in matplotlib's font."""
    vertices, _ = text_to_path.get_text_path(FONT, words)
    vertices = np.array(vertices) * 13 / text_to_path.FONT_SCALE
    return *vertices.min(axis=0), *vertices.max(axis=0)


def box_of(text):
    """Return left, top, right and bottom of what is drawn of a text."""
    assert ": 13px" in text.get("style")
    left, low, right, high = extent_of(text.text)
    x, y = float(text.get("x")), float(text.get("y"))
    anchor = style_of(text).get("text-anchor", "start")
    x -= {"start": 0, "middle": (left + right) / 2, "end": right}[anchor]
    return x + left, y - high, x + right, y - low


def test_no_word_leaves_the_picture_or_touches_another(drawn):
    panels, places = drawn
    for panel in panels:
        background = texts_of(panel["background"])
        assert not texts_of("".join(svg for *_, svg in panel["history"]))
        for moving in places:
            texts = background + texts_of(moving[panel["name"]])
            boxes = [box_of(text) for text in texts]
            for left, top, right, bottom in boxes:
                assert left >= 0
                assert top >= 0
                assert right <= panel["width"]
                assert bottom <= panel["height"]
            for (one, box), (other, its_box) in combinations(zip(texts, boxes, strict=True), 2):
                apart = max(
                    its_box[0] - box[2], box[0] - its_box[2], its_box[1] - box[3],
                    box[1] - its_box[3],
                )  # fmt: skip
                assert apart >= 1, (panel["name"], one.text, other.text)


def rest_of(texts, name):
    """Return what stands behind a name, without its brackets."""
    (name,) = (text.text for text in texts if re.fullmatch(rf"{name}( \(.*\))?", text.text))
    return re.sub(r"^.*?(?:\((.*)\))?$", r"\1", name)


def test_the_ticks_have_the_right_numbers(drawn):
    panels, _ = drawn
    for panel, x_name, y_name in [(panels[1], "updates done", "loss"), (panels[-1], "w", "b")]:
        texts = texts_of(panel["background"])
        left, right, x_left, x_right = panel["touch"]["x"]
        labels = [text for text in texts if style_of(text).get("text-anchor") == "middle"]
        labels = [text for text in labels if re.fullmatch(r"[−\d.]+", text.text)]
        labels = [text for text in labels if "fill" not in style_of(text)]  # no level lines
        assert len(labels) >= 2
        for text in labels:
            value = float(number_of(text.text, rest_of(texts, x_name)))
            expected = left + (value - x_left) / (x_right - x_left) * (right - left)
            assert float(text.get("x")) == pytest.approx(expected, abs=0.1)
        if panel["touch"]["y"]:
            top, bottom, y_top, y_bottom = panel["touch"]["y"]
            labels = [text for text in texts if style_of(text).get("text-anchor") == "end"]
            assert len(labels) >= 2
            shift = set()
            for text in labels:
                value = float(number_of(text.text, rest_of(texts, y_name)))
                place = top + (value - y_top) / (y_bottom - y_top) * (bottom - top)
                shift.add(round(float(text.get("y")) - place))
            assert max(shift) - min(shift) <= 1  # the base lines are as far below their ticks
            assert max(shift) <= 6


def test_minus_signs_are_true_and_numbers_finite(drawn):
    panels, places = drawn
    for panel in panels:
        assert not any("-" in text.text for text in texts_of(panel["background"]))
        for svg in [panel["background"], *(svg for *_, svg in panel["history"])]:
            assert not re.search(r"\b(nan|inf)\b", svg)
        for moving in places:
            assert not re.search(r"\b(nan|inf)\b", moving[panel["name"]])
