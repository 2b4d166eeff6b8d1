"""Measure the widgets in a browser, against a bare label and against the usual way.

    python benchmarks/widgets.py [--write] [--strict]

Prints Markdown tables; --write puts them into benchmarks/README.md, which tells the method, and
--strict makes the exit status 1 if a goal is missed.
"""

import re
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import expect
from relay import delayed
from report import (
    Goal,
    describe,
    finish,
    in_rounds,
    ratio,
    read_options,
    table,
    table_of_goals,
    table_of_times,
)

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

import browser  # noqa: E402

FLOOR, USUAL, STEPPER = "floor", "usual", "lsqgrad-stepper"  # CSS classes of what is measured
WALKER, GRAPH_WALKER, EXPLORER = "lsqgrad-walker", "lsqgrad-graphwalker", "lsqgrad-explorer"
AT_ONCE = ", at once"  # the same, by the other method
ALL = ", with all that *More* opens"
NEW_RUN, ALL_FRAMES, DRAG = "new run of 40 steps", "new run, all of its frames", "drag"
NEAR_START, NEAR_END, JUMP = "near step 40 of 10,000", "near step 10,000", "jump out of the window"
ROUNDS = 3  # what is compared is measured in turn, so that a slow moment hits all of it alike
FEW_ROUNDS = 2  # of what is slow
CLICKS, NEW_RUNS, MOVES = 10, 3, 10  # in a round
LINES, NODES = 8, 8  # that the derivation has after the first; three forward, five backward
EPOCH, EARLY, STEPS, LAST = 4, 40, 40, 10_000  # positions in the long run, and in the short one
WALK, WARM_UP = 1_000, 500  # steps forward, and as many back, while the memory is watched
SPEED, SECONDS = 30, 4  # of Play
SILENCE = 0.5  # seconds without a message: nothing is on its way any more
DELAYS = (0.02, 0.06)  # each way, in seconds: a server in the same country, and a hub
SCREEN = {"width": 1480, "height": 1000}  # a whole player is in view
PACKAGES = ("jupyterlab", "notebook", "voila", "anywidget", "ipywidgets", "matplotlib")


class Area:
    """A part of the page with buttons and a position; stopwatch.js knows how each one shows it."""

    def __init__(self, page, name):
        self.page = page
        self.name = name
        self.root = page.locator(f".{name}")
        self.find = self.root.locator

    def press(self, button, *positions):
        """Press a button once for each position that it leads to; return the milliseconds."""
        return [self._stopwatch("press", button, {"position": at}) for at in positions]

    def press_at_once(self, button, *positions):
        """The same without a pause between presses."""
        return [self._stopwatch("pressAtOnce", button, {"position": at}) for at in positions]

    def press_key(self, element, key, **state):
        """Press a key; return the milliseconds until `state` was on the screen."""
        self._stopwatch("listen", "keydown", state)
        element.press(key)
        return self._stopwatch("heard")

    def slide(self, position):
        """Pull the slider to a position; return the milliseconds."""
        return self._stopwatch("slide", position)

    def drag(self, handle, x, y):
        """Move a handle that is held by so many pixels; return the milliseconds to the answer."""
        self._stopwatch("listenForChange", "pointermove")
        box = handle.bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y)
        return self._stopwatch("heard")

    def walk(self, button, positions):
        """Press a button for each position too, but without waiting for the screen."""
        self._stopwatch("walk", button, list(positions))

    def play(self):
        """Return the positions that were painted while it played."""
        return self._stopwatch("play", SECONDS)

    def new_run(self, field):
        """Press Enter in a field; return the milliseconds to the first paint, and to all frames."""
        run = int(self.root.get_attribute("data-run")) + 1
        self.page.evaluate("last => stopwatch.awaitFrames('keydown', last)", STEPS)
        first = self.press_key(field, "Enter", position=0, run=run)
        return first, self.page.evaluate("stopwatch.arrived()")

    def _stopwatch(self, method, *arguments):
        return self.page.evaluate(
            "([method, given]) => stopwatch[method](...given)", [method, [self.name, *arguments]]
        )


def main():
    options = read_options("Measure the widgets in a browser.")
    with browser.chromium(browser.find_chromium()) as chromium:
        machine = describe(PACKAGES, f"Chromium {chromium.version}")
        lab = partial(opened, browser.JUPYTERLAB, chromium)
        with lab("three_ways.ipynb") as page:
            beside = in_rounds(partial(three_ways_beside, page), ROUNDS)
            draws = draws_for_moves(page)
        away = {}
        for delay in DELAYS:
            with lab("three_ways.ipynb", delay) as page:
                away[delay] = in_rounds(partial(three_ways, page), FEW_ROUNDS)
        with lab("long_run.ipynb") as page:
            beside |= in_rounds(partial(both_ends, page), ROUNDS)
            kernel_growth, page_growth = memory_growth(page)
        with lab("long_run.ipynb", DELAYS[-1]) as page:
            away[DELAYS[-1]] |= across_the_edge(page)
            played = play(page)
        with lab("others.ipynb") as page:
            others = in_rounds(partial(other_players, page), ROUNDS)
        front_ends = {browser.JUPYTERLAB.name: beside}
        for front_end in (browser.NOTEBOOK, browser.VOILA):
            with opened(front_end, chromium, "three_ways.ipynb") as page:
                front_ends[front_end.name] = in_rounds(partial(floor_and_stepper, page), FEW_ROUNDS)
        if browser.MARIMO.python.exists():
            with opened(browser.MARIMO, chromium, "marimo_ways.py") as page:
                front_ends[browser.MARIMO.name] = in_rounds(
                    partial(floor_and_stepper, page), ROUNDS
                )
        file, front_ends["a file"] = in_a_file(chromium)
    goals = goals_of(beside, away[DELAYS[-1]], others)
    goals += [
        Goal("new run: all 41 frames are there", median(beside[ALL_FRAMES]) / 1000, 1, " s"),
        Goal(
            f"*Play* at {SPEED} a second, 120 ms away: positions painted, "
            f"of those in {SECONDS} seconds",
            *(len(played), SPEED * SECONDS - 1, ""),
            at_least=True,
        ),
        Goal("positions that *Play* left out", max(played) - min(played) + 1 - len(played), 0),
        Goal("draws in the kernel for 40 presses", draws, 0),
        Goal(f"memory of the kernel after {WALK:,} steps and back", kernel_growth, 5, " MB"),
        Goal(f"memory of the page after {WALK:,} steps and back", page_growth, 1, " MB"),
        *file,
    ]
    parts = [machine, table_of_goals(goals), table_of_methods(beside)]
    parts += [table_of_all_times(beside, away, others), table_of_front_ends(front_ends)]
    return finish(options, "widgets", goals, parts)


@contextmanager
def opened(front_end, chromium, name, delay=0):
    """Run a copy of a notebook, since a front end saves what it opens; yield its page."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = scratch / "notebooks"
        folder.mkdir()
        shutil.copy(HERE / name, folder)
        url = stack.enter_context(front_end.serve(folder, scratch / "server"))(name)
        if delay:
            url = stack.enter_context(delayed(url, delay))
        page = front_end.open(chromium, url, viewport=SCREEN)
        stack.callback(page.close)
        front_end.run_all(page)
        page.locator(".lsqgrad-player[data-place]").last.wait_for(state="attached")
        page.evaluate((HERE / "stopwatch.js").read_text(encoding="utf-8"))
        yield page


# What is measured


def floor_and_stepper(page):
    """Press *Next batch* in turn."""
    return {name: next_batches(Area(page, name)) for name in (FLOOR, STEPPER)}


def three_ways(page):
    """Press *Next batch* in all three ways, in the stepper with little open and with all."""
    times = {name: next_batches(Area(page, name)) for name in (FLOOR, USUAL, STEPPER)}
    with all_open(page) as stepper:
        return times | {STEPPER + ALL: next_batches(stepper)}


def three_ways_beside(page):
    """The same, and by the other method, and begin new runs."""
    times = three_ways(page)
    for name in (FLOOR, STEPPER):
        times[name + AT_ONCE] = next_batches(Area(page, name), Area.press_at_once)
    with all_open(page) as stepper:
        return times | new_runs(stepper)


@contextmanager
def all_open(page):
    """Press *More*, and again at the end; yield the stepper."""
    stepper = Area(page, STEPPER)
    more = stepper.root.get_by_role("button", name="More", exact=True)
    more.click()
    yield stepper
    more.click()


def next_batches(area, press=Area.press):
    """Press *Next batch* from the start on; the floor and the usual way go there by themselves."""
    if area.name == STEPPER:
        area.press_at_once("Reset", 0)
    return press(area, "Next batch", *range(1, CLICKS + 1))


def new_runs(stepper):
    """Change the learning rate; wait for the start of the new run, and for all of its frames."""
    times = []
    for _ in range(NEW_RUNS):
        stepper.press_at_once("Reset", 0)
        stepper.press_at_once("Next batch", 1)  # so that all that is shown has to change
        field = stepper.root.get_by_role("textbox", name="Learning rate", exact=True)
        field.fill("0.002" if float(field.input_value()) == 0.001 else "0.001")
        times.append(stepper.new_run(field))
    return dict(zip((NEW_RUN, ALL_FRAMES), zip(*times, strict=True), strict=True))


def draws_for_moves(page):
    """Return how often the kernel draws while *Next batch* is pressed 40 times."""
    stepper = Area(page, STEPPER)
    stepper.press_at_once("Reset", 0)
    before = reading(page, "Count draws", ".draws", 1)
    stepper.press_at_once("Next batch", *range(1, STEPS + 1))
    return reading(page, "Count draws", ".draws", 2) - before


def other_players(page):
    """Walk through a derivation and a graph, drag a line, and change the label as often."""
    times = {FLOOR: Area(page, FLOOR).press("Next batch", *range(1, CLICKS + 1))}
    for name, button, last in ((WALKER, "Next line", LINES), (GRAPH_WALKER, "Next node", NODES)):
        walker = Area(page, name)
        walker.press_at_once("Reset", 0)
        times[name] = walker.press(button, *range(1, last + 1))
    return times | {DRAG: drags(Area(page, EXPLORER))}


def drags(explorer):
    """Drag a handle of the line up and down."""
    handle = explorer.find("[data-handle]").first
    handle.scroll_into_view_if_needed()
    handle.hover(force=True)
    explorer.page.mouse.down()
    times = [explorer.drag(handle, 0, 9 * (-1) ** k) for k in range(MOVES)]
    explorer.page.mouse.up()
    return times


def both_ends(page):
    """Press *Next batch* near step 40 and near the last one of the same run."""
    stepper = Area(page, STEPPER)
    stepper.press_at_once("Reset", 0)
    stepper.press_at_once("Next epoch", *range(EPOCH, EARLY + 1, EPOCH))
    near_start = stepper.press("Next batch", *range(EARLY + 1, EARLY + CLICKS + 1))
    stepper.slide(LAST)
    settle(page)
    stepper.press_at_once("Previous batch", *range(LAST - 1, LAST - CLICKS - 1, -1))
    near_end = stepper.press("Next batch", *range(LAST - CLICKS + 1, LAST + 1))
    return {NEAR_START: near_start, NEAR_END: near_end}


def across_the_edge(page):
    """Pull the slider to where no frame is in the page, each time to another place."""
    stepper = Area(page, STEPPER)
    times = []
    for at in range(LAST // 10, LAST + 1, LAST // 10):
        settle(page)
        times.append(stepper.slide(at))
    return {JUMP: times}


def settle(page):
    """Wait until the kernel has sent what it was asked for."""
    session = page.context.new_cdp_session(page)
    last = time.monotonic()

    def note(_):
        nonlocal last
        last = time.monotonic()

    session.on("Network.webSocketFrameReceived", note)
    session.send("Network.enable")
    while time.monotonic() - last < SILENCE:
        page.wait_for_timeout(50)
    session.detach()


def play(page):
    """Return which positions *Play* paints at its fastest."""
    stepper = Area(page, STEPPER)
    stepper.press_at_once("Reset", 0)
    speed = stepper.root.get_by_label("Speed", exact=True)
    speed.select_option(index=speed.locator("option").count() - 1)  # the last is the fastest
    settle(page)
    return stepper.play()


def memory_growth(page):
    """Return by how many MB kernel and page grow over a walk to step 1,000 and back."""
    stepper = Area(page, STEPPER)
    stepper.press_at_once("Reset", 0)
    there_and_back(stepper, WARM_UP)  # what is allocated once is no growth
    kernel, heap = reading(page, "Measure memory", ".memory", 1), heap_of(page)
    there_and_back(stepper, WALK)
    kernel = reading(page, "Measure memory", ".memory", 2) - kernel
    return kernel / 1e6, (heap_of(page) - heap) / 1e6


def there_and_back(stepper, steps):
    stepper.walk("Next batch", range(1, steps + 1))
    stepper.walk("Previous batch", reversed(range(steps)))


def reading(page, button, area, readings):
    """Press a button of the notebook that adds a reading to a list; return that number."""
    page.get_by_role("button", name=button, exact=True).click()
    shown = page.locator(f"{area} .widget-html-content")
    expect(shown).to_have_text(re.compile(rf"^(\d+ \w+\s*){{{readings}}}$"))
    return int(shown.inner_text().split()[-2])


def heap_of(page):
    """Return how many bytes the page's scripts hold."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used


def in_a_file(chromium):
    """Write a stepper into a file and open that; return the goals, and the times of presses."""
    from lsqgrad import ARTICLE, Stepper, line_data, sgd_by_hand

    X, Y = line_data(n=10)
    run = sgd_by_hand(X, Y, ARTICLE.w, ARTICLE.b, lr=0.001, batch_size=3, epochs=10)
    stepper = Stepper(run)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stepper.html"
        stepper.to_html(path)
        size = path.stat().st_size / 1e6
        stepper.to_html(path, runs=[{"lr": 0.002}])
        more = path.stat().st_size / 1e6 - size
        stepper.to_html(path)
        with browser.offline(chromium, path, viewport=SCREEN) as (page, requests):
            page.evaluate((HERE / "stopwatch.js").read_text(encoding="utf-8"))
            area = Area(page, STEPPER)
            status = area.root.get_by_role("status")
            right = 0
            for position in range(STEPS + 1):
                if position:
                    area.press_at_once("Next batch", position)
                stepper.seek(position)
                right += status.inner_text().split() == stepper.text.split()
            times = in_rounds(lambda: {STEPPER: next_batches(area)}, ROUNDS)
    return [
        Goal("handout: size", size, 1, " MB"),
        Goal("handout: each further run", 1000 * more, 150, " kB"),
        Goal("handout: positions right, of 41", right, STEPS + 1, at_least=True),
        Goal("handout: requests", len(requests), 1),
    ], times


# What is written


def goals_of(beside, away, others):
    """Return the goals that are ratios."""
    round_trip = 2000 * DELAYS[-1]
    return [
        ratio("*Next batch*: player / floor", beside[STEPPER], beside[FLOOR], 0.5),
        ratio(f"the same{ALL}", beside[STEPPER + ALL], beside[FLOOR], 0.5),
        ratio("the same, kernel 120 ms away", away[STEPPER], away[FLOOR], 0.1),
        ratio("usual way / player", beside[USUAL], beside[STEPPER], 40, at_least=True),
        ratio(f"the same{ALL}", beside[USUAL], beside[STEPPER + ALL], 40, at_least=True),
        ratio("the same, kernel 120 ms away", away[USUAL], away[STEPPER], 60, at_least=True),
        ratio("*Next line*: walker / floor", others[WALKER], others[FLOOR], 0.6),
        ratio("*Next node*: graph walker / floor", others[GRAPH_WALKER], others[FLOOR], 0.5),
        ratio("near step 10,000 / near step 40", beside[NEAR_END], beside[NEAR_START], 1.3),
        Goal(
            "a jump out of the window, 120 ms away / (round trip + floor)",
            median(away[JUMP]) / (round_trip + median(beside[FLOOR])),
            1,
        ),
        ratio("new run: first paint / floor", beside[NEW_RUN], beside[FLOOR], 5),
        ratio("a move of a line that is dragged / floor", others[DRAG], others[FLOOR], 2.5),
    ]


def table_of_methods(times):
    rows = []
    for suffix, method in (
        ("", "the page is quiet; presses a quarter of a second apart"),
        (AT_ONCE, "the state is painted; the next press follows at once"),
    ):
        floor, stepper = (median(times[name + suffix]) for name in (FLOOR, STEPPER))
        rows.append([method, f"{floor:.1f}", f"{stepper:.1f}", f"{stepper / floor:.2f}"])
    return table(["until", "floor, ms", "player, ms", "player / floor"], rows)


def table_of_all_times(beside, away, others):
    near, far = away.values()
    times = {
        "floor": beside[FLOOR],
        "usual way": beside[USUAL],
        "player": beside[STEPPER],
        f"player{ALL}": beside[STEPPER + ALL],
        NEW_RUN: beside[NEW_RUN],
        ALL_FRAMES: beside[ALL_FRAMES],
        NEAR_START: beside[NEAR_START],
        NEAR_END: beside[NEAR_END],
        "floor, 40 ms away": near[FLOOR],
        "usual way, 40 ms away": near[USUAL],
        "player, 40 ms away": near[STEPPER],
        "floor, 120 ms away": far[FLOOR],
        "usual way, 120 ms away": far[USUAL],
        "player, 120 ms away": far[STEPPER],
        f"{JUMP}, 120 ms away": far[JUMP],
        "floor, beside the others": others[FLOOR],
        "walker": others[WALKER],
        "graph walker": others[GRAPH_WALKER],
        "a move of a line that is dragged": others[DRAG],
    }
    return table_of_times(["press to paint", "presses", "median, ms", "middle half, ms"], times)


def table_of_front_ends(front_ends):
    rows = []
    for name, times in front_ends.items():
        stepper = median(times[STEPPER])
        if FLOOR in times:
            floor = median(times[FLOOR])
            rows.append([name, f"{floor:.1f}", f"{stepper:.1f}", f"{stepper / floor:.2f}"])
        else:  # there is no kernel, and so no floor
            rows.append([name, "", f"{stepper:.1f}", ""])
    return table(["*Next batch* in", "floor, ms", "player, ms", "player / floor"], rows)


if __name__ == "__main__":
    sys.exit(main())
