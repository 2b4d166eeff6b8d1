"""Measure the widgets in a browser, against a bare label and against the usual way.

    python benchmarks/widgets.py [--write] [--strict]

Prints Markdown tables; --write puts them into benchmarks/README.md, which tells the method, and
--strict makes the exit status 1 if a goal is missed.
"""

import re
import shutil
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import expect
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
GRAPH_WALKER = "lsqgrad-graphwalker"
WALKERS = [f"walker{k}" for k in range(6)]  # one for each round, since a line is new only once
NEW_LINE, OLD_LINE = "walker, a new line", "walker, a line seen before"
TITLES = {FLOOR: "floor", USUAL: "usual way", STEPPER: "stepper"}
NEW_RUN, NEAR_START, NEAR_END = "new run of 40 steps", "near step 40 of 10,000", "near step 10,000"
ROUNDS = 5  # what is compared is measured in turn, so that a slow moment hits all of it alike
CLICKS, NEW_RUNS = 10, 5  # in a round
LINES = 8  # that the derivation has after the first
NODES = 8  # to press for in the graph: three forward, five backward
EPOCH, EARLY, LAST = 4, 40, 10_000  # positions in the long run
WALK, WARM_UP = 1_000, 50  # steps forward, and as many back, while the memory is watched
SECONDS = 4  # of Play
SCREEN = {"width": 1480, "height": 1000}  # a whole stepper is in view
PACKAGES = ("jupyterlab", "notebook", "voila", "ipywidgets", "matplotlib")


class Area:
    """A part of the page with buttons and a position; stopwatch.js knows how each one shows it."""

    def __init__(self, page, name):
        self.page = page
        self.name = name
        self.find = page.locator(f".{name}").locator

    def press(self, button, *positions):
        """Press a button once for each position that it leads to; return the milliseconds."""
        return [self._stopwatch("press", button, {"position": at}) for at in positions]

    def press_key(self, element, key, **state):
        """Press a key; return the milliseconds until `state` was on the screen."""
        self._stopwatch("listen", state)
        element.press(key)
        return self._stopwatch("heard")

    def walk(self, button, positions):
        """Press a button for each position too, but without waiting for the screen."""
        self._stopwatch("walk", button, list(positions))

    def rate(self):
        """Return how many positions are painted in a second."""
        return self._stopwatch("rate", SECONDS)

    def _stopwatch(self, method, *arguments):
        return self.page.evaluate(
            "([method, given]) => stopwatch[method](...given)", [method, [self.name, *arguments]]
        )


def main():
    options = read_options("Measure the widgets in a browser.")
    with browser.chromium(browser.find_chromium()) as chromium:
        machine = describe(PACKAGES, f"Chromium {chromium.version}")
        with opened(browser.JUPYTERLAB, chromium, "three_ways.ipynb") as page:
            times = in_rounds(partial(three_ways, page), ROUNDS)
        with opened(browser.JUPYTERLAB, chromium, "long_run.ipynb") as page:
            times |= in_rounds(partial(both_ends, page), ROUNDS)
            rate = play(page)
            growth = memory_growth(page)
        with opened(browser.JUPYTERLAB, chromium, "derivation.ipynb") as page:
            walkers = iter(WALKERS)
            lines = in_rounds(lambda: new_and_old_lines(page, next(walkers)), ROUNDS)
        with opened(browser.JUPYTERLAB, chromium, "graph.ipynb") as page:
            nodes = in_rounds(partial(each_node, page), ROUNDS)
        front_ends = {browser.JUPYTERLAB.name: times}
        for front_end in (browser.NOTEBOOK, browser.VOILA):
            with opened(front_end, chromium, "three_ways.ipynb") as page:
                front_ends[front_end.name] = in_rounds(partial(floor_and_stepper, page), ROUNDS)
    goals = [
        ratio("*Next batch*: stepper / floor", times[STEPPER], times[FLOOR], 2.5),
        ratio("*Next batch*: usual way / stepper", times[USUAL], times[STEPPER], 8, at_least=True),
        ratio("*Next batch*: near step 10,000 / near 40", times[NEAR_END], times[NEAR_START], 1.3),
        ratio("new run of 40 steps / floor", times[NEW_RUN], times[FLOOR], 5),
        Goal("*Play* at its fastest", rate, 15, " positions a second", at_least=True),
        ratio("*Next line*: walker, a new line / floor", lines[NEW_LINE], lines[FLOOR], 3),
        ratio("*Next node*: graph walker / floor", nodes[GRAPH_WALKER], nodes[FLOOR], 2.5),
        Goal(f"memory after {WALK:,} steps forward and back", growth, 5, " MB"),
    ]
    all_times = {TITLES.get(name, name): values for name, values in times.items()}
    all_times |= {"floor, beside the walker": lines.pop(FLOOR)} | lines
    all_times |= {"floor, beside the graph": nodes[FLOOR], "graph walker": nodes[GRAPH_WALKER]}
    heads = ["press to paint", "presses", "median, ms", "middle half, ms"]
    tables = [table_of_goals(goals), table_of_times(heads, all_times)]
    return finish(options, "widgets", goals, [machine, *tables, table_of_front_ends(front_ends)])


@contextmanager
def opened(front_end, chromium, name):
    """Run a copy of a notebook, since a front end saves what it opens; yield its page."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "notebooks"
        folder.mkdir()
        shutil.copy(HERE / name, folder)
        with front_end.serve(folder, Path(scratch) / "server") as url_of:
            page = front_end.open(chromium, url_of(name), viewport=SCREEN)
            front_end.run_all(page)
            page.locator(".lsqgrad-widget [role=status]").last.wait_for(state="attached")
            page.evaluate((HERE / "stopwatch.js").read_text(encoding="utf-8"))
            yield page
            page.close()


# What is measured


def floor_and_stepper(page):
    """Press *Next batch* in turn, ten times each."""
    return {name: next_batches(Area(page, name)) for name in (FLOOR, STEPPER)}


def three_ways(page):
    """Press *Next batch* in all three ways, and begin new runs."""
    times = {name: next_batches(Area(page, name)) for name in (FLOOR, USUAL, STEPPER)}
    return times | {NEW_RUN: [new_run(Area(page, STEPPER)) for _ in range(NEW_RUNS)]}


def next_batches(area):
    """Press *Next batch* from the start on; the floor and the usual way go there by themselves."""
    if area.name == STEPPER:
        area.press("Reset", 0)
    return area.press("Next batch", *range(1, CLICKS + 1))


def new_run(stepper):
    """Change the learning rate, and wait for the start of the new run."""
    stepper.press("Reset", 0)
    stepper.press("Next batch", 1)  # so that all that is shown has to change
    run = int(stepper.find(".lsqgrad-frame").get_attribute("data-run"))
    field = stepper.page.get_by_label("Learning rate", exact=True)
    field.fill("0.002" if float(field.input_value()) == 0.001 else "0.001")
    return stepper.press_key(field, "Enter", position=0, run=run + 1)


def new_and_old_lines(page, walker):
    """Press *Next line* through a derivation twice, and change the label as often."""
    walker = Area(page, walker)
    new = walker.press("Next line", *range(1, LINES + 1))
    floor = Area(page, FLOOR).press("Next batch", *range(1, CLICKS + 1))
    walker.press("Reset", 0)
    old = walker.press("Next line", *range(1, LINES + 1))
    return {FLOOR: floor, NEW_LINE: new, OLD_LINE: old}


def each_node(page):
    """Press *Next node* through the graph, and change the label as often."""
    walker = Area(page, GRAPH_WALKER)
    walker.press("Reset", 0)
    floor = Area(page, FLOOR).press("Next batch", *range(1, CLICKS + 1))
    return {FLOOR: floor, GRAPH_WALKER: walker.press("Next node", *range(1, NODES + 1))}


def both_ends(page):
    """Press *Next batch* near step 40 and near the last one of the same run."""
    stepper = Area(page, STEPPER)
    stepper.press("Reset", 0)
    stepper.press("Next epoch", *range(EPOCH, EARLY + 1, EPOCH))
    near_start = stepper.press("Next batch", *range(EARLY + 1, EARLY + CLICKS + 1))
    stepper.press_key(stepper.find(".noUi-handle"), "End", position=LAST)
    stepper.press("Previous batch", *range(LAST - 1, LAST - CLICKS - 1, -1))
    near_end = stepper.press("Next batch", *range(LAST - CLICKS + 1, LAST + 1))
    return {NEAR_START: near_start, NEAR_END: near_end}


def play(page):
    """Return how many positions *Play* paints in a second at its fastest."""
    stepper = Area(page, STEPPER)
    stepper.press("Reset", 0)
    speed = page.get_by_label("Speed", exact=True)
    speed.select_option(index=speed.locator("option").count() - 1)  # the last is the fastest
    page.get_by_role("button", name="Play", exact=True).click()
    expect(stepper.find(".lsqgrad-frame")).not_to_have_attribute("data-position", "0")
    rate = stepper.rate()
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    return rate


def memory_growth(page):
    """Return by how many MB the kernel grows over a walk to step 1,000 and back."""
    stepper = Area(page, STEPPER)
    stepper.press("Reset", 0)
    there_and_back(stepper, WARM_UP)  # what is allocated once is no growth
    before = kernel_memory(page, readings=1)
    there_and_back(stepper, WALK)
    return (kernel_memory(page, readings=2) - before) / 1e6


def there_and_back(stepper, steps):
    stepper.walk("Next batch", range(1, steps + 1))
    stepper.walk("Previous batch", reversed(range(steps)))


def kernel_memory(page, readings):
    """Press the button of the notebook that adds a reading to a list; return it, in bytes."""
    page.get_by_role("button", name="Measure memory", exact=True).click()
    shown = page.locator(".memory .widget-html-content")
    expect(shown).to_have_text(re.compile(rf"^(\d+ bytes\s*){{{readings}}}$"))
    return int(shown.inner_text().split()[-2])


# What is written


def table_of_front_ends(front_ends):
    rows = []
    for name, times in front_ends.items():
        floor, stepper = median(times[FLOOR]), median(times[STEPPER])
        rows.append([name, f"{floor:.1f}", f"{stepper:.1f}", f"{stepper / floor:.2f}"])
    return table(["*Next batch* in", "floor, ms", "stepper, ms", "stepper / floor"], rows)


if __name__ == "__main__":
    sys.exit(main())
