"""The widgets in a real browser: pressed as a learner presses, in every front end.

What differs between front ends is tried in all; the rest in JupyterLab, and elsewhere if long.
"""

import os
import re
import shutil
from contextlib import contextmanager, nullcontext
from pathlib import Path

import browser
import nbformat
import pytest
from accessibility import violations
from browser import FRONT_ENDS, JUPYTERLAB, NOTEBOOK, VOILA
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from lsqgrad import ARTICLE, Stepper, line_data, sgd_by_hand
from lsqgrad.derivations import by_differentials
from lsqgrad.widgets.controls import ANSWERS, CHOICES, LINE_MOVES, MOVES, NODE_MOVES
from lsqgrad.widgets.derivation_navigator import DerivationNavigator
from lsqgrad.widgets.graph_navigator import GraphNavigator
from lsqgrad.widgets.run_navigator import SETTINGS

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LESSON = "04_step_sgd.ipynb"
WIDGETS = "widgets.ipynb"
MALTREATED = "maltreated.ipynb"  # the same cells
RECORD = """
import torch
from lsqgrad import ARTICLE, GraphWalker, record_backward
x, y, w, b = (torch.tensor(v).float() for v in (ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b))
model = torch.nn.Linear(1, 1)
model.load_state_dict({"weight": w, "bias": b.reshape(1)})
record = record_backward(torch.nn.MSELoss()(model(x), y), model)
"""
CELLS = [
    "from lsqgrad import ARTICLE, Stepper, Walker, derivations, line_data, sgd_by_hand",
    "trace = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, epochs=60)",
    "one = Stepper(trace)\none",
    "other = Stepper(trace)\nother",
    "walker = Walker(derivations.by_differentials)\nwalker",
    f"{RECORD}graph_walker = GraphWalker(record)\ngraph_walker",
    "from lsqgrad import Practice\nfield = Practice().field('gradient')\nfield",
]
LAST = 240
SCREEN = {"width": 1280, "height": 1000}
expect.set_options(timeout=1000 * browser.PATIENCE)


@pytest.fixture(scope="module")
def chromium():
    path = browser.find_chromium()
    if path is None:
        message = "no Chromium on this machine: install it, or run 'playwright install chromium'"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    with browser.chromium(path) as chromium:
        yield chromium


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the notebooks, and two that hold widgets and nothing else."""
    folder = tmp_path_factory.mktemp("served") / "notebooks"
    shutil.copytree(NOTEBOOKS, folder)
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    for name in (WIDGETS, MALTREATED):
        nbformat.write(notebook, folder / name)
    return folder


@pytest.fixture(scope="module")
def lab(folder):
    """JupyterLab, which serves the notebooks to all tests: a function name → URL."""
    with serve(JUPYTERLAB, folder) as url_of:
        yield url_of


def serve(front_end, folder):
    return front_end.serve(folder, folder.parent / front_end.name)


@contextmanager
def opened(front_end, chromium, url):
    """The page with a notebook, all of its cells run."""
    page = front_end.open(chromium, url, viewport=SCREEN)
    front_end.run_all(page)
    yield page
    page.close()


LONG = [pytest.param(front_end, marks=pytest.mark.long) for front_end in (NOTEBOOK, VOILA)]


@pytest.fixture(scope="module", params=[JUPYTERLAB, *LONG], ids=lambda front_end: front_end.name)
def shown(request, chromium, folder):
    """The page with the widgets in a front end."""
    front_end = request.param
    if front_end is JUPYTERLAB:
        server = nullcontext(request.getfixturevalue("lab"))
    else:
        server = serve(front_end, folder)
    with server as url_of, opened(front_end, chromium, url_of(WIDGETS)) as page:
        yield page


@pytest.fixture
def steppers(shown):
    """The two steppers."""
    found = shown.locator(".lsqgrad-stepper")
    expect(found.get_by_role("slider", name="Step")).to_have_count(2)
    return found


@pytest.fixture
def stepper(steppers):
    """The first of them, as it is when it is new."""
    one = steppers.first
    one.page.mouse.move(0, 0)
    for box in ("Predict mode", "PyTorch's numbers"):
        one.get_by_label(box).uncheck()
    choose(one, "Size", "notebook")
    choose(one, "Loss axis", "linear")
    choose(one, "Arithmetic", "scalar sums")
    if one.get_by_label("Learning rate").input_value() != "0.001":
        set_field(one, "Learning rate", "0.001")
    one.get_by_role("slider", name="Step").press("Home")
    expect_position(one, 0)
    return one


@pytest.fixture
def walker(shown):
    """The walker, as it is when it is new."""
    one = shown.locator(".lsqgrad-walker")
    expect(status(one)).to_have_count(1)
    one.page.mouse.move(0, 0)
    one.get_by_label("Predict mode").uncheck()
    choose(one, "Size", "notebook")
    if button(one, "Reset").is_enabled():
        press(one, "Reset")
    expect_line(one, 1)
    return one


def button(stepper, name):
    return stepper.get_by_role("button", name=name, exact=True)


def press(stepper, name):
    button(stepper, name).click()


def slider(stepper):
    return stepper.get_by_role("slider", name="Step")


def status(stepper):
    return stepper.get_by_role("status")


def choose(stepper, name, option):
    stepper.get_by_label(name, exact=True).select_option(option)


def set_field(stepper, name, value):
    """Type a value, and wait for the run that it makes."""
    frame = stepper.locator(".lsqgrad-frame")
    run = int(frame.get_attribute("data-run"))
    field = stepper.get_by_label(name, exact=True)
    field.fill(value)
    field.press("Enter")
    expect(frame).to_have_attribute("data-run", str(run + 1))


def expect_position(stepper, position):
    """Wait until all that is seen is at one position: picture, words and slider."""
    expect(stepper.locator(".lsqgrad-frame")).to_have_attribute("data-position", str(position))
    expect(status(stepper)).to_have_text(
        re.compile(rf"^Step {position} \(" if position else "^Start: no update yet")
    )
    expect(slider(stepper)).to_have_attribute("aria-valuenow", re.compile(rf"^{position}(\.0)?$"))


def expect_words(stepper, words):
    expect(status(stepper)).to_contain_text(words)


# All widgets, in every front end


@pytest.mark.parametrize("shown", FRONT_ENDS, ids=lambda front_end: front_end.name, indirect=True)
def test_each_widget_is_there_and_answers_a_press(stepper, walker, graph_walker, answer_field):
    press(stepper, "Next batch")
    expect_position(stepper, 1)
    press(walker, "Next line")
    expect_line(walker, 2)
    press(graph_walker, "Next node")
    expect_node(graph_walker, 1)
    answer_field.get_by_label("Answer").fill("X.T @ r / n")
    press(answer_field, "Check")
    expect_words(answer_field, "✗ gradient: It is half of what it should be.")


# The stepper


def test_the_buttons_move_it_there_and_back(stepper):
    expect(button(stepper, "Previous batch")).to_be_disabled()
    for name, position in [
        ("Next batch", 1), ("Next batch", 2), ("Previous batch", 1), ("Next epoch", 4),
        ("Next epoch", 8), ("Reset", 0),
    ]:  # fmt: skip
        press(stepper, name)
        expect_position(stepper, position)


def test_it_says_and_draws_what_the_stepper_here_does(stepper):
    here = Stepper(sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, epochs=60))
    here.seek(3)
    for _ in range(3):
        press(stepper, "Next batch")
    expect(status(stepper)).to_have_text(here.text)
    picture = stepper.get_by_role("img", name=here.alt_text)
    expect(picture).to_be_visible()
    points = "points => points.map(point => point.getAttribute('d'))"
    drawn = picture.locator("path[clip-path]").evaluate_all(points)
    expected = re.findall(r'<path d="([^"]*)" clip-path', here._frame())
    assert [path.split() for path in drawn] == [path.split() for path in expected]


def test_what_moves_in_the_picture_lies_over_what_stays(stepper):
    background, foreground = (svg.bounding_box() for svg in stepper.locator("svg").all())
    assert background == foreground


def test_it_works_from_the_keyboard(stepper):
    for key, position in [
        ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", LAST), ("Home", 0),
    ]:  # fmt: skip
        slider(stepper).press(key)
        expect_position(stepper, position)
    button(stepper, "Next batch").press("Enter")
    expect_position(stepper, 1)
    button(stepper, "Next batch").press(" ")
    expect_position(stepper, 2)
    stepper.get_by_label("Arithmetic", exact=True).press("ArrowDown")
    expect(stepper.get_by_label("Arithmetic", exact=True)).to_have_value("matrix product")


def test_at_the_end_there_is_no_next(stepper):
    slider(stepper).press("End")
    expect_position(stepper, LAST)
    expect(button(stepper, "Next batch")).to_be_disabled()
    expect(button(stepper, "Next epoch")).to_be_disabled()


def test_a_click_on_the_loss_curve_goes_there(stepper):
    losses = stepper.locator(".lsqgrad-losses")
    box = losses.bounding_box()
    losses.click(position={"x": box["width"] / 2, "y": box["height"] / 3})
    # A step is about as wide as a pixel, and a click falls on a whole one.
    near = re.compile(rf"^({LAST // 2 - 1}|{LAST // 2}|{LAST // 2 + 1})$")
    frame = stepper.locator(".lsqgrad-frame")
    expect(frame).to_have_attribute("data-position", near)
    expect_position(stepper, int(frame.get_attribute("data-position")))


def test_it_plays_and_pauses_and_plays_to_the_end(stepper):
    choose(stepper, "Speed", "15 a second")
    press(stepper, "Play")
    expect(stepper.locator(".lsqgrad-frame")).not_to_have_attribute("data-position", "0")
    press(stepper, "Pause")
    expect(button(stepper, "Play")).to_be_visible()
    slider(stepper).press("End")
    press(stepper, "Previous batch")
    expect_position(stepper, LAST - 1)
    press(stepper, "Play")
    expect_position(stepper, LAST)
    expect(button(stepper, "Play")).to_be_visible()


def test_of_200_fast_clicks_none_is_lost_and_none_doubled(stepper):
    button(stepper, "Next batch").evaluate(
        "button => { for (let i = 0; i < 200; i++) button.click() }"
    )
    expect_position(stepper, 200)
    press(stepper, "Next batch")  # after all the others: had one come late, it would be further
    expect_position(stepper, 201)


def test_two_steppers_do_not_touch_each_other(steppers, stepper):
    other = steppers.last
    position = other.locator(".lsqgrad-frame").get_attribute("data-position")
    said = status(other).inner_text()
    press(stepper, "Next batch")
    choose(stepper, "Size", "projector")
    set_field(stepper, "Learning rate", "0.002")
    expect_position(stepper, 0)
    expect(other.locator(".lsqgrad-frame.lsqgrad-notebook")).to_have_attribute(
        "data-position", position
    )
    assert status(other).inner_text() == said
    expect(other.get_by_label("Learning rate")).to_have_value("0.001")


def test_the_status_is_one_region_that_stays(stepper):
    region = status(stepper).element_handle()
    for position in (1, 2):
        press(stepper, "Next batch")
        expect_position(stepper, position)
    assert region.evaluate("element => element.isConnected")
    assert region.inner_text().startswith("Step 2 (")


def test_a_setting_out_of_range_is_answered_and_the_run_stays(stepper):
    press(stepper, "Next batch")
    expect_position(stepper, 1)
    field = stepper.get_by_label("Learning rate", exact=True)
    field.fill("-1")
    field.press("Enter")
    expect_words(stepper, "Learning rate: expected a number above 0, got -1.")
    expect(field).to_have_value("-1")
    expect(stepper.locator(".lsqgrad-frame")).to_have_attribute("data-position", "1")


def test_a_run_that_diverges_says_when_and_why(stepper):
    set_field(stepper, "Learning rate", "0.5")
    slider(stepper).press("End")
    expect_words(stepper, "Diverged at step 13 (epoch 4, batch 1): loss inf")
    expect_words(stepper, "A smaller learning rate than 0.5 may help.")
    for axis in ("logarithmic", "linear"):
        choose(stepper, "Loss axis", axis)
        expect_position(stepper, 12)
        assert not re.search(r"\b(nan|inf)", stepper.locator("svg").last.inner_html())


def test_predict_mode_asks_judges_and_reveals(stepper):
    stepper.get_by_label("Predict mode").check()
    expect_words(stepper, "Step 1 (epoch 1, batch 1) comes next: rows 3, 7, 5, n = 3.")
    hidden = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b)[0]
    for result in (hidden.loss, hidden.w_after[0, 0], hidden.b_after):
        assert f"{result:.4g}" not in stepper.inner_html()
    answers = dict(zip(ANSWERS, ("235.8", "-0.5477", "maybe"), strict=True))
    for name, answer in answers.items():
        stepper.get_by_label(name, exact=True).fill(answer)
    press(stepper, "Check")
    expect_words(stepper, "New b: expected a number")
    expect(stepper.get_by_label("New w", exact=True)).to_have_value("-0.5477")  # nothing is lost
    stepper.get_by_label("New b", exact=True).fill("0.89")
    press(stepper, "Check")
    expect_words(stepper, "Loss: That is right.")
    expect_words(stepper, "New w: The update goes uphill: the sign is wrong.")
    expect_words(stepper, "New b: That is right to 2 digits.")
    expect_words(stepper, "Step 1 (epoch 1, batch 1): rows 3, 7, 5, n = 3. Loss 235.806.")
    press(stepper, "Next batch")
    expect_words(stepper, "Step 2 (epoch 1, batch 2) comes next")


def test_every_control_has_its_name_and_a_tooltip(stepper):
    stepper.get_by_label("Predict mode").check()
    expect(button(stepper, "Check")).to_be_visible()
    for name in [*MOVES, "Check"]:
        expect(button(stepper, name)).to_have_attribute("title", re.compile(r"\w"))
    choices = ["Speed", "Arithmetic", "Loss axis", "Size"]
    fields = [setting.label for setting in SETTINGS.values()]
    for name in [*choices, *fields, *ANSWERS, "Predict mode", "PyTorch's numbers"]:
        control = stepper.get_by_label(name, exact=True)
        expect(control).to_have_count(1)
        expect(control).to_have_attribute("title", re.compile(r"\w"))
    expect(slider(stepper)).to_have_count(1)


def test_axe_finds_no_violation(stepper):
    assert violations(stepper.page, ".lsqgrad-stepper") == []
    stepper.get_by_label("PyTorch's numbers").check()
    choose(stepper, "Arithmetic", "matrix product")
    choose(stepper, "Size", "projector")
    press(stepper, "Next batch")
    expect(stepper.get_by_role("columnheader", name="PyTorch")).to_be_visible()
    assert violations(stepper.page, ".lsqgrad-stepper") == []
    stepper.get_by_label("Predict mode").check()
    expect(button(stepper, "Check")).to_be_visible()
    assert violations(stepper.page, ".lsqgrad-stepper") == []


# The walker

LINES = len(by_differentials)
# What scrolls sideways, from the walker inwards and outwards.
TOO_WIDE = """root => {
    const parts = [root, ...root.querySelectorAll("*")];
    for (let part = root; part.parentElement; part = part.parentElement) parts.push(part);
    return parts
        .filter((part) => /auto|scroll/.test(getComputedStyle(part).overflowX))
        .filter((part) => part.scrollWidth > part.clientWidth && part.clientWidth > 0)
        .map((part) => `${part.className}: ${part.scrollWidth} in ${part.clientWidth}`);
}"""


def lines(walker):
    """The lines that are shown."""
    return walker.get_by_role("group", name=re.compile(r"^Equation \d+$"))


def expect_line(walker, number):
    """Wait until all that is seen is at one line: the lines above it are shown, and typeset."""
    expect(lines(walker)).to_have_count(number)
    expect(lines(walker).last.locator("mjx-container").first).to_be_visible()
    expect(status(walker)).to_contain_text(f"Line {number} of {LINES}")


def right_choice(place):
    """The name of the choice that is the line at `place`."""
    navigator = DerivationNavigator(by_differentials)
    navigator.seek(place - 1)
    navigator.predicting = True
    return CHOICES[navigator.choices.index(by_differentials.lines[place].math.split(" == ")[-1])]


def test_the_walker_goes_there_and_back(walker):
    expect(button(walker, "Previous line")).to_be_disabled()
    for name, number in [
        ("Next line", 2), ("Next line", 3), ("Previous line", 2), ("Show all", LINES),
        ("Previous line", LINES - 1), ("Reset", 1), ("Next line", 2),
    ]:  # fmt: skip
        press(walker, name)
        expect_line(walker, number)
    expect(walker.locator("mjx-merror")).to_have_count(0)


def test_the_walker_marks_what_changed_and_tells_the_rule(walker):
    press(walker, "Next line")
    expect_line(walker, 2)
    expect(lines(walker).last).to_contain_text("Product rule.")
    expect(lines(walker).last).to_contain_text("(15)")
    ground = lines(walker).last.locator("mjx-mstyle[style*='background']")
    expect(ground.first).to_be_visible()
    expect(ground.locator("mjx-munder").first).to_be_visible()  # underlined, too
    expect(lines(walker).first.locator("mjx-mstyle[style*='background']")).to_have_count(0)


def test_the_walker_works_from_the_keyboard(walker):
    button(walker, "Next line").press("Enter")
    expect_line(walker, 2)
    button(walker, "Next line").press(" ")
    expect_line(walker, 3)
    button(walker, "Next line").press("Shift+Tab")
    expect(button(walker, "Previous line")).to_be_focused()
    walker.page.keyboard.press("Enter")
    expect_line(walker, 2)


def test_the_focus_stays_in_the_walker_at_both_ends(walker):
    for number in range(2, LINES + 1):
        button(walker, "Next line").press("Enter")
        expect_line(walker, number)
    expect(button(walker, "Next line")).to_be_disabled()
    expect(button(walker, "Previous line")).to_be_focused()
    button(walker, "Reset").press("Enter")
    expect_line(walker, 1)
    expect(button(walker, "Next line")).to_be_focused()


def test_the_walker_needs_no_scroll_bar(walker):
    press(walker, "Show all")
    expect_line(walker, LINES)
    for size in ("notebook", "projector"):
        choose(walker, "Size", size)
        expect(walker.locator(f".lsqgrad-line.lsqgrad-{size}").first).to_be_visible()
        too_wide = walker.evaluate(TOO_WIDE)
        assert not too_wide


def test_the_numbers_of_the_lines_stand_in_a_column(walker):
    press(walker, "Show all")
    expect_line(walker, LINES)
    places = [walker.get_by_text(f"({14 + k})", exact=True).bounding_box() for k in range(LINES)]
    assert len({round(place["x"]) for place in places}) == 1


def test_the_walker_asks_and_explains_and_goes_on(walker):
    walker.get_by_label("Predict mode").check()
    expect_words(walker, "Which line comes next? The rule is: product rule.")
    right = right_choice(1)
    wrong = next(name for name in CHOICES if name != right)
    press(walker, wrong)
    expect_words(walker, f"{wrong} is not right.")
    expect(button(walker, wrong)).to_be_disabled()
    other = next(name for name in CHOICES if name != wrong)
    expect(button(walker, other)).to_be_focused()  # and not Next line, which would tell
    expect(lines(walker)).to_have_count(1)
    button(walker, right).focus()
    walker.page.keyboard.press("Enter")
    expect_words(walker, f"{right} is right.")
    expect_line(walker, 2)
    expect(button(walker, right)).not_to_be_visible()
    expect(button(walker, "Next line")).to_be_focused()  # the choice took the focus with it
    walker.page.keyboard.press("Enter")
    expect_words(walker, "Which line comes next? The rule is: a number is its own transpose.")


def test_of_many_fast_clicks_on_the_walker_none_is_lost(walker):
    button(walker, "Next line").evaluate("button => { for (let i = 0; i < 4; i++) button.click() }")
    expect_line(walker, 5)


def test_every_control_of_the_walker_has_its_name_and_a_tooltip(walker):
    walker.get_by_label("Predict mode").check()
    expect(button(walker, "A")).to_be_visible()
    for name in [*LINE_MOVES, *CHOICES]:
        expect(button(walker, name)).to_have_attribute("title", re.compile(r"\w"))
    for name in ["Predict mode", "Size"]:
        expect(walker.get_by_label(name, exact=True)).to_have_attribute("title", re.compile(r"\w"))


def test_axe_finds_no_violation_in_the_walker(walker):
    press(walker, "Show all")
    expect_line(walker, LINES)
    assert violations(walker.page, ".lsqgrad-walker") == []
    choose(walker, "Size", "projector")
    press(walker, "Reset")
    walker.get_by_label("Predict mode").check()
    expect(button(walker, "A")).to_be_visible()
    assert violations(walker.page, ".lsqgrad-walker") == []


# The graph walker


@pytest.fixture(scope="module")
def navigator():
    """The walk that is on the page, here."""
    names = {}
    exec(RECORD, names)
    return GraphNavigator(names["record"])


@pytest.fixture
def graph_walker(shown):
    """The graph walker, as it is when it is new."""
    one = shown.locator(".lsqgrad-graphwalker")
    expect(status(one)).to_have_count(1)
    one.page.mouse.move(0, 0)
    choose(one, "Size", "notebook")
    if button(one, "Reset").is_enabled():
        press(one, "Reset")
    expect_node(one, 0)
    expect(button(one, "Next node")).to_be_enabled()  # a key does not wait for it, as a click does
    return one


def expect_node(graph_walker, position, size="notebook"):
    """Wait until picture and words are at one position."""
    frame = graph_walker.locator(f".lsqgrad-frame.lsqgrad-{size}")
    expect(frame).to_have_attribute("data-position", str(position))
    words = graph_walker.locator(f".lsqgrad-words.lsqgrad-{size}")
    expect(words).to_have_attribute("data-position", str(position))


def test_the_graph_walker_goes_there_and_back(graph_walker, navigator):
    expect(button(graph_walker, "Previous node")).to_be_disabled()
    for name, position in [
        ("Next node", 1), ("Next node", 2), ("Previous node", 1), ("Show all", navigator.last),
        ("Previous node", navigator.last - 1), ("Reset", 0), ("Next node", 1),
    ]:  # fmt: skip
        press(graph_walker, name)
        expect_node(graph_walker, position)


def test_the_graph_walker_says_and_draws_each_node(graph_walker, navigator):
    numbers = graph_walker.locator("svg text")
    for position in range(1, navigator.last + 1):
        navigator.seek(position)
        press(graph_walker, "Next node")
        expect_node(graph_walker, position)
        expect(status(graph_walker)).to_have_text(navigator.text)
        expect(graph_walker.get_by_role("img", name=navigator.alt_text)).to_be_visible()
        is_there = numbers.get_by_text("-150.3", exact=True).count() > 0
        assert is_there == (position >= navigator.last - 1)  # ∂L/∂w, at its transpose first


def test_the_graph_walker_works_from_the_keyboard(graph_walker, navigator):
    for position in range(1, navigator.last + 1):
        button(graph_walker, "Next node").press("Enter")
        expect_node(graph_walker, position)
    expect(button(graph_walker, "Next node")).to_be_disabled()
    expect(button(graph_walker, "Previous node")).to_be_focused()
    graph_walker.page.keyboard.press(" ")
    expect_node(graph_walker, navigator.last - 1)
    button(graph_walker, "Reset").press("Enter")
    expect_node(graph_walker, 0)
    expect(button(graph_walker, "Next node")).to_be_focused()


def test_of_many_fast_clicks_on_the_graph_walker_none_is_lost(graph_walker):
    button(graph_walker, "Next node").evaluate(
        "button => { for (let i = 0; i < 6; i++) button.click() }"
    )
    expect_node(graph_walker, 6)


def test_every_control_of_the_graph_walker_has_its_name_and_a_tooltip(graph_walker):
    for name in NODE_MOVES:
        expect(button(graph_walker, name)).to_have_attribute("title", re.compile(r"\w"))
    size = graph_walker.get_by_label("Size", exact=True)
    expect(size).to_have_attribute("title", re.compile(r"\w"))


def test_axe_finds_no_violation_in_the_graph_walker(graph_walker, navigator):
    press(graph_walker, "Show all")
    expect_node(graph_walker, navigator.last)
    assert violations(graph_walker.page, ".lsqgrad-graphwalker") == []
    choose(graph_walker, "Size", "projector")
    press(graph_walker, "Reset")
    expect_node(graph_walker, 0, "projector")
    assert violations(graph_walker.page, ".lsqgrad-graphwalker") == []


# The field for an answer


@pytest.fixture
def answer_field(shown):
    """The field, which asks for the gradient, emptied."""
    one = shown.locator(".lsqgrad-answerfield")
    expect(status(one)).to_have_count(1)
    one.get_by_label("Answer").fill("")
    press(one, "Check")
    expect_words(one, "– gradient: No answer")
    return one


def test_the_field_says_what_a_typed_answer_is_worth(answer_field):
    answer = answer_field.get_by_label("Answer")
    answer.fill("X.T @ r / n")
    press(answer_field, "Check")
    expect_words(answer_field, "✗ gradient: It is half of what it should be. Is there a ½")
    answer.fill("2 / n * X.T @")
    press(answer_field, "Check")
    expect_words(answer_field, "Expected a formula in the notation of Python")
    answer.fill("2 / n * X.T @ r")
    press(answer_field, "Check")
    expect_words(answer_field, "✓ gradient: Right")


def test_the_field_works_from_the_keyboard(answer_field):
    answer = answer_field.get_by_label("Answer")
    answer.press_sequentially("X.T @ r")
    answer.press("Enter")
    expect_words(answer_field, "✗ gradient: It lacks the factor 2/n.")
    expect(answer).to_be_focused()
    answer.press("Tab")
    expect(button(answer_field, "Check")).to_be_focused()


def test_the_field_never_judges_what_stood_there_before(answer_field):
    answer = answer_field.get_by_label("Answer")
    for text, words in [("X.T @ r", "lacks the factor"), ("X.T @ r / n", "half of what")] * 5:
        answer.fill(text)
        answer.press("Enter")
        expect_words(answer_field, words)


def test_the_controls_of_the_field_have_names_and_tooltips(answer_field):
    answer = answer_field.get_by_label("Answer", exact=True)
    for control in (answer, button(answer_field, "Check")):
        expect(control).to_have_attribute("title", re.compile(r"\w"))


def test_axe_finds_no_violation_in_the_field(answer_field):
    assert violations(answer_field.page, ".lsqgrad-answerfield") == []


# In JupyterLab


@pytest.fixture(scope="module")
def lesson(chromium, lab):
    """Notebook 04."""
    with opened(JUPYTERLAB, chromium, lab(LESSON)) as page:
        yield page


def test_run_all_leaves_no_error_and_no_warning(lesson):
    expect(lesson.locator('[data-mime-type="application/vnd.jupyter.stderr"]')).to_have_count(0)


def without_pictures(notebook):
    """The stored text of a notebook; pixels may differ from machine to machine."""
    return re.sub(r'"image/png": "[^"]*"', "", notebook.read_text(encoding="utf-8"))


def test_saving_after_run_all_changes_nothing(lesson, folder):
    with lesson.expect_response(lambda r: r.request.method == "PUT" and LESSON in r.url) as saved:
        lesson.keyboard.press("Control+s")
    assert saved.value.ok
    assert without_pictures(folder / LESSON) == without_pictures(NOTEBOOKS / LESSON)


def test_no_pop_up_offers_news(lesson):
    plugins = lesson.evaluate(
        "JSON.parse(document.getElementById('jupyter-config-data').textContent).disabledExtensions"
    )
    assert "@jupyterlab/apputils-extension:announcements" in plugins


def test_the_lesson_leaves_its_stepper_at_the_end_of_the_first_epoch(lesson):
    expect_position(lesson.locator(".lsqgrad-stepper"), 4)


def run_cell(page, number):
    """Run one cell, and wait until it has run."""
    cell = page.locator(".jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(prompt).not_to_have_text(before)
    expect(prompt).to_have_text(re.compile(r"^\[\d+\]:$"))


@pytest.fixture
def page(chromium, lab):
    """The notebook with two steppers, to be maltreated."""
    with opened(JUPYTERLAB, chromium, lab(MALTREATED)) as page:
        yield page


def test_cells_run_twice_out_of_order_and_after_a_restart(page):
    steppers = page.locator(".lsqgrad-stepper")
    expect(slider(steppers)).to_have_count(2)
    press(steppers.first, "Next batch")
    expect_position(steppers.first, 1)

    run_cell(page, 2)  # twice: a new stepper in the place of the old one
    expect_position(steppers.first, 0)
    press(steppers.first, "Next batch")
    expect_position(steppers.first, 1)

    run_cell(page, 1)  # out of order: the old steppers keep their run
    press(steppers.first, "Next batch")
    expect_position(steppers.first, 2)

    JUPYTERLAB.restart_kernel(page)
    said = status(steppers.first).inner_text()
    steppers.first.locator("button", has_text="Next batch").click()  # nobody answers
    JUPYTERLAB.clear_outputs(page)  # else a cell may be run and get the number that it has
    for number in range(len(CELLS)):
        run_cell(page, number)
    assert said.startswith("Step 2 (")
    expect(page.locator(browser.ERROR)).to_have_count(0)
    expect_position(steppers.first, 0)
    press(steppers.first, "Next batch")
    expect_position(steppers.first, 1)


def test_without_a_kernel_there_are_the_picture_and_its_words(chromium):
    """As HTML for paper, where nbconvert leaves alternative texts out."""
    html, _ = HTMLExporter().from_filename(NOTEBOOKS / LESSON)
    page = chromium.new_page()
    page.set_content(html)
    shown = page.locator(".jp-CodeCell", has_text="stepper.seek(4)").locator("img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") > 1000
    told = page.locator(".jp-CodeCell", has_text="print(stepper.arithmetic)").last
    expect(told).to_contain_text("Step 4 (epoch 1, batch 4): row 4, n = 1.")
    expect(told).to_contain_text("w after = w − lr · ∂L/∂w = 0.211554 − 0.001 · (-104.645)")
    page.close()
