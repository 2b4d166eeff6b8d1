"""The picture for the player: what is drawn once, what is revealed, what moves, and on paper."""

import io
import json
import re
from itertools import pairwise
from xml.etree import ElementTree

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from PIL import Image

from lsqgrad import ARTICLE, line_data, sgd_by_hand
from lsqgrad.plotting import LOSS_AXES, RunPicture, svg

TAG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
PLAIN_TAGS = {"g", "defs", "path", "use", "text"}
NAMES = ["data", "losses", "losses-logarithmic", "path"]


def article_run(**changes):
    return sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, **changes)


RUNS = {
    "article": article_run(),
    "whole batches": article_run(batch_size=5, epochs=2, lr=0.01),
    "long": article_run(lr=0.02, epochs=100),
    "diverged": article_run(lr=0.03),
    "diverged at once": article_run(lr=1e38),
    "one point": sgd_by_hand([[2]], [[5]], [[1]], 0, lr=0.1, batch_size=1, epochs=3),
}
TWO_FEATURES = sgd_by_hand(np.eye(4)[:, :2], np.ones((4, 1)), np.zeros((2, 1)), 0, epochs=2)
every_run = pytest.mark.parametrize("trace", [*RUNS.values(), TWO_FEATURES], ids=[*RUNS, "two"])


@pytest.fixture(scope="module")
def picture():
    return RunPicture(RUNS["article"])


@pytest.fixture(scope="module")
def panels(picture):
    return {panel["name"]: panel for panel in picture.panels()}


def parsed(inside):
    """Read what stands in an SVG on a page that knows the prefix xlink, as every HTML page does."""
    page = f"<svg xmlns='{TAG[1:-1]}' xmlns:xlink='{LINK[1:-5]}'>{inside}</svg>"
    return ElementTree.fromstring(page)


def seen(panel, position):
    """Return what of the history is seen at a position, as a page shows it."""
    return "".join(
        part
        for since, until, part in panel["history"]
        if since <= position and (until is None or position < until)
    )


def everything(panel, moving, position):
    return panel["background"] + seen(panel, position) + moving[panel["name"]]


def points_of(path):
    """Return the points of a path, a list for each of its lines."""
    lines = re.split("(?=M)", path.get("d", ""))
    return [
        np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", line), float).reshape(-1, 2)
        for line in lines
        if line.strip()
    ]


def shapes(inside):
    """Return all but the words: kind, colour and place in tenths of a pixel.

    A line counts segment by segment, a marker by its middle, however it is written.
    """
    root = parsed(inside)
    markers = {e.get("id"): e for e in root.iter(f"{TAG}path") if e.get("id")}
    defined = {id(e) for defs in root.iter(f"{TAG}defs") for e in defs.iter()}
    found = set()
    for element in root.iter():
        if id(element) in defined or element.tag not in (f"{TAG}path", f"{TAG}use"):
            continue
        style = dict(part.split(": ") for part in element.get("style", "").split("; ") if part)
        color = style.get("stroke"), style.get("fill")
        if element.tag == f"{TAG}use":
            (outline,) = points_of(markers[element.get(LINK)[1:]])
            outline += [float(element.get("x")), float(element.get("y"))]
            found.add(("mark", *color, *np.round((outline.min(0) + outline.max(0)) / 2, 1)))
        elif style.get("fill") == "none":
            for line in points_of(element):
                found |= {
                    ("line", *color, *np.round(np.ravel(pair), 1))
                    for pair in pairwise(line)
                    if not np.array_equal(*pair)
                }
        else:
            for outline in points_of(element):
                middle = np.round((outline.min(0) + outline.max(0)) / 2, 1)
                found.add(("mark", *color, *middle))
    return found


# What is sent


def test_there_are_four_panels_two_of_which_are_for_one_axis_of_the_losses(picture, panels):
    assert [*panels] == NAMES
    assert [panels[name]["axis"] for name in NAMES] == [None, *LOSS_AXES, None]
    assert {(panel["width"], panel["height"]) for panel in panels.values()} == {(380, 260)}
    assert [*picture.moving(3)] == NAMES
    assert json.loads(json.dumps([*panels.values()])) == [*panels.values()]


@every_run
def test_every_part_is_plain_svg_with_finite_numbers_and_large_type(trace):
    picture = RunPicture(trace)
    panels = picture.panels()
    for position in {0, len(trace) // 2, len(trace)}:
        moving = picture.moving(position)
        for panel in panels:
            inside = everything(panel, moving, position)
            elements = [*parsed(inside).iter()][1:]
            assert {element.tag.removeprefix(TAG) for element in elements} <= PLAIN_TAGS
            assert not re.search(
                r"\b(nan|inf)\b|<metadata|<style|<!|matplotlib|DejaVu|20\d\d-\d\d", inside
            )
            fonts = set(re.findall(r"font[^;]*", inside))
            older = {"font: 13px sans-serif"}  # Matplotlib 3.8
            assert fonts in ({"font-size: 13px", "font-family: sans-serif"}, older)


def test_every_point_of_few_has_its_number_and_every_line_its_name(picture, panels):
    words = {text.text for text in parsed(panels["data"]["background"]).iter(f"{TAG}text")}
    assert words >= {*map(str, range(10)), "batch", "residual"}
    for position in (3, 10, 25):
        moving = picture.moving(position)["data"]
        assert [text.text for text in parsed(moving).iter(f"{TAG}text")] == ["line", "before"]


def test_more_features_have_losses_only():
    picture = RunPicture(TWO_FEATURES)
    assert [panel["name"] for panel in picture.panels()] == NAMES[1:3]
    assert [*picture.moving(1)] == NAMES[1:3]
    assert picture.png(1).startswith(b"\x89PNG")


def test_what_has_an_id_is_used_and_what_is_used_is_there(picture, panels):
    moving = picture.moving(5)
    for panel in panels.values():
        for inside in (panel["background"] + seen(panel, 40), moving[panel["name"]]):
            named = {e.get("id") for e in parsed(inside).iter()} - {None}
            used = {e.get(LINK)[1:] for e in parsed(inside).iter(f"{TAG}use")}
            assert named == used


def test_nothing_is_clipped_by_name(picture, panels):
    """Of two clipping paths of one name on a page, the first may be in a hidden panel: what they
    clip would then be seen as a whole. Markers are found there, too."""
    for inside in (
        *(panel["background"] for panel in panels.values()),
        *picture.moving(3).values(),
    ):
        assert not re.search("clip|url", inside)


def test_an_id_stands_for_the_same_in_all_pictures(picture):
    meanings = {}
    settings = {
        "svg.hashsalt": "salt",
        "svg.id": "id",
    }  # Matplotlib before 3.10 has the first alone
    with matplotlib.rc_context(
        {name: settings[name] for name in settings if name in matplotlib.rcParams}
    ):
        for one in (picture, RunPicture(RUNS["article"]), RunPicture(RUNS["long"])):
            drawn = [panel["background"] for panel in one.panels()]
            for inside in (*drawn, *one.moving(3).values(), *one.moving(4).values()):
                for element in parsed(inside).iter():
                    if name := element.get("id"):
                        meaning = (element.get("d"), element.get("style"))
                        assert meanings.setdefault(name, meaning) == meaning
    assert meanings


# What is revealed


def test_the_history_is_revealed_a_step_at_a_time(panels):
    """At position k there are k batch losses, k segments of the curve and k + 1 dots of the path,
    each an element of its own."""
    for panel in panels.values():
        assert {until for _, until, _ in panel["history"]} <= {None}
        assert all(part.count("<") == 1 for *_, part in panel["history"])
    assert panels["data"]["history"] == []
    for position in range(41):
        losses, path = seen(panels["losses"], position), seen(panels["path"], position)
        assert losses.count("<use") == position
        assert losses.count("<path") == position + max(position - 1, 0)
        assert (path.count("<use"), path.count("<path")) == (position + 1, position)


@every_run
@pytest.mark.parametrize("asking", [False, True])
def test_the_screen_shows_what_paper_shows(trace, asking, monkeypatch):
    """Paper is drawn from the same figures, here as matplotlib's own SVG."""
    picture = RunPicture(trace)
    panels = picture.panels()
    drawn = []

    def draw(figure):
        buffer = io.StringIO()
        with matplotlib.rc_context({"path.simplify": False}):  # it leaves out what is not seen
            figure.savefig(buffer, format="svg")
        inside = re.sub("^.*?<svg[^>]*>|</svg>", "", buffer.getvalue(), flags=re.DOTALL)
        # In tags, not in words, to a hundredth of a pixel
        drawn.append(re.sub(r"(?<=\.\d\d)\d+(?=[^<>]*>)", "", inside))
        return np.zeros((2, 2, 4), np.uint8)

    monkeypatch.setattr(svg, "pixels", draw)
    for position in {0, len(trace) // 3, len(trace)}:
        if asking and position == len(trace):
            continue
        moving = picture.moving(position, asking)
        for axis in LOSS_AXES:
            drawn.clear()
            picture.png(position, asking, axis)
            visible = [panel for panel in panels if panel["axis"] in (None, axis)]
            for panel, paper in zip(visible, drawn, strict=True):
                screen = everything(panel, moving, position)
                assert shapes(screen) == shapes(paper)
                words = [
                    sorted(e.text for e in parsed(s).iter(f"{TAG}text")) for s in (screen, paper)
                ]
                assert words[0] == words[1]


def test_what_moves_belongs_to_its_position_however_one_comes_there(picture):
    places = [(position, False) for position in range(41)]
    places += [(position, True) for position in range(40)]
    found = [json.dumps(picture.moving(*place)) for place in places]
    assert len({*found}) == len(places)
    picture.png(5)
    picture.panels()
    for index in np.random.default_rng(0).permutation(len(places))[:20]:
        assert json.dumps(picture.moving(*places[index])) == found[index]


def test_the_background_is_the_same_at_every_position(picture, panels):
    before = json.dumps([*panels.values()])
    for draw in (picture.moving, picture.png):
        draw(17)
        draw(3, True)
        assert json.dumps(picture.panels()) == before


def test_a_picture_that_goes_over_to_another_run_is_like_a_new_one():
    picture = RunPicture(RUNS["diverged"])
    for trace in (*RUNS.values(), TWO_FEATURES, RUNS["article"]):
        picture.load(trace)
        new = RunPicture(trace)
        assert picture.panels() == new.panels()
        assert picture.moving(len(trace) // 2) == new.moving(len(trace) // 2)
    assert picture.png(3) == new.png(3)


@pytest.mark.parametrize("epochs", [50, 51, 2500])
def test_a_run_of_any_length_has_a_bounded_history_and_as_small_a_part_that_moves(epochs):
    """200 steps have each their marks; with more the curves are thinned.

    What moves is the end of a curve, of 130 points of 25 characters, and three kilobytes of all
    else.
    """
    trace = article_run(lr=0.01, epochs=epochs)
    picture = RunPicture(trace)
    for panel in picture.panels():
        assert len(panel["history"]) <= 600
    for position in np.random.default_rng(0).integers(0, len(trace), 20):
        for part in picture.moving(position).values():
            assert len(part) < 2 * 130 * 25 + 3000


# Where things are


@pytest.mark.parametrize("position", [1, 17, 40])
def test_a_click_on_the_losses_knows_the_position_and_one_on_the_path_w_and_b(
    picture, panels, position
):
    moving, trace = picture.moving(position), RUNS["article"]
    assert panels["data"]["touch"] is None
    for name in ("losses", "losses-logarithmic"):
        touch = panels[name]["touch"]
        assert (touch["kind"], touch["y"]) == ("seek", None)
        rightmost = max(float(use.get("x")) for use in parsed(moving[name]).iter(f"{TAG}use"))
        assert value_at(rightmost, touch["x"]) == pytest.approx(position, abs=2e-3)
    touch = panels["path"]["touch"]
    assert touch["kind"] == "start"
    (now,) = parsed(moving["path"]).iter(f"{TAG}use")
    w, b = trace.weights[position, 0], trace.biases[position]
    assert value_at(float(now.get("x")), touch["x"]) == pytest.approx(w, abs=2e-3)
    assert value_at(float(now.get("y")), touch["y"]) == pytest.approx(b, abs=2e-3)


def value_at(pixel, touch):
    left, right, first, last = touch
    return first + (pixel - left) / (right - left) * (last - first)


def test_touch_is_where_the_axes_are(panels):
    """Their paper is the second path, after that of the figure."""
    for name in ("losses", "path"):
        paper = [*parsed(panels[name]["background"]).iter(f"{TAG}path")][1]
        left, top = points_of(paper)[0].min(axis=0)
        right, bottom = points_of(paper)[0].max(axis=0)
        assert panels[name]["touch"]["x"][:2] == pytest.approx([left, right], abs=0.01)
        if panels[name]["touch"]["y"]:
            assert panels[name]["touch"]["y"][:2] == pytest.approx([top, bottom], abs=0.01)


# On paper


def pixels_of(png):
    return np.array(Image.open(io.BytesIO(png)))


def test_the_png_is_of_the_panels_beside_each_other_and_holds_no_date(picture):
    png = picture.png(3)
    assert pixels_of(png).shape == (390, 1710, 4)  # 1.5 times 260 by 3 times 380
    assert not re.search(rb"tEXt|tIME|Matplotlib", png)
    assert picture.png(3) == png != picture.png(4)
    assert picture.png(3, axis="logarithmic") != png != picture.png(3, asking=True)


def test_a_caption_stands_below_and_is_as_high_as_its_lines(picture):
    plain = pixels_of(picture.png(3))
    for caption, lines in [("In $words$.", 1), ("Many words. " * 20, 2)]:
        image = pixels_of(picture.png(3, caption=caption))
        assert np.array_equal(image[:390], plain)
        below = image[390:]
        assert below.shape[0] == pytest.approx(1.5 * (lines * 16 + 8), abs=6)
        (dark,) = np.nonzero((below[..., 0] < 128).any(axis=0))
        assert 0 < dark[0] < dark[-1] < 1700


# What belongs to the user


@pytest.fixture
def odd_style():
    """Set what has made pictures illegible, or raised."""
    with matplotlib.rc_context():
        matplotlib.style.use("dark_background")
        matplotlib.rcParams.update(
            {
                "text.usetex": True, "font.size": 40, "font.family": "serif", "savefig.dpi": 300,
                "lines.linewidth": 9, "lines.marker": "x", "savefig.bbox": "tight",
                "svg.fonttype": "path", "axes.unicode_minus": False, "figure.autolayout": True,
                "path.simplify_threshold": 1.0, "axes.grid": True,
            }
        )  # fmt: skip
        yield


def test_pictures_follow_no_style_and_leave_the_settings_as_they_were(odd_style):
    def settings():
        # Asking for the backend would choose one.
        return {key: matplotlib.rcParams[key] for key in matplotlib.rcParams if key != "backend"}

    def drawings():
        picture = RunPicture(RUNS["article"])
        svgs = json.dumps([picture.panels(), picture.moving(4)])
        return svgs, picture.png(4, caption="words")

    before = settings()
    drawn = drawings()
    assert settings() == before
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        assert drawings() == drawn


def test_the_backend_is_not_touched():
    chosen = dict.__getitem__(matplotlib.rcParams, "backend")
    RunPicture(RUNS["one point"]).moving(1)
    assert dict.__getitem__(matplotlib.rcParams, "backend") is chosen
