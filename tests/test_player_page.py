"""The page's part of the player, in a browser without a front end; `kernel` stands for Python."""

import re
from itertools import pairwise

import pytest
from accessibility import violations
from player_scenes import (
    FORMS,
    answer_scene,
    explorer_scene,
    graph_scene,
    show,
    show_file,
    stepper_scene,
    walker_scene,
)
from playwright.sync_api import expect

from lsqgrad import Prediction, line_data, sgd_by_hand
from lsqgrad.practice.predictions import PREDICTIONS, Value, choice
from lsqgrad.regression import arithmetic
from lsqgrad.widgets.markup import arithmetic_table

LAB = {"width": 1200, "height": 647}  # what JupyterLab leaves of 1366×768
PROJECTOR = {"width": 1024, "height": 455}  # of 1280×720, zoomed to 125 %
HALL = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 800}
SILENT = None  # a kernel that never answers


@pytest.fixture(scope="module")
def tab(chromium):
    """One page for all tests: to open a new one takes longer than most of them."""
    return chromium.new_page()


@pytest.fixture(scope="module")
def tab_with_clock(chromium):
    """Another, whose clock can be moved on."""
    tab = chromium.new_page()
    tab.clock.install()
    return tab


@pytest.fixture
def page(tab):
    yield from as_new(tab)


@pytest.fixture
def clocked(tab_with_clock):
    yield from as_new(tab_with_clock)


def as_new(page):
    """Lend an empty page, in which no error may come."""
    page.set_default_timeout(10_000)
    page.set_viewport_size(LAB)
    page.emulate_media(media="null", color_scheme="null")
    errors = []
    page.on("pageerror", heard := lambda error: errors.append(error))
    yield page
    page.mouse.up()
    page.mouse.move(0, 0)
    page.goto("about:blank")
    page.remove_listener("pageerror", heard)
    assert not errors


def press(player, name):
    player.get_by_role("button", name=name, exact=True).click()


def expect_place(player, place):
    expect(player).to_have_attribute("data-place", place)


def sent(page, what):
    return [one for one in page.evaluate("kernel.sent") if one["do"] == what]


def expect_told(page, *places):
    """Wait until the kernel knows of so many moves, and compare them."""
    told = "count => kernel.sent.filter((one) => one.do === 'go').length >= count"
    page.wait_for_function(told, arg=len(places))
    assert [one["place"] for one in sent(page, "go")] == [*places]


def history(player, panel):
    """Return how many parts of a panel's history are seen."""
    parts = player.locator(f"[data-panel={panel}] .history > g")
    return parts.evaluate_all("parts => parts.filter(one => one.style.display !== 'none').length")


class TestMoves:
    def test_buttons_and_slider(self, page):
        player = show(page, *stepper_scene(last=9))
        press(player, "Next batch")
        press(player, "Next batch")
        expect_place(player, "2")
        expect(player.get_by_role("status")).to_contain_text("Step 2 (epoch 1")
        assert (
            player.locator("[data-panel=path] .moving > path").get_attribute("data-at") == "path-2"
        )
        assert (
            player.locator("[data-panel=data] svg").get_attribute("aria-label")
            == "data after 2 steps"
        )
        assert history(player, "path") == 2
        press(player, "Previous batch")
        expect_place(player, "1")
        assert history(player, "path") == 1
        expect(player.locator(".lsqgrad-count")).to_have_text("1 / 9")
        slider = player.get_by_role("slider", name="Step")
        slider.press("End")
        expect_place(player, "9")
        slider.press("ArrowLeft")
        expect_place(player, "8")
        press(player, "Reset")
        expect_place(player, "0")
        press(player, "More")
        press(player, "Next epoch")
        expect_place(player, "4")

    def test_ends(self, page):
        player = show(page, *stepper_scene(last=1))
        for name in ("Reset", "Previous batch"):
            expect(player.get_by_role("button", name=name)).to_be_disabled()
        player.get_by_role("button", name="Next batch").press("Enter")
        expect_place(player, "1")
        for name in ("Next batch", "Play"):
            expect(player.get_by_role("button", name=name)).to_be_disabled()
        expect(player.get_by_role("button", name="Previous batch")).to_be_focused()

    def test_a_run_without_steps(self, page):
        player = show(page, *stepper_scene(last=0))
        expect(player.locator(".lsqgrad-count")).to_have_text("0 / 0")

    def test_keys(self, page):
        player = show(page, *stepper_scene(controls="all"))
        player.get_by_role("slider", name="Step").focus()
        for key, place in [("n", "1"), (" ", "2"), ("N", "3"), ("p", "2"), ("Control+n", "2")]:
            page.keyboard.press(key)
            expect_place(player, place)
        player.get_by_role("button", name="Next batch").press(" ")
        expect_place(player, "3")
        player.get_by_label("Batch size").press("n")
        assert player.get_by_label("Batch size").input_value() == "n3"
        expect_place(player, "3")

    def test_shift_and_enter_press_no_button(self, page):
        player = show(page, *stepper_scene())
        player.get_by_role("button", name="Next batch").press("Shift+Enter")
        page.keyboard.press("n")
        expect_place(player, "1")

    def test_keys_in_a_file_where_nothing_has_the_focus(self, page, tmp_path):
        scenes = [stepper_scene(last=9), stepper_scene(last=9)]
        one, other = show_file(page, tmp_path / "players.html", *scenes)
        for key, place in [("n", "1"), (" ", "2"), ("p", "1"), ("Control+n", "1")]:
            page.keyboard.press(key)
            expect_place(one, place)
        page.locator("input").first.press("n")
        page.evaluate("() => { document.activeElement.blur(); }")
        one.evaluate("player => { player.style.transform = 'translateY(-2000px)'; }")
        page.keyboard.press("n")
        expect_place(other, "1")
        expect_place(one, "1")

    def test_keys_that_are_the_front_ends(self, page):
        player = show(page, *stepper_scene())
        page.evaluate(
            """() => document.addEventListener("keydown", ({ target }) => (window.suppressed =
                target.hasAttribute("data-lm-suppress-shortcuts")), true)"""
        )
        button = player.get_by_role("button", name="More")
        for key, ours in [("n", True), ("x", True), ("Escape", False), ("Shift+Enter", False)]:
            button.press(key)
            assert page.evaluate("suppressed") == ours, key

    def test_place_goes_both_ways(self, page):
        place = {"run": 3, "predicting": False}
        player = show(page, *stepper_scene(run=3), place=place | {"at": "0", "moves": 0})
        press(player, "Next batch")
        expect_told(page, place | {"at": "1", "moves": 0})
        page.evaluate("place => model.set('place', place)", place | {"at": "7", "moves": 1})
        expect_place(player, "7")
        page.evaluate("model.set('place', { ...model.get('place'), run: 2, at: '5' })")
        press(player, "Next batch")
        expect_place(player, "8")
        expect_told(page, place | {"at": "1", "moves": 0}, place | {"at": "8", "moves": 1})

    def test_the_place_is_told_once_it_is_painted_and_before_all_else(self, page):
        scene, frames = stepper_scene(controls="all")
        player = show(page, scene, frames, first=frames)
        press_five_times = """button => {
            const { send } = model;
            model.send = (message) => send({ ...message, painted: Boolean(kernel.painted) });
            requestAnimationFrame(() => (kernel.painted = true));
            for (let i = 0; i < 5; i++) button.click();
        }"""
        player.get_by_role("button", name="Next batch").evaluate(press_five_times)
        expect_told(page, {"run": 0, "at": "5", "predicting": False, "moves": 0})
        assert sent(page, "go")[0]["painted"]
        player.evaluate(
            """player => { player.querySelector("[data-do=next]").click();
                player.querySelector("[data-set=compare]").click(); }"""
        )
        assert [one["do"] for one in page.evaluate("kernel.sent")] == ["go", "go", "compare"]
        assert sent(page, "go")[1]["place"]["at"] == "6"


class TestPlay:
    def test_every_position_is_painted(self, page):
        player = show(page, *stepper_scene(controls="all"))
        page.evaluate(
            """() => {
                const player = document.querySelector(".lsqgrad-player");
                window.painted = [];
                const look = () => {
                    painted.push(player.dataset.place);
                    requestAnimationFrame(look);
                };
                look();
            }"""
        )
        player.get_by_label("Speed").select_option("30")
        press(player, "Play")
        expect_place(player, "40")
        expect(player.get_by_role("button", name="Play")).to_be_disabled()
        places = page.evaluate("[...new Set(painted)]")
        assert places == [str(k) for k in range(41)]

    def test_a_press_stops_it(self, page):
        player = show(page, *stepper_scene())
        playing = player.get_by_role("button", name="Pause")
        for name in ("Pause", "Previous batch"):
            press(player, "Play")
            expect(player).not_to_have_attribute("data-place", "0")
            press(player, name)
            expect(playing).to_have_count(0)

    def test_it_waits_for_frames(self, clocked):
        page = clocked
        scene, frames = stepper_scene(last=9)
        player = show(page, scene, frames, delay=SILENT)
        press(player, "Play")
        page.clock.run_for(2000)
        expect_place(player, "0")
        assert page.evaluate("model.get('place').at") == "0"
        page.evaluate(
            "frames => kernel.say({ run: 0, frames })",
            {key: frames[key] for key in ("1", "2", "3")},
        )
        page.clock.run_for(5000)
        expect_place(player, "3")


class TestKernel:
    def test_a_window_of_frames_is_asked_for(self, page):
        player = show(page, *stepper_scene(last=600))
        (asked,) = sent(page, "frames")
        assert asked["run"] == 0
        assert asked["keys"] == [str(k) for k in range(1, 101)]
        player.focus()
        for _ in range(60):
            page.keyboard.press("n")
        expect_place(player, "60")
        more = sent(page, "frames")[1:]
        assert [int(key) for one in more for key in one["keys"]] == [*range(101, 153)]
        assert len(more) == 1

    def test_a_far_place_is_waited_for(self, page):
        player = show(page, *stepper_scene(last=600))
        page.evaluate("kernel.delay = null")
        player.get_by_role("slider", name="Step").press("End")
        press(player, "Previous batch")
        bar = player.locator(".lsqgrad-bar")
        expect(bar).to_have_attribute("aria-busy", "true")
        expect_place(player, "0")
        expect(player.locator(".lsqgrad-count")).to_have_text("0 / 600")
        expect(player.get_by_role("status")).to_contain_text("Step 0 ")
        asked = sent(page, "frames")[1]
        assert asked["keys"][:3] == ["600", "599", "598"]
        page.evaluate("asked => kernel.answer(asked)", asked)
        expect_place(player, "599")
        expect(bar).to_have_attribute("aria-busy", "false")

    def test_a_frame_that_does_not_come_is_asked_for_again(self, clocked):
        page = clocked
        player = show(page, *stepper_scene(last=9), delay=SILENT)
        press(player, "Next batch")
        page.evaluate("kernel.delay = 1000")
        page.clock.run_for(3100)
        note = player.locator(".lsqgrad-note")
        expect(note).to_have_text("The kernel does not answer: it is busy, or gone.")
        page.clock.run_for(9000)
        expect_place(player, "1")
        expect(note).to_have_text("")
        assert [one["keys"] for one in sent(page, "frames")][1:] == [["1"]]

    def test_the_direction_of_the_last_move_comes_first(self, page):
        player = show(page, *stepper_scene(last=600))
        slider = player.get_by_role("slider", name="Step")
        for place in (450, 250):
            slider.fill(str(place))
            expect_place(player, str(place))
        forwards, backwards = (one["keys"][:3] for one in sent(page, "frames")[-2:])
        assert (forwards, backwards) == (["450", "451", "452"], ["250", "249", "248"])

    def test_frames_far_away_are_dropped(self, page):
        player = show(page, *stepper_scene(last=600))
        slider = player.get_by_role("slider", name="Step")
        for place in (0, 150, 300, 450, 600):
            slider.fill(str(place))
            expect_place(player, str(place))
        press(player, "Reset")
        expect_place(player, "0")
        assert "1" in sent(page, "frames")[-1]["keys"]

    def test_no_answer(self, clocked):
        page = clocked
        player = show(page, *stepper_scene(controls="all"))
        page.evaluate("kernel.delay = null")
        field = player.get_by_label("Learning rate")
        field.fill("0,01")
        field.press("Enter")
        note = player.locator(".lsqgrad-note")
        bar = player.locator(".lsqgrad-bar")
        page.clock.run_for(1000)
        expect(note).to_have_text("A new run is being made.")
        expect(bar).to_have_attribute("aria-busy", "true")
        page.clock.run_for(2100)
        expect(bar).to_have_attribute("aria-busy", "false")
        expect(note).to_have_text(
            "The kernel does not answer: it is busy, or gone. You can still move."
        )
        press(player, "Next batch")
        expect_place(player, "1")
        (asked,) = sent(page, "run")
        assert asked["changes"] == {"lr": "0,01"}
        page.evaluate("id => kernel.say({ id })", asked["id"])
        expect(note).to_have_text("")
        field.press("End")
        field.fill("0,02")
        field.press("Enter")
        expect(bar).to_have_attribute("aria-busy", "true")
        page.evaluate("id => kernel.say({ id })", sent(page, "run")[1]["id"])
        expect(bar).to_have_attribute("aria-busy", "false")
        expect(note).to_have_text("")

    def test_a_closed_connection(self, clocked):
        page = clocked
        player = show(page, *stepper_scene(controls="all"))
        page.evaluate("() => { model.send = () => { throw new Error('closed'); }; }")
        press(player, "Next batch")
        expect_place(player, "1")
        player.get_by_label("PyTorch's numbers").check()
        page.clock.run_for(3100)
        expect(player.locator(".lsqgrad-note")).to_contain_text("does not answer")

    def test_a_second_view_has_the_frames(self, page):
        player = show(page, *stepper_scene())
        press(player, "Next batch")
        page.evaluate("remove(); document.querySelector('main').replaceChildren()")
        page.evaluate("() => { kernel.delay = null; window.remove = view(); }")
        expect_place(player, "1")
        press(player, "Next batch")
        expect_place(player, "2")
        assert len(sent(page, "frames")) == 1

    def test_a_second_view_at_the_end_of_a_long_run(self, clocked):
        """The frames of its start are far away."""
        page = clocked
        player = show(page, *stepper_scene(last=600))
        slider = player.get_by_role("slider", name="Step")
        for place in (300, 600):
            slider.fill(str(place))
            page.clock.run_for(100)
            expect_place(player, str(place))
        page.evaluate("() => { view(); }")
        page.clock.run_for(4000)
        for view in page.locator(".lsqgrad-player").all():
            expect_place(view, "600")
            expect(view.locator(".lsqgrad-note")).to_have_text("")

    def test_predict_mode_goes_to_the_other_view_where_nothing_is_asked(self, page):
        show(page, *stepper_scene(last=1))
        page.evaluate("() => { view(); }")
        one, other = page.locator(".lsqgrad-player").all()
        press(one, "Next batch")
        expect_place(other, "1")
        press(one, "More")
        press(other, "More")
        one.get_by_label("Predict mode").check()
        expect(other.get_by_label("Predict mode")).to_be_checked()

    def test_two_views_go_together(self, page):
        show(page, *stepper_scene())
        page.evaluate("() => { view(); }")
        one, other = page.locator(".lsqgrad-player").all()
        press(one, "Next batch")
        expect_place(other, "1")
        press(other, "Next batch")
        expect_place(one, "2")


class TestNewRun:
    def test_a_longer_run(self, page):
        player = show(page, *stepper_scene(last=8, controls="all"))
        scene, frames = stepper_scene(last=16, run=1)
        scene["summary"] = "new run: <b>lr 0.01</b>"
        press(player, "Next batch")
        page.evaluate(
            """([scene, frames]) => {
                kernel.frames[1] = frames;
                model.set("scene", { ...scene, frames: { 0: frames[0] } });
            }""",
            [scene, frames],
        )
        expect(player).to_have_attribute("data-run", "1")
        expect_place(player, "0")
        expect(player.locator(".lsqgrad-note")).to_have_text("new run: <b>lr 0.01</b>")
        player.get_by_role("slider", name="Step").press("End")
        expect_place(player, "16")

    def test_a_wrong_setting(self, page):
        player = show(page, *stepper_scene(controls="all"), delay=SILENT)
        field = player.get_by_label("Batch size")
        field.fill("2.5")
        field.press("Enter")
        (asked,) = sent(page, "run")
        assert asked["changes"] == {"batch_size": "2.5"}
        text = "Batch size: expected an integer of at least 1, got <i>2.5</i>."
        answer = {"id": asked["id"], "note": text, "field": "batch_size"}
        page.evaluate("answer => kernel.say(answer)", answer)
        expect(player.locator(".lsqgrad-note")).to_have_text(text)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(text)
        expect(field).to_have_value("2.5")
        epochs = player.get_by_label("Epochs")
        expect(epochs).to_have_attribute("aria-invalid", "false")
        page.evaluate("() => kernel.say({ note: 'Epochs: expected more.', field: 'epochs' })")
        expect(epochs).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_attribute("aria-invalid", "true")  # what was refused is still there
        field.fill("2")
        field.press("Enter")
        expect(field).to_have_attribute("aria-invalid", "false")
        expect(epochs).to_have_attribute("aria-invalid", "true")
        scene, frames = stepper_scene(run=1, controls="all")
        page.evaluate("scene => model.set('scene', scene)", scene | {"frames": frames})
        expect(epochs).to_have_attribute("aria-invalid", "false")

    def test_enter_where_the_front_end_keeps_it(self, page):
        player = show(page, *stepper_scene(controls="all"))
        page.evaluate(
            """() => document.addEventListener("keydown", (event) => {
                if (event.key === "Enter") event.preventDefault(); // so that no change event comes
            })"""
        )
        player.get_by_label("Batch size").fill("5")
        page.keyboard.press("Enter")
        assert [one["changes"] for one in sent(page, "run")] == [{"batch_size": "5"}]
        page.keyboard.press("Tab")  # now it comes, and is not to be heeded
        assert len(sent(page, "run")) == 1

    def test_rate_by_powers_of_ten(self, page):
        player = show(page, *stepper_scene(controls="all"))
        player.get_by_role("slider", name="Rate by powers of ten").press("End")
        assert sent(page, "run")[0]["changes"] == {"lr": "1"}

    def test_progress(self, page):
        player = show(page, *stepper_scene(controls="all"))
        page.evaluate("kernel.say({ progress: '12 of 20000 epochs', stop: true })")
        expect(player.locator(".lsqgrad-note")).to_have_text("12 of 20000 epochs")
        page.evaluate("model.widget_manager = { kernel: { interrupt: () => (stopped = true) } }")
        press(player, "Stop")
        assert page.evaluate("stopped")
        page.evaluate("kernel.say({ note: 'Stopped.' })")
        expect(player.get_by_role("button", name="Stop")).to_be_hidden()
        expect(player.get_by_role("button", name="Next batch")).to_be_focused()

    def test_recorded_runs(self, page):
        scene, frames = stepper_scene(controls="all")
        scene["runs"] = ["lr 0.001", "lr <b>0.01</b>"]
        player = show(page, scene, frames)
        player.get_by_label("Run", exact=True).select_option("lr <b>0.01</b>")
        assert sent(page, "run")[0]["changes"] == {"recorded": 1}


class TestPrediction:
    def start(self, page):
        return show(page, *stepper_scene(predicting=True), first=("0", "0?"))

    def test_answers(self, page):
        player = self.start(page)
        expect_place(player, "0?")
        loss, w, b = (
            player.get_by_role("textbox", name=name) for name in ("Loss", "New w", "New b")
        )
        loss.press("Enter")
        expect(player.locator(".lsqgrad-checking")).to_contain_text("Nothing is typed yet")
        loss.fill("128.5")
        loss.press("Enter")
        expect(loss).to_have_accessible_description("✗ Is 1/n missing?")
        expect(loss).to_have_value("128.5")
        loss.fill("<i>")
        press(player, "Check")
        expect(loss).to_have_accessible_description(re.compile(r"^\? Loss: .* got '<i>'\.$"))
        expect_place(player, "0?")
        for field, text in [(loss, "257/4"), (w, "0,25"), (b, "−1")]:
            field.fill(text)
        press(player, "Check")
        expect_place(player, "1")
        expect(loss).to_have_accessible_description("✓ That is right.")
        expect(loss).to_be_disabled()
        expect(player.get_by_role("button", name="Next batch")).to_be_focused()
        press(player, "Next batch")
        expect_place(player, "1?")
        expect(loss).to_have_value("")
        expect(loss).to_have_accessible_description("")

    def test_enter_shows_the_result_and_goes_no_further(self, page):
        player = self.start(page)
        fields = [player.get_by_role("textbox", name=name) for name in ("Loss", "New w", "New b")]
        for field, text in zip(fields, ("64.25", "0.25", "-1"), strict=True):
            field.fill(text)
        page.keyboard.press("Enter")
        expect(player.get_by_role("button", name="Next batch")).to_be_focused()
        expect_place(player, "1")
        for field in fields:
            expect(field).to_have_accessible_description("✓ That is right.")

    def test_show_answer_and_back(self, page):
        player = self.start(page)
        player.get_by_label("New w").fill("1")
        press(player, "Check")
        press(player, "Show answer")
        expect_place(player, "1")
        expect(player.get_by_label("New w")).to_have_value("1")
        expect(player.get_by_label("New w")).to_have_accessible_description(
            re.compile("^✗ That is too")
        )
        press(player, "Previous batch")
        expect_place(player, "0?")
        player.get_by_role("slider", name="Step").press("End")
        expect_place(player, "40")

    def test_box(self, page):
        player = show(page, *stepper_scene(controls="all"))
        press(player, "Next batch")
        picture = player.locator(".lsqgrad-panels")
        before = picture.bounding_box()
        player.get_by_label("Predict mode").check()
        expect_place(player, "1?")
        assert picture.bounding_box() == before
        press(player, "More")  # the points of the batch stay
        expect(player.locator(".lsqgrad-arithmetic")).to_be_visible()
        expect(player.locator(".lsqgrad-arithmetic")).to_contain_text("4.66667")
        press(player, "More")
        player.get_by_label("Predict mode").uncheck()
        expect_place(player, "1")

    def test_an_answer_stays_when_the_scene_changes(self, page):
        player = self.start(page)
        press(player, "Show answer")
        expect_place(player, "1")
        scene, frames = stepper_scene(run=1, predicting=True, place="1")
        page.evaluate("scene => model.set('scene', scene)", scene | {"frames": frames})
        expect(player).to_have_attribute("data-run", "1")
        expect_place(player, "1")

    def test_a_new_run_asks_anew(self, page):
        player = self.start(page)
        loss = player.get_by_role("textbox", name="Loss")
        expect(loss).to_be_visible()
        for run, compare, text in [(1, False, ""), (2, True, "7"), (3, True, "")]:
            loss.fill("7")
            press(player, "Check")
            expect(loss).not_to_have_accessible_description("")
            scene, frames = stepper_scene(run=run, predicting=True)
            first = {key: frames[key] for key in ("0", "0?")}
            page.evaluate(
                "scene => model.set('scene', scene)", scene | {"frames": first, "compare": compare}
            )
            expect(player).to_have_attribute("data-run", str(run))
            expect(loss).to_have_value(text)
            assert bool(
                loss.evaluate("loss => loss.closest('div').innerText.includes('✗')")
            ) == bool(text)

    def test_choices(self, page):
        player = show(page, *walker_scene(predicting=True), first=("0", "0?"))
        status = player.get_by_role("status")
        player.get_by_role("button", name="A", exact=True).press("Enter")
        expect(status).to_have_text(
            re.compile("^A is not right. A sign is lost.\nLine 1 of 5. Which")
        )
        expect(player.get_by_role("button", name="A", exact=True)).to_be_disabled()
        expect(player.get_by_role("button", name="B", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        expect(status).to_have_text("B is right.\nLine 2 of 5: rule 1.")
        expect(player.locator(".lsqgrad-line:visible")).to_have_count(2)
        expect(player.get_by_role("button", name="Next line")).to_be_focused()
        page.keyboard.press("Enter")
        expect_place(player, "2")  # of which nothing is asked
        page.keyboard.press("Enter")
        expect_place(player, "2?")
        expect(player.get_by_role("button", name="A", exact=True)).to_be_enabled()
        press(player, "A")
        player.get_by_role("slider", name="Line").press("ArrowRight")
        expect_place(player, "3?")  # with the same choices
        expect(player.get_by_role("button", name="A", exact=True)).to_be_enabled()

    def test_answer_field(self, page):
        scene, frames = answer_scene()
        player = show(page, scene, frames)
        player.get_by_label("Answer").fill("1/3<b>")
        player.get_by_label("Answer").press("Enter")
        assert [one["text"] for one in sent(page, "check")] == ["1/3<b>"]
        answer = {"run": 0, "id": 1, "frames": {"0": frames["0"] | {"status": "No."}}}
        page.evaluate("answer => kernel.say(answer)", answer)
        expect(player.get_by_role("status")).to_have_text("No.")
        expect(player.get_by_label("Answer")).to_have_value("1/3<b>")


ASKED = {
    "a choice": choice(
        "b", a="Which way is <i>up</i>? " * 9, b="Each step leads uphill.", c="Why?"
    ),
    "a number": Value(-0.7449, "4.6667w + b = −0.7449.", {"What does b do?": -1.6094}),
}


class TestPredictionAlone:
    """A question in a notebook, as a file: no kernel judges."""

    @pytest.fixture
    def ask(self, page, tmp_path, monkeypatch):
        def ask(name, **options):
            monkeypatch.setitem(PREDICTIONS, name, ASKED[name])
            Prediction(name, **options).to_html(tmp_path / "asked.html")
            page.goto((tmp_path / "asked.html").as_uri())
            expect(page.locator(".lsqgrad-player[data-place]")).to_have_count(1)
            return page.locator(".lsqgrad-player")

        return ask

    def test_a_choice(self, page, ask):
        player = ask("a choice")
        status = player.get_by_role("status")
        letter = {name: player.get_by_role("button", name=name, exact=True) for name in "abc"}
        expect(status).to_have_text("Choose a, b or c.")
        letter["a"].press("Enter")
        expect(status).to_have_text(
            re.compile(r"^a is not right\. Which way is <i>up</i>\? .*\?\s*$")
        )
        expect(letter["a"]).to_be_disabled()
        expect(letter["b"]).to_be_focused()
        page.keyboard.press("n")
        expect_place(player, "0?")
        page.keyboard.press(" ")
        expect(status).to_have_text("b is right. Each step leads uphill.")
        for one in letter.values():
            expect(one).to_be_visible()
            expect(one).to_be_disabled()
        assert player.evaluate("player => document.activeElement === player")
        expect(player.get_by_role("button")).to_have_count(3)

    def test_a_number(self, page, ask):
        player = ask("a number")
        field = player.get_by_role("textbox", name="Prediction")
        field.press("Enter")
        expect(player).to_contain_text(
            "Nothing is typed yet: write a number, or press Show answer."
        )
        for typed, said in [
            ("-1,6094", "✗ What does b do?"),
            ("0.7449", "✗ The size is right, but not the sign."),
            ("-0.9", "✗ That is too small."),
            ("<b>", re.compile(r"^\? Prediction: expected a number .* got '<b>'\.$")),
        ]:
            field.fill(typed)
            press(player, "Check")
            expect(field).to_have_accessible_description(said)
            expect_place(player, "0?")
        expect(player).not_to_contain_text("0.7449.")
        field.fill("4.6667 × (−0.34487) + 0.86449")
        field.press("Enter")
        expect(field).to_have_accessible_description("✓ That is right.")
        expect(field).to_be_disabled()
        expect(player.get_by_role("status")).to_have_text("4.6667w + b = −0.7449.")

    @pytest.mark.parametrize("name", ASKED)
    def test_the_answer_is_shown_when_it_is_asked_for(self, page, ask, name):
        player = ask(name)
        for key in ("n", " "):  # as who scrolls the page
            page.keyboard.press(key)
        player.focus()
        page.keyboard.press("n")
        expect_place(player, "0?")
        press(player, "Show answer")
        expect(player.get_by_role("status")).to_contain_text(re.compile("^(b is right|4.6667w)"))
        expect(player.get_by_role("button", name="Show answer")).to_have_count(0)

    @pytest.mark.parametrize("name", ASKED)
    @pytest.mark.parametrize("size", [LAB, PHONE, PROJECTOR], ids=["lab", "phone", "projector"])
    def test_it_is_small_and_can_be_read(self, page, ask, name, size):
        page.set_viewport_size(size)
        large = size is PROJECTOR
        player = ask(name, size="projector" if large else "notebook")
        row = 50 if large else 36
        assert player.bounding_box()["height"] <= (3 if size is PHONE else 2) * row
        for press_ in ("Check", "a", "Show answer"):
            button = player.get_by_role("button", name=press_, exact=True)
            if button.count():
                button.click()
            assert violations(page, ".lsqgrad-player") == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            smallest = player.evaluate(
                """player => Math.min(...[...player.querySelectorAll("*")]
                    .filter((node) => node.checkVisibility())
                    .map((node) => parseFloat(getComputedStyle(node).fontSize)))"""
            )
            assert smallest >= (15 if large else 13)

    def test_keys_that_nothing_has_are_for_the_player_below(self, page, ask, tmp_path):
        ask("a choice")
        path = tmp_path / "asked.html"
        (player,) = show_file(page, tmp_path / "stepper.html", stepper_scene(last=9))
        stepper = (tmp_path / "stepper.html").read_text(encoding="utf-8")
        body = re.search(r"<div class='lsqgrad-file'>.*</div>", stepper, re.S)[0]
        both = path.read_text(encoding="utf-8").replace("</main>", f"{body}</main>")
        path.write_text(both, encoding="utf-8")
        page.goto(path.as_uri())
        player = page.locator(".lsqgrad-stepper[data-place]")
        expect(player).to_have_count(1)
        page.keyboard.press("n")
        expect_place(player, "1")
        expect_place(page.locator(".lsqgrad-prediction"), "0?")


def point(player, panel, x, y):
    """Return the place in the page of a pixel of a panel's picture."""
    box = player.locator(f"[data-panel={panel}] svg").bounding_box()
    return box["x"] + box["width"] * x / 380, box["y"] + box["height"] * y / 260


class TestTouch:
    def test_loss_curve(self, page):
        player = show(page, *stepper_scene())
        page.mouse.click(*point(player, "losses", 205, 100))
        expect_place(player, "20")

    def test_start(self, page):
        player = show(page, *stepper_scene())
        page.mouse.move(*point(player, "path", 60, 60))
        page.mouse.down()
        page.mouse.move(*point(player, "path", 205, 115))
        expect(player.locator("[data-panel=path] .lsqgrad-ghost")).to_be_visible()
        assert not sent(page, "run")
        page.mouse.up()
        expect(player.locator("[data-panel=path] .lsqgrad-ghost")).to_be_hidden()
        changes = sent(page, "run")[0]["changes"]
        assert changes == pytest.approx({"w": 1, "b": 0.5}, abs=0.02)

    def test_start_in_a_file(self, page):
        player = show(page, *stepper_scene(controls="all"), live=False)
        page.mouse.click(*point(player, "path", 205, 115))
        press(player, "Next batch")
        expect_place(player, "1")
        expect_told(page, {"run": 0, "at": "1", "predicting": False, "moves": 0})
        assert len(page.evaluate("kernel.sent")) == 1
        expect(player.get_by_label("Learning rate")).to_have_count(0)
        expect(player.get_by_label("PyTorch's numbers")).to_be_hidden()

    def test_handle(self, page):
        player = show(page, *explorer_scene(), delay=SILENT)
        page.mouse.move(*point(player, "data", 80, 120))
        page.mouse.down()
        for x in (90, 100, 110):
            page.mouse.move(*point(player, "data", x, 115))
        (first,) = sent(page, "drag")
        assert (first["handle"], first["panel"]) == ("left", "data")
        page.evaluate("id => kernel.say({ id })", first["id"])
        first, newest = sent(page, "drag")
        assert (newest["x"], newest["y"]) == pytest.approx((70 / 33, 10), abs=0.05)
        page.mouse.up()
        page.mouse.move(*point(player, "data", 200, 115))
        assert not sent(page, "run")
        page.evaluate("id => kernel.say({ id })", newest["id"])
        assert len(sent(page, "drag")) == 2
        assert [one["changes"] for one in sent(page, "run")] == [{}]

    def test_a_handle_that_is_held_while_the_scene_changes(self, page):
        scene, frames = explorer_scene()
        player = show(page, scene, frames)
        page.mouse.move(*point(player, "data", 80, 120))
        page.mouse.down()
        page.evaluate(
            "scene => model.set('scene', scene)", scene | {"run": 1, "frames": {"0": frames["0"]}}
        )
        page.mouse.move(*point(player, "data", 205, 115))
        page.wait_for_function("kernel.sent.at(-1).x > 4.9")
        page.mouse.up()
        page.wait_for_function("kernel.sent.at(-1).do === 'run'")

    def test_a_small_part_of_a_large_number(self, page):
        scene, frames = explorer_scene()
        scene["panels"][0]["touch"]["x"][2:] = [1e6, 1e6 + 1]
        player = show(page, scene, frames)
        page.mouse.move(*point(player, "data", 80, 120))
        page.mouse.down()
        page.wait_for_function("kernel.sent.at(-1).do === 'drag'")
        page.evaluate("kernel.sent.length = 0")
        page.mouse.move(*point(player, "data", 205, 115))
        page.wait_for_function("kernel.sent.length")
        assert sent(page, "drag")[-1]["x"] == pytest.approx(1e6 + 0.5, rel=0, abs=0.01)


def heights(player):
    """Return where the parts of a player begin, in pixels below its top."""
    return player.evaluate(
        """player => Object.fromEntries(["status", "panels", "calculation"].map(name => [name,
            player.querySelector(`.lsqgrad-${name}`).getBoundingClientRect().top
                - player.getBoundingClientRect().top]))"""
    )


def columns(player):
    return player.locator(".lsqgrad-arithmetic tbody tr").first.evaluate(
        "row => [...row.children].map(cell => cell.getBoundingClientRect().x)"
    )


class TestLayout:
    @pytest.mark.parametrize("size", [LAB, PROJECTOR, PHONE], ids=["lab", "projector", "phone"])
    @pytest.mark.parametrize("predicting", [False, True])
    def test_no_scrolling_to_the_side(self, page, size, predicting):
        page.set_viewport_size(size)
        place = "0?" if predicting else "0"
        scene, frames = stepper_scene(controls="all", predicting=predicting)
        show(page, scene, frames, first=(place,))
        wide = "() => document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(wide) == 0

    @pytest.mark.parametrize("width", [1200, 1740])
    def test_no_number_is_broken(self, page, width):
        """Nor does the table leave its box, with numbers of a run that diverges beside another."""
        page.set_viewport_size({"width": width, "height": 900})
        step = sgd_by_hand(*line_data(), [[0]], 0, lr=0.5)[-1]
        scene, frames = stepper_scene(last=1, controls="all")
        lines = arithmetic(step, FORMS[0], step)
        frames["1"]["tables"] = {FORMS[0]: arithmetic_table(lines)}
        player = show(page, scene, frames)
        press(player, "Next batch")
        heights = player.locator(".lsqgrad-number, thead th").evaluate_all(
            """cells => cells.map(cell => {
                const words = document.createRange();
                words.selectNodeContents(cell);
                return words.getBoundingClientRect().height;
            })"""
        )
        assert len(heights) > 20
        assert max(heights) < 25  # of one line
        box = player.locator(".lsqgrad-arithmetic")
        assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0

    def test_nothing_jumps(self, page):
        player = show(page, *stepper_scene(controls="all"))
        press(player, "Next batch")
        height = player.bounding_box()["height"]
        places, edges = heights(player), columns(player)
        for _ in range(3):
            press(player, "Next batch")
            assert player.bounding_box()["height"] == height
            assert (heights(player), columns(player)) == (places, edges)
        player.get_by_role("button", name="Play").click()
        assert heights(player) == places

    def test_one_screen_of_a_laptop(self, page):
        player = show(page, *stepper_scene(controls="all"))
        picture = player.locator(".lsqgrad-panels").bounding_box()
        assert picture["y"] + picture["height"] <= 360
        assert player.bounding_box()["height"] <= 700
        page.mouse.wheel(0, 1000)
        expect(player.get_by_role("button", name="Next batch")).to_be_in_viewport(ratio=1)

    def test_the_moves_on_a_phone_are_not_covered(self, page):
        page.set_viewport_size(PHONE | {"height": 300})
        player = show(page, *stepper_scene())
        page.mouse.wheel(0, 200)
        page.wait_for_function("scrollY > 0")
        for part in player.locator(".lsqgrad-bar > :visible").all():
            assert part.evaluate(
                """part => {
                    const { x, y, width, height } = part.getBoundingClientRect();
                    const seen = document.elementFromPoint(x + width / 2, y + height / 2);
                    return part.contains(seen);
                }"""
            )

    def test_the_last_row_is_seen_where_others_are_long(self, page):
        scene, frames = stepper_scene(controls="all")
        numbers = "(9.87822 − 0.86449)·4.66667"
        arithmetic = frames["1"]["tables"]["scalar sums"].replace(numbers, f"{numbers} " * 3, 4)
        frames["1"]["tables"]["scalar sums"] = arithmetic
        player = show(page, scene, frames)
        press(player, "Next batch")
        rows = player.locator(".lsqgrad-arithmetic tbody tr")
        (first, *_, last) = (row.bounding_box()["height"] for row in rows.all())
        assert first > 1.5 * last
        box = player.locator(".lsqgrad-arithmetic")
        assert box.evaluate("box => box.scrollHeight - box.clientHeight") == 0

    def test_the_matrices_of_a_batch_are_seen_where_there_are_several_features(self, page):
        X, Y = [[-1 / 3, 2 / 3, -1 / 7]] * 4, [[1 / 7]] * 4
        step = sgd_by_hand(X, Y, [[1 / 3]] * 3, 0, batch_size=4, dtype="float64")[1]
        scene, frames = stepper_scene(controls="all")
        scene["missing"] = "The data have 3 features."
        frames["1"]["tables"] = {FORMS[0]: arithmetic_table(arithmetic(step, "matrix product"))}
        player = show(page, scene, frames)
        press(player, "Next batch")
        expect(player.locator(".lsqgrad-matrix")).to_have_count(14)
        box = player.locator(".lsqgrad-arithmetic")
        assert box.evaluate("box => box.scrollHeight - box.clientHeight") == 0

    def test_the_arithmetic_beside_the_pictures(self, page):
        page.set_viewport_size({"width": 1760, "height": 800})
        player = show(page, *stepper_scene(controls="all"))
        press(player, "Next batch")
        pictures = player.locator(".lsqgrad-panels").bounding_box()
        box = player.locator(".lsqgrad-arithmetic")
        assert box.bounding_box()["x"] > pictures["x"] + pictures["width"]
        assert box.evaluate("box => box.scrollHeight - box.clientHeight") <= 0

    def test_one_screen_of_a_projector(self, page):
        page.set_viewport_size(PROJECTOR)
        player = show(page, *stepper_scene(size="projector"))
        press(player, "Next batch")
        assert player.bounding_box()["height"] <= PROJECTOR["height"]
        shown = player.locator(".lsqgrad-panel:visible")
        expect(shown).to_have_count(2)
        assert all(one.bounding_box()["width"] >= 468 for one in shown.all())
        expect(player.get_by_role("status")).to_have_text(
            "Step 1: loss 235.8, w = -0.142, b = 0.8944."
        )
        rows = player.locator(".lsqgrad-arithmetic tr:visible")
        expect(rows).to_have_count(1)
        expect(rows.locator("th")).to_have_text("L")
        page.keyboard.press("r")
        expect(rows.locator("th")).to_have_text("Σx²")
        page.keyboard.press("o")
        expect(player.locator("[data-panel=path]")).to_be_visible()
        expect(player.locator("[data-panel=losses]")).to_be_hidden()

    @pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
    @pytest.mark.parametrize("width", [844, 1024])  # in a cell of JupyterLab, and alone
    def test_matrices_on_a_projector(self, page, width, several):
        page.set_viewport_size(PROJECTOR | {"width": width})
        scene, frames = stepper_scene(size="projector", form="matrix product")
        scene["missing"] = "The data have 3 features." if several else ""
        if several:
            scene["panels"] = scene["panels"][1:3]
        player = show(page, scene, frames)
        before = heights(player)
        press(player, "Next batch")
        assert heights(player) == before
        assert player.bounding_box()["height"] <= PROJECTOR["height"]
        hidden = "box => box.scrollHeight - box.clientHeight"
        assert player.locator(".lsqgrad-arithmetic").evaluate(hidden) == 0
        assert player.get_by_role("slider", name="Step").bounding_box()["width"] >= 80
        inside = "bar => bar.scrollWidth - bar.clientWidth"
        assert player.locator(".lsqgrad-bar").evaluate(inside) == 0
        assert player.locator(".lsqgrad-bar").bounding_box()["height"] <= 40

    @pytest.mark.parametrize("size", [PROJECTOR, HALL], ids=["projector", "hall"])
    def test_points_of_the_batch_in_large_type(self, page, size):
        page.set_viewport_size(size)
        scene = stepper_scene(size="projector", predicting=True)
        player = show(page, *scene, first=("0?",))
        box = player.locator(".lsqgrad-arithmetic")
        assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0
        assert box.evaluate("box => box.scrollHeight - box.clientHeight") == 0
        rows = [row.bounding_box() for row in box.locator("tr").all()]
        assert len(rows) == 4
        assert all(one["y"] + one["height"] <= other["y"] + 1 for one, other in pairwise(rows))
        one_line = "cells => Math.max(...cells.map(cell => cell.clientHeight)) < 50"
        assert box.locator("td").evaluate_all(one_line)
        assert player.bounding_box()["height"] <= size["height"]

    def test_it_grows_with_the_screen(self, page):
        page.set_viewport_size(HALL)
        player = show(page, *stepper_scene())
        player.evaluate("player => { player.requestFullscreen = undefined; }")
        press(player, "More")
        press(player, "Present")
        press(player, "Next batch")
        for part in ("status", "bar", "arithmetic"):
            size = "part => parseFloat(getComputedStyle(part).fontSize)"
            assert player.locator(f".lsqgrad-{part}").evaluate(size) > 30, part
        panels = [one.bounding_box() for one in player.locator(".lsqgrad-panel:visible").all()]
        assert all(box["width"] > 900 for box in panels)
        assert panels[0]["y"] == panels[1]["y"]
        assert player.bounding_box()["height"] <= HALL["height"]

    def test_present(self, page):
        player = show(page, *stepper_scene(controls="all"))
        press(player, "Present")
        expect(player.get_by_label("Batch size")).to_be_hidden()
        expect(player.get_by_role("button", name="Next batch")).to_be_focused()
        expect(player.locator(".lsqgrad-panel:visible")).to_have_count(2)
        assert page.evaluate("document.fullscreenElement.className").startswith("lsqgrad-player")
        page.evaluate("() => document.exitFullscreen()")
        expect(player.locator(".lsqgrad-panel:visible")).to_have_count(3)
        expect(player.get_by_label("Batch size")).to_be_visible()

    def test_present_where_the_screen_is_not_given(self, page):
        player = show(page, *stepper_scene(controls="all"))
        player.evaluate("player => { player.requestFullscreen = undefined; }")
        press(player, "Present")
        press(player, "More")
        press(player, "End presentation")
        expect(player.locator(".lsqgrad-panel:visible")).to_have_count(3)
        press(player, "Present")
        press(player, "Next row")
        page.keyboard.press("Escape")
        expect(player.get_by_role("button", name="Next row")).to_be_hidden()
        expect(player.get_by_role("button", name="Next batch")).to_be_focused()
        press(player, "Present")
        expect(player.locator(".lsqgrad-panel:visible")).to_have_count(2)
        page.keyboard.press("Escape")
        expect(player.locator(".lsqgrad-panel:visible")).to_have_count(3)

    def test_the_newest_lines_are_in_view(self, page):
        page.set_viewport_size(PROJECTOR)
        player = show(page, *walker_scene(size="projector"), live=False)
        player.get_by_role("slider", name="Line").press("End")
        for line in player.locator(".lsqgrad-line").all()[-3:]:
            expect(line).to_be_in_viewport(ratio=1)

    def test_loss_axis(self, page):
        player = show(page, *stepper_scene(controls="all"))
        player.get_by_label("Loss axis").select_option("logarithmic")
        expect(player.locator("[data-panel=losses-logarithmic]")).to_be_visible()
        expect(player.locator("[data-panel=losses]")).to_be_hidden()
        press(player, "Next batch")
        assert history(player, "losses-logarithmic") == 1

    def test_arithmetic(self, page):
        player = show(page, *stepper_scene())
        expect(player.locator(".lsqgrad-arithmetic")).to_be_hidden()
        more = player.get_by_role("button", name="More")
        expect(more).to_have_attribute("aria-expanded", "false")
        more.press("Enter")
        expect(more).to_have_attribute("aria-expanded", "true")
        press(player, "Next batch")
        player.get_by_role("radio", name="scalar sums").press("ArrowRight")
        table = player.locator(".lsqgrad-arithmetic table")
        expect(table).to_have_attribute("data-form", "matrix product")

    def test_a_graph(self, page):
        player = show(page, *graph_scene())
        press(player, "Next node")
        assert history(player, "graph") == 1
        assert player.locator("[data-panel=graph] .history > g").nth(1).is_visible()

    @pytest.mark.parametrize("size", [PHONE, PROJECTOR], ids=["phone", "projector"])
    def test_a_graph_that_has_no_room(self, page, size):
        page.set_viewport_size(size)
        scene, frames = graph_scene(size="projector" if size is PROJECTOR else "notebook")
        scene["panels"][0]["height"] = 500
        player = show(page, scene, frames)
        room = player.get_by_role("group", name="Pictures")
        assert player.locator("svg").bounding_box()["width"] >= 900
        expect(room).to_have_attribute("tabindex", "0")
        player.get_by_role("slider", name="Node").press("End")
        framed = player.locator("[data-panel=graph] .history > g").last
        expect(framed).to_be_in_viewport(ratio=1)
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") == 0
        assert violations(page, ".lsqgrad-player") == []
        page.set_viewport_size(HALL)
        expect(room).to_have_attribute("tabindex", "-1")

    def test_dark(self, page):
        player = show(page, *stepper_scene(controls="all"))
        look = "player => getComputedStyle(player).filter.split('(')[0]"
        assert player.evaluate(look) == "none"
        page.evaluate("() => { document.body.dataset.jpThemeLight = 'false'; }")
        assert player.evaluate(look) == "invert"
        page.emulate_media(media="print")
        assert player.evaluate(look) == "none"

    def test_dark_file(self, page):
        player = show(page, *stepper_scene(), live=False)
        page.emulate_media(color_scheme="dark")
        look = "player => getComputedStyle(player).filter.split('(')[0]"
        assert player.evaluate(look) == "none"  # in a notebook it is the theme that counts
        page.evaluate(
            """() => {
                const [main, file] = ["main", "div"].map((tag) => document.createElement(tag));
                file.className = "lsqgrad-file";
                main.append(file);
                file.append(document.querySelector(".lsqgrad-player"));
                document.body.append(main);
            }"""
        )
        assert player.evaluate(look) == "invert"


STATES = {
    "few": stepper_scene(),
    "all": stepper_scene(controls="all"),
    "predict": stepper_scene(controls="all", predicting=True),
    "projector": stepper_scene(size="projector"),
    "walker": walker_scene(controls="all"),
    "choices": walker_scene(predicting=True),
    "graph": graph_scene(),
    "explorer": explorer_scene(),
    "answer": answer_scene(),
}


@pytest.mark.parametrize("state", STATES)
def test_accessibility(page, state):
    scene, frames = STATES[state]
    player = show(page, scene, frames, first=(scene["start"]["place"],))
    for move in ("Next batch", "Next line", "Next node"):
        button = player.get_by_role("button", name=move)
        if button.count() and button.is_visible() and not scene["start"]["predicting"]:
            button.click()
    if state == "predict":
        player.get_by_role("textbox", name="Loss").fill("7")
        press(player, "Check")
    assert violations(page, ".lsqgrad-player") == []


def test_targets_are_large_enough(page):
    player = show(page, *stepper_scene(controls="all"))
    small = player.locator("button:visible, input:visible, select:visible").evaluate_all(
        """parts => parts.map((part) => (part.closest("label") ?? part).getBoundingClientRect())
            .filter(({ width, height }) => Math.min(width, height) < 24).length"""
    )
    assert small == 0
