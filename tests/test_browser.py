"""The players in front ends: pressed as a learner presses, beside a real kernel.

What differs between front ends is tried in all; the rest in JupyterLab, and elsewhere if long.
`test_player_page.py` has what the page does by itself.
"""

import os
import re
import shutil
import signal
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import browser
import nbformat
import pytest
from accessibility import violations
from browser import FRONT_ENDS, JUPYTERLAB, NOTEBOOK, VOILA, choose
from handout import HandoutExporter
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from lsqgrad import ARTICLE, Stepper, line_data, sgd_by_hand
from lsqgrad.derivations import by_differentials
from lsqgrad.widgets.run_frames import RunFrames

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LESSON = "04_step_sgd.ipynb"
WIDGETS = "widgets.ipynb"
MALTREATED = "maltreated.ipynb"
SCRIPT = "<img src=x onerror='hacked = 1'>"
RECORD = f"""
import torch
from lsqgrad import GraphWalker, record_backward
x, y, w, b = (torch.tensor(v).float() for v in (ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b))
model = torch.nn.Linear(1, 1)
model.load_state_dict({{"weight": w, "bias": b.reshape(1)}})
names = {{"weight": model.weight, "{SCRIPT}": model.bias}}
record = record_backward(torch.nn.MSELoss()(model(x), y), names)
"""
CELLS = [
    "from lsqgrad import ARTICLE, Stepper, Walker, derivations, line_data, sgd_by_hand",
    "trace = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, epochs=60)",
    "one = Stepper(trace, controls='all')\none",
    "print(one.position)\none.next()",
    "other = Stepper(trace)\nother",
    "walker = Walker(derivations.by_differentials, controls='all')\nwalker",
    f"{RECORD}graph_walker = GraphWalker(record)\ngraph_walker",
    "from lsqgrad import Practice\nfield = Practice().field('gradient')\nfield",
    "from lsqgrad import LineExplorer\nLineExplorer([[1], [2], [3]], [[2], [4], [6]])",
    "from lsqgrad import Prediction\nfrom lsqgrad.practice.predictions import PREDICTIONS, choice\n"
    "PREDICTIONS['new'] = choice('b', a='Why?', b='So it is.')\nPrediction('new')",
]
ONE, MOVE, OTHER = 2, 3, 4  # the numbers of cells, counted from 0
FEW = [*CELLS[:OTHER], "import os\nos.getpid()"]
LAST = 240
LINES = len(by_differentials)
SCREEN = {"width": 1366, "height": 768}
PROJECTOR = {"width": 1024, "height": 455}  # of 1280×720, zoomed to 125 %
PHONE = {"width": 390, "height": 800}
NO_ANSWER = "The kernel does not answer: it is busy, or gone. You can still move."
expect.set_options(timeout=1000 * browser.PATIENCE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the notebooks, and two that hold players and nothing else."""
    folder = tmp_path_factory.mktemp("served") / "notebooks"
    shutil.copytree(NOTEBOOKS, folder)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    for name, sources in {WIDGETS: CELLS, MALTREATED: FEW}.items():
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, folder / name)
    return folder


@pytest.fixture(scope="module")
def lab(folder):
    """JupyterLab, which serves the notebooks to all tests: a function name → URL."""
    with serve(JUPYTERLAB, folder) as url_of:
        yield url_of


@pytest.fixture(scope="module")
def tab(chromium):
    """The page that has one notebook after the other in JupyterLab."""
    page = chromium.new_page(viewport=SCREEN)
    page.set_default_timeout(1000 * browser.PATIENCE)
    return page


def serve(front_end, folder):
    return front_end.serve(folder, folder.parent / front_end.name)


LONG = [pytest.param(front_end, marks=pytest.mark.long) for front_end in (NOTEBOOK, VOILA)]


@pytest.fixture(scope="module", params=[JUPYTERLAB, *LONG], ids=lambda front_end: front_end.name)
def shown(request, chromium, folder, lab, tab):
    """The page with the players in a front end, all cells run, the list of files closed."""
    front_end = request.param
    if front_end is JUPYTERLAB:
        front_end.go(tab, lab(WIDGETS))
        front_end.run_all(tab)
        tab.keyboard.press("Control+b")
        yield tab
        tab.goto("about:blank")  # else it would save what Notebook 7 has open
        return
    with serve(VOILA, folder) if front_end is VOILA else nullcontext(lab) as url_of:
        page = front_end.open(chromium, url_of(WIDGETS, front_end), viewport=SCREEN)
        front_end.run_all(page)
        yield page
        page.close()


with_cells = pytest.mark.parametrize(
    "shown", [JUPYTERLAB, LONG[0]], ids=lambda front_end: front_end.name, indirect=True
)
in_jupyterlab = pytest.mark.parametrize("shown", [JUPYTERLAB], ids=["JupyterLab"], indirect=True)


@pytest.fixture
def steppers(shown):
    """The two steppers."""
    found = shown.locator(".lsqgrad-stepper[data-place]")
    expect(found).to_have_count(2)
    return found


@pytest.fixture
def stepper(steppers):
    """The first of them, with all controls, as it is when it is new."""
    one = steppers.first
    one.page.mouse.move(0, 0)
    leave_full_screen(one)
    one.get_by_label("Predict mode").uncheck()
    if one.get_by_label("PyTorch's numbers").is_checked():
        with new_scene(one):
            one.get_by_label("PyTorch's numbers").uncheck()
    one.get_by_label("Loss axis").select_option("linear")
    one.get_by_label("Speed").select_option("2")
    if one.get_by_label("Learning rate").input_value() != "0.001":
        set_field(one, "Learning rate", "0.001")
    slider(one).press("Home")
    expect_position(one, 0)
    return one


@pytest.fixture
def walker(shown):
    """The walker, with all controls, as it is when it is new."""
    one = shown.locator(".lsqgrad-walker[data-place]")
    one.page.mouse.move(0, 0)
    one.get_by_label("Predict mode").uncheck()
    slider(one).press("Home")
    expect(one).to_have_attribute("data-place", "0")
    return one


@pytest.fixture
def graph_walker(shown):
    """The graph walker at its start."""
    one = shown.locator(".lsqgrad-graphwalker[data-place]")
    slider(one).press("Home")
    expect(one).to_have_attribute("data-place", "0")
    return one


@pytest.fixture
def answer_field(shown):
    """The field, which asks for the gradient, emptied."""
    one = shown.locator(".lsqgrad-answer[data-place]")
    answer(one, "")
    expect_words(one, "– gradient: No answer")
    return one


@pytest.fixture
def explorer(shown):
    return shown.locator(".lsqgrad-explorer[data-place]")


def button(player, name):
    return player.get_by_role("button", name=name, exact=True)


def press(player, name):
    button(player, name).click()


def slider(player):
    return player.get_by_role("slider", name=re.compile("^(Step|Line|Node)$"))


def status(player):
    return player.get_by_role("status")


def note(player):
    return player.locator(".lsqgrad-note")


@contextmanager
def new_scene(stepper):
    """Wait for what replaces the run that is shown, by another or by the same with more numbers."""
    run = int(stepper.get_attribute("data-run"))
    yield
    expect(stepper).to_have_attribute("data-run", str(run + 1))


def set_field(stepper, name, value):
    """Type a value, and wait for the run that it makes."""
    field = stepper.get_by_label(name, exact=True)
    with new_scene(stepper):
        field.fill(value)
        field.press("Enter")


def answer(field, text):
    field.get_by_label("Answer").fill(text)
    press(field, "Check")


def drag(explorer, down):
    """Take a handle with the mouse some pixels down, or up."""
    mouse = explorer.page.mouse
    explorer.scroll_into_view_if_needed()
    box = explorer.locator("[data-handle]").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y + down, steps=10)
    mouse.up()


def expect_position(stepper, position):
    """Wait until all that is seen is at one position."""
    expect(stepper).to_have_attribute("data-place", str(position))
    beginning = rf"^Step {position} \(" if position else "^Start: no update yet"
    expect(status(stepper)).to_have_text(re.compile(beginning))


def expect_words(player, words):
    expect(status(player)).to_contain_text(words)


def leave_full_screen(stepper):
    """Do what the browser does when Escape is pressed; see all controls again."""
    stepper.evaluate("() => document.fullscreenElement && document.exitFullscreen()")
    expect(stepper.locator(".lsqgrad-panel:visible")).to_have_count(3)
    if button(stepper, "More").get_attribute("aria-expanded") == "false":
        press(stepper, "More")


def has_focus(player):
    return player.evaluate("player => player.contains(document.activeElement)")


# In every front end


@pytest.mark.parametrize("shown", FRONT_ENDS, ids=lambda front_end: front_end.name, indirect=True)
def test_each_player_is_there_and_answers(
    shown, stepper, walker, graph_walker, answer_field, explorer
):
    press(stepper, "Next batch")
    expect_position(stepper, 1)
    press(walker, "Next line")
    expect_words(walker, f"Line 2 of {LINES}")
    expect(walker.locator(".lsqgrad-line:visible math")).not_to_have_count(0)
    press(graph_walker, "Next node")
    expect_words(graph_walker, "Forward, 1 of")
    answer(answer_field, "X.T @ r / n")
    expect_words(answer_field, "✗ gradient: It is half of what it should be.")
    said = status(explorer).inner_text()
    drag(explorer, -30)
    expect(status(explorer)).not_to_have_text(said)
    prediction = shown.locator(".lsqgrad-prediction[data-place]")
    press(prediction, "a")
    expect_words(prediction, "a is not right. Why?")
    press(prediction, "b")
    expect_words(prediction, "b is right. So it is.")


def test_it_says_and_draws_what_the_stepper_here_does(stepper):
    trace = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, epochs=60)
    here, frames = Stepper(trace), RunFrames(trace)
    for position in (3, LAST):  # the page has the first at the start, and asks for the other
        slider(stepper).fill(str(position))
        expect_position(stepper, position)
        here.seek(position)
        frame = frames.frame(str(position))
        expect(status(stepper)).to_have_text(here.text)
        for name in ("data", "losses", "path"):
            picture = stepper.locator(f"[data-panel={name}] svg")
            expect(picture).to_have_attribute("aria-label", frame["alt"][name])
            drawn = picture.locator(".moving path").evaluate_all(
                "paths => paths.map(path => path.getAttribute('d'))"
            )
            expected = re.findall(r'<path [^>]*\bd="([^"]*)"', frame["panels"][name])
            assert [path.split() for path in drawn] == [path.split() for path in expected]


def test_of_200_fast_clicks_none_is_lost_and_none_doubled(stepper):
    button(stepper, "Next batch").evaluate(
        "button => { for (let i = 0; i < 200; i++) button.click() }"
    )
    expect_position(stepper, 200)
    press(stepper, "Next batch")  # after all the others: had one come late, it would be further
    expect_position(stepper, 201)


@with_cells
def test_python_and_the_page_are_at_one_position(stepper):
    """A cell that is run after presses knows the position, and its moves move the page."""
    button(stepper, "Next batch").evaluate(
        "button => { for (let i = 0; i < 7; i++) button.click() }"
    )
    expect_position(stepper, 7)
    assert run_cell(stepper.page, MOVE) == "7"
    expect_position(stepper, 8)
    press(stepper, "Previous batch")
    assert run_cell(stepper.page, MOVE) == "7"
    expect_position(stepper, 8)


def test_two_steppers_do_not_touch_each_other(steppers, stepper):
    other = steppers.last
    place, said = other.get_attribute("data-place"), status(other).inner_text()
    press(stepper, "Next batch")
    set_field(stepper, "Learning rate", "0.002")
    stepper.get_by_label("Predict mode").check()
    press(stepper, "Show answer")
    expect_position(stepper, 1)
    assert (other.get_attribute("data-place"), status(other).inner_text()) == (place, said)
    assert other.get_attribute("data-run") == "0"


def test_a_setting_out_of_range_is_answered_and_the_run_stays(stepper):
    press(stepper, "Next batch")
    run = stepper.get_attribute("data-run")
    field = stepper.get_by_label("Learning rate", exact=True)
    for text in ("-1", SCRIPT):
        field.fill(text)
        field.press("Enter")
        expect(note(stepper)).to_have_text(re.compile(rf"^Learning rate: .*{re.escape(text)}"))
        expect(field).to_have_value(text)
        expect(field).to_be_focused()
    assert (stepper.get_attribute("data-place"), stepper.get_attribute("data-run")) == ("1", run)
    set_field(stepper, "Learning rate", "0,001")
    set_field(stepper, "Batch size", "5")
    expect(note(stepper)).to_have_text("lr 0.001, n = 5")
    set_field(stepper, "Batch size", "3")


def test_a_run_that_diverges_says_when_and_why(stepper):
    set_field(stepper, "Learning rate", "0.5")
    slider(stepper).press("End")
    expect_words(stepper, "Diverged at step 13 (epoch 4, batch 1): loss inf")
    expect_words(stepper, "A smaller learning rate than 0.5 may help.")


def test_predict_mode_judges_as_python_does(stepper):
    here = Stepper(sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b), predict=True)
    stepper.get_by_label("Predict mode").check()
    expect_words(stepper, "Step 1 (epoch 1, batch 1) comes next: rows 3, 7, 5, n = 3.")
    hidden = here.trace[0]
    for result in (hidden.loss, hidden.w_after[0, 0], hidden.b_after):
        assert f"{result:.4g}".replace("-", "−") not in stepper.inner_text()
    answers = {"Loss": "235.8", "New w": "-0.5477", "New b": SCRIPT}
    for name, text in answers.items():
        stepper.get_by_role("textbox", name=name).fill(text)
    press(stepper, "Check")
    said = here.predict(loss="235.8", w="-0.5477")
    for name, finding in zip(answers, said.values(), strict=False):
        field = stepper.get_by_role("textbox", name=name)
        expect(field).to_have_accessible_description(re.compile(re.escape(finding.sentence)))
    expect(stepper.get_by_role("textbox", name="New b")).to_have_accessible_description(
        re.compile(rf"^\? New b: .*{re.escape(SCRIPT)}")
    )
    press(stepper, "Show answer")
    expect_words(stepper, "Step 1 (epoch 1, batch 1): rows 3, 7, 5, n = 3. Loss 235.806.")


def test_pytorchs_numbers_are_fetched_and_the_position_is_kept(stepper):
    press(stepper, "Next batch")
    stepper.get_by_label("PyTorch's numbers").check()
    expect(stepper.get_by_role("columnheader", name="PyTorch")).to_be_visible()
    expect_position(stepper, 1)
    expect(stepper.get_by_label("PyTorch's numbers")).to_be_focused()


def test_the_graph_walker_ends_with_all_gradients(graph_walker):
    button(graph_walker, "Next node").evaluate(
        "button => { for (let i = 0; i < 30; i++) button.click() }"
    )
    expect(button(graph_walker, "Next node")).to_be_disabled()
    expect_words(graph_walker, "It adds this to weight.grad: before none, now −150.285.")
    expect(graph_walker.locator("svg text").get_by_text("−150.3").last).to_be_visible()


def test_the_field_never_judges_what_stood_there_before(answer_field):
    typed = answer_field.get_by_label("Answer")
    for text, words in [("X.T @ r", "lacks the factor"), ("X.T @ r / n", "half of what")] * 5:
        typed.fill(text)
        typed.press("Enter")
        expect_words(answer_field, words)
        expect(typed).to_be_focused()
    answer(answer_field, "2 / n * X.T @")
    expect_words(answer_field, "Expected a formula in the notation of Python")
    answer(answer_field, "2 / n * X.T @ r")
    expect_words(answer_field, "✓ gradient: Right")


def test_scripts_are_shown_as_text(shown, graph_walker, answer_field):
    expect_words(graph_walker, SCRIPT)
    answer(answer_field, SCRIPT)
    expect(answer_field.get_by_label("Answer")).to_have_value(SCRIPT)
    expect(status(answer_field)).not_to_contain_text("No answer")
    assert shown.locator(".lsqgrad-player img").count() == 0
    assert shown.evaluate("window.hacked") is None


def test_nothing_moves_by_itself(stepper):
    """No transition runs, whatever the page's settings of motion; only Play goes on."""
    stepper.page.emulate_media(reduced_motion="reduce")
    press(stepper, "Next batch")
    stepper.get_by_label("Predict mode").check()
    assert stepper.evaluate("one => one.getAnimations({ subtree: true }).length") == 0
    stepper.page.emulate_media(reduced_motion="no-preference")


# Keyboard and focus


@with_cells
def test_keys_move_it_and_leave_the_notebook_alone(stepper):
    page = stepper.page
    cells = page.locator(".jp-Cell").count()
    slider(stepper).press("Home")
    for key, position in [
        ("n", 1), (" ", 2), ("ArrowRight", 3), ("p", 2), ("x", 2), ("d", 2), ("d", 2), ("b", 2),
        ("End", LAST), ("Home", 0),
    ]:  # fmt: skip
        page.keyboard.press(key)
        expect_position(stepper, position)
        assert has_focus(stepper)
    assert page.locator(".jp-Cell").count() == cells


def test_all_controls_are_reached_by_tab(stepper):
    page = stepper.page
    expected = stepper.evaluate(
        """one => [...one.querySelectorAll("button, input, select, [tabindex='0']")]
            .filter(part => part.checkVisibility() && !part.disabled)
            .filter(part => part.type !== "radio" || part.checked).length"""
    )
    button(stepper, "Next batch").focus()
    for _ in range(expected - 1):
        page.keyboard.press("Tab")
        assert has_focus(stepper)
    page.keyboard.press("Tab")
    assert not has_focus(stepper)


def test_the_focus_is_never_lost(stepper, walker):
    for name in ("More", "More", "Next epoch", "Play", "Pause", "Present"):
        button(stepper, name).press("Enter")
        assert has_focus(stepper), name
    leave_full_screen(stepper)
    assert has_focus(stepper)
    stepper.get_by_label("Predict mode").press(" ")
    button(stepper, "Show answer").press("Enter")
    assert has_focus(stepper)
    for key in ("End", "Home"):
        slider(stepper).press(key)
    set_field(stepper, "Learning rate", "0.002")
    expect(stepper.get_by_label("Learning rate", exact=True)).to_be_focused()
    for number in range(2, LINES + 1):
        button(walker, "Next line").press("Enter")
        expect_words(walker, f"Line {number} of {LINES}")
    expect(button(walker, "Next line")).to_be_disabled()
    expect(button(walker, "Previous line")).to_be_focused()


# What is seen

# What scrolls sideways, from the player inwards and outwards.
TOO_WIDE = """root => {
    const parts = [root, ...root.querySelectorAll("*")];
    for (let part = root; part.parentElement; part = part.parentElement) parts.push(part);
    return parts
        .filter((part) => !part.matches(".lsqgrad-graphwalker .lsqgrad-panels")) // to be readable
        .filter((part) => /auto|scroll/.test(getComputedStyle(part).overflowX))
        .filter((part) => part.scrollWidth > part.clientWidth && part.clientWidth > 0)
        .map((part) => `${part.className}: ${part.scrollWidth} in ${part.clientWidth}`);
}"""
NEXT = "[data-do=next]"
# Moves on to `last`, and collects what the boxes of the player's parts are on the way.
BOXES = """async (root, [button, last, patience]) => {
    const parts = root.querySelectorAll(
        ".lsqgrad-bar > *, .lsqgrad-status, .lsqgrad-panels > *, .lsqgrad-run > *, "
        + ".lsqgrad-more > *, .lsqgrad-calculation > *");
    const box = (part) => {
        const { x, y, width, height } = part.getBoundingClientRect();
        return [x, y - root.getBoundingClientRect().y, width, height].map(Math.round).join(" ");
    };
    const busy = () => root.querySelector("[aria-busy]").ariaBusy;
    const found = {};
    let place = root.dataset.place;
    while (parseInt(place) < last) {
        if (button) root.querySelector(button).click();
        const end = performance.now() + patience;
        while (root.dataset.place === place) {
            await new Promise(requestAnimationFrame);
            if (performance.now() > end) throw Error(`Busy, ${busy()}, at ${root.innerText}`);
        }
        place = root.dataset.place;
        (found[[root, ...parts].map(box)] ??= []).push(place);
    }
    return found;
}"""
# The smallest type that is seen, in pixels of the screen.
SMALLEST_TYPE = """root => {
    const seen = new Map();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const part = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !part.checkVisibility()) continue;
        if (getComputedStyle(part).opacity === "0" || part.closest("option, style")) continue;
        const scale = part.getScreenCTM?.().a ?? 1;
        const size = scale * parseFloat(getComputedStyle(part).fontSize);
        seen.set(size, walker.currentNode.data.trim());
    }
    const smallest = Math.min(...seen.keys());
    return [smallest, seen.get(smallest)];
}"""


def boxes(stepper, button, last):
    """Return the places on the way to `last`, by the boxes of the player's parts."""
    return stepper.evaluate(BOXES, [button, last, 20_000])


def edges(locator):
    """Return where a part begins and ends, in pixels below the top of the page."""
    box = locator.bounding_box()
    return box["y"], box["y"] + box["height"]


@in_jupyterlab
def test_picture_moves_and_words_are_on_one_screen(stepper):
    """And the arithmetic is reached without losing the moves and the words from sight."""
    page = stepper.page
    press(stepper, "Next batch")
    top, bottom = edges(page.locator(".jp-WindowedPanel-outer").first)
    stepper.evaluate("one => one.scrollIntoView()")
    bar, picture = edges(stepper.locator(".lsqgrad-bar")), edges(stepper.locator(".lsqgrad-panels"))
    assert top <= bar[0]
    assert picture[1] <= bottom
    stepper.locator(".lsqgrad-arithmetic").evaluate("one => one.scrollIntoView({ block: 'end' })")
    for part in ("bar", "status", "arithmetic"):
        one = stepper.locator(f".lsqgrad-{part}")
        begin, end = edges(one)
        assert top <= begin < end <= bottom + 1, part
    assert button(stepper, "Next batch").evaluate(
        """button => {
            const { x, y, width, height } = button.getBoundingClientRect();
            return document.elementFromPoint(x + width / 2, y + height / 2) === button;
        }"""
    )


@in_jupyterlab
@pytest.mark.parametrize(
    ("width", "last"),
    [(1366, 104), *(pytest.param(w, LAST - 1, marks=pytest.mark.long) for w in (1366, 1024, 390))],
)
def test_nothing_jumps_from_step_to_step(stepper, width, last):
    page = stepper.page
    page.set_viewport_size(SCREEN | {"width": width})
    seen = boxes(stepper, NEXT, last)
    assert len(seen) == 1, {part: places[:4] for part, places in seen.items()}
    slider(stepper).press("Home")
    stepper.get_by_label("Predict mode").check()
    asked = boxes(stepper, NEXT, 12)
    assert len(asked) == 1, asked
    stepper.get_by_label("Predict mode").uncheck()
    page.set_viewport_size(SCREEN)


@in_jupyterlab
def test_nothing_jumps_while_it_plays(stepper):
    press(stepper, "Next batch")
    still = boxes(stepper, NEXT, 3)
    stepper.get_by_label("Speed").select_option("30")
    press(stepper, "Play")
    assert [*boxes(stepper, None, 40)] == [*still]
    press(stepper, "Pause")
    expect(button(stepper, "Play")).to_be_visible()


@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])
def test_nothing_scrolls_sideways(shown, stepper, walker, size):
    shown.set_viewport_size(size)
    press(stepper, "Next batch")
    slider(walker).press("End")
    for player in shown.locator(".lsqgrad-player").all():
        player.scroll_into_view_if_needed()
        assert not player.evaluate(TOO_WIDE)
    shown.set_viewport_size(SCREEN)


@in_jupyterlab
def test_presented_it_is_read_from_the_back_row(stepper):
    page = stepper.page
    page.set_viewport_size(PROJECTOR)
    press(stepper, "Next batch")
    press(stepper, "Present")
    expect(stepper.locator(".lsqgrad-panel:visible")).to_have_count(2)
    smallest, text = stepper.evaluate(SMALLEST_TYPE)
    assert smallest >= 16, text
    assert stepper.bounding_box() == {"x": 0, "y": 0, **PROJECTOR}
    assert stepper.evaluate("one => one.scrollHeight") == PROJECTOR["height"]
    leave_full_screen(stepper)
    page.set_viewport_size(SCREEN)


def prepare(stepper, walker, graph_walker, answer_field):
    """Bring the players into states with as much to see as there is."""
    set_field(stepper, "Learning rate", "0.002")
    field = stepper.get_by_label("Batch size", exact=True)
    field.fill("2.5")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    stepper.get_by_label("Predict mode").check()
    for name, text in {"Loss": "235.8", "New w": "7", "New b": "?"}.items():
        stepper.get_by_role("textbox", name=name).fill(text)
    press(stepper, "Check")
    walker.get_by_label("Predict mode").check()
    press(walker, "A")
    slider(graph_walker).press("End")
    answer(answer_field, "X.T @ r / n")
    expect_words(answer_field, "It is half of what it should be.")


@pytest.mark.long  # in the light theme the page's part is tried without a front end, too
def test_axe_finds_no_violation(shown, stepper, walker, graph_walker, answer_field):
    prepare(stepper, walker, graph_walker, answer_field)
    assert violations(shown, ".lsqgrad-player") == []
    stepper.get_by_label("Predict mode").uncheck()
    press(stepper, "Next batch")
    stepper.get_by_role("radio", name="matrix product").check(force=True)
    stepper.get_by_label("PyTorch's numbers").check()
    expect(stepper.get_by_role("columnheader", name="PyTorch")).to_be_visible()
    assert violations(shown, ".lsqgrad-stepper") == []
    press(stepper, "Present")
    assert violations(shown, ".lsqgrad-present") == []
    leave_full_screen(stepper)


@in_jupyterlab
def test_axe_finds_no_violation_in_the_dark_theme(
    shown, stepper, walker, graph_walker, answer_field
):
    prepare(stepper, walker, graph_walker, answer_field)
    choose(shown, "Settings", "Theme", "JupyterLab Dark")
    expect(shown.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    assert violations(shown, ".lsqgrad-player") == []
    choose(shown, "Settings", "Theme", "JupyterLab Light")
    expect(shown.locator("body")).to_have_attribute("data-jp-theme-light", "true")


# The lesson in JupyterLab


@pytest.fixture(scope="module")
def lesson(tab, lab):
    """Notebook 04, all of its cells run."""
    JUPYTERLAB.go(tab, lab(LESSON))
    JUPYTERLAB.run_all(tab)
    return tab


def test_run_all_leaves_no_error_and_no_warning(lesson):
    expect(lesson.locator('[data-mime-type="application/vnd.jupyter.stderr"]')).to_have_count(0)


def without_pictures(notebook):
    """The stored text of a notebook; pixels may differ from machine to machine."""
    return re.sub(r'"image/png": "[^"]*"', "", notebook.read_text(encoding="utf-8"))


def save(page, name):
    with page.expect_response(lambda r: r.request.method == "PUT" and name in r.url) as saved:
        page.keyboard.press("Control+s")
    assert saved.value.ok


def test_saving_after_run_all_changes_nothing(lesson, folder):
    save(lesson, LESSON)
    assert without_pictures(folder / LESSON) == without_pictures(NOTEBOOKS / LESSON)


def test_the_lesson_leaves_its_stepper_at_the_end_of_the_first_epoch_and_plays(lesson):
    stepper = lesson.locator(".lsqgrad-stepper").first
    expect_position(stepper, 4)
    press(stepper, "Play")
    expect(stepper).not_to_have_attribute("data-place", "4")  # any position may be missed
    press(stepper, "Pause")
    expect(button(stepper, "Play")).to_be_visible()


# Maltreated in JupyterLab


def run_cell(page, number):
    """Run one cell, wait until it has run, and return what it has printed."""
    cell = page.locator(".jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(prompt).not_to_have_text(before)
    expect(prompt).to_have_text(re.compile(r"^\[\d+\]:$"))
    printed = cell.locator(".jp-OutputArea-output pre")
    return printed.first.inner_text().strip() if printed.count() else ""


@pytest.fixture(scope="module")
def maltreated(tab, lab):
    JUPYTERLAB.go(tab, lab(MALTREATED))
    return tab


@pytest.fixture
def page(maltreated):
    """The notebook with one stepper, run from its top by whatever kernel it has."""
    JUPYTERLAB.run_all(maltreated)
    return maltreated


def test_cells_run_twice_out_of_order_and_after_a_restart(page):
    stepper = page.locator(".lsqgrad-stepper")
    expect_position(stepper, 1)

    run_cell(page, ONE)  # twice: a new stepper in the place of the old one
    expect_position(stepper, 0)
    press(stepper, "Next batch")
    expect_position(stepper, 1)

    run_cell(page, 1)  # out of order: the old stepper keeps its run
    press(stepper, "Next batch")
    expect_position(stepper, 2)
    assert run_cell(page, MOVE) == "2"

    JUPYTERLAB.restart_kernel(page)
    press(stepper, "Next batch")
    expect_position(stepper, 4)
    set_without_answer(stepper)
    JUPYTERLAB.clear_outputs(page)  # else a cell may be run and get the number that it has
    for number in range(len(FEW)):
        run_cell(page, number)
    expect(page.locator(browser.ERROR)).to_have_count(0)
    expect_position(stepper, 1)
    press(stepper, "Next batch")
    expect_position(stepper, 2)


def set_without_answer(stepper):
    """Ask for a new run where no kernel knows of the stepper; moves go on."""
    place, run = int(stepper.get_attribute("data-place")), stepper.get_attribute("data-run")
    field = stepper.get_by_label("Learning rate", exact=True)
    field.fill("0.01")
    field.press("Enter")
    expect(note(stepper)).to_have_text(NO_ANSWER)
    press(stepper, "Next batch")
    expect_position(stepper, place + 1)
    press(stepper, "Previous batch")
    expect_position(stepper, place)
    assert stepper.get_attribute("data-run") == run


def kernels(page):
    """Return the address of the kernels that run the notebook, and what lets one ask for it."""
    parts = urlsplit(page.url)
    base = f"{parts.scheme}://{parts.netloc}/api"
    sessions = page.request.get(f"{base}/sessions").json()
    return [f"{base}/kernels/{s['kernel']['id']}" for s in sessions if s["path"] == MALTREATED]


def shut_down(page):
    token = page.evaluate("document.cookie.match(/_xsrf=([^;]*)/)[1]")
    (kernel,) = kernels(page)
    assert page.request.delete(kernel, headers={"X-XSRFToken": token}).ok


def kill(page):
    os.kill(int(run_cell(page, len(FEW) - 1)), signal.SIGTERM)
    died = page.get_by_role("dialog").filter(has_text="appears to have died")
    died.get_by_role("button").click()  # it restarts, and knows of no stepper


def expect_picture(page):
    expect(page.locator(".jp-CodeCell").nth(ONE).locator("img")).to_be_visible()
    expect(page.locator(".lsqgrad-player")).to_have_count(0)


def test_reloaded_and_reopened(page, lab):
    """Where the kernel does not know of a player, there is its picture in its place."""
    stepper = page.locator(".lsqgrad-stepper")
    press(stepper, "Next batch")
    expect_position(stepper, 2)
    save(page, MALTREATED)
    JUPYTERLAB.go(page, lab(MALTREATED))  # the kernel lives
    expect_picture(page)
    assert run_cell(page, MOVE) == "2"
    run_cell(page, ONE)
    expect_position(stepper, 0)
    press(stepper, "Next batch")
    expect_position(stepper, 1)
    save(page, MALTREATED)
    shut_down(page)
    JUPYTERLAB.go(page, lab(MALTREATED))
    expect_picture(page)


@pytest.mark.parametrize("end", [kill, pytest.param(shut_down, marks=pytest.mark.long)])
def test_moves_go_on_when_the_kernel_is_dead(page, end):
    stepper = page.locator(".lsqgrad-stepper")
    end(page)
    press(stepper, "Next batch")
    expect_position(stepper, 2)
    set_without_answer(stepper)


# Without a kernel


def test_an_export_has_the_picture_and_its_words(chromium):
    for exporter in (HTMLExporter(), HandoutExporter()):
        html, _ = exporter.from_filename(NOTEBOOKS / LESSON)
        page = chromium.new_page()
        page.set_content(html)
        shown = page.locator(".jp-CodeCell", has_text="stepper.seek(4)").locator("img")
        expect(shown).to_be_visible()
        assert shown.evaluate("image => image.naturalWidth") > 1000
        told = page.locator(".jp-CodeCell", has_text="print(stepper.arithmetic)").last
        expect(told).to_contain_text(
            re.compile(r"w after = w − lr · ∂L/∂w = 0\.211554 − 0\.001 · \([−-]104\.645\)")
        )
        alt = shown.get_attribute("alt")
        page.close()
    assert "Step 4 (epoch 1, batch 4): row 4, n = 1." in alt  # which nbconvert's own leaves out
