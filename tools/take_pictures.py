"""Takes the README's pictures of the widgets, in docs/, from the notebooks."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from browser import JUPYTERLAB, chromium, find_chromium
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parent.parent
FIRST, LAST = 4, 13  # notebook 04 leaves the stepper at the first, the picture is of the last
LINES = 3  # that the walker shows; for the next one it asks
NODES = 5  # that the graph walker has visited: three forward, two backward


def main():
    """Run the notebooks, press a few buttons, and store what is on the screen."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        JUPYTERLAB.serve(ROOT / "notebooks", scratch) as url_of,
        chromium(find_chromium()) as browser,
    ):
        with opened(browser, url_of("04_step_sgd.ipynb")) as page:
            store(stepper(page), "stepper.png")
        with opened(browser, url_of("01_matrix_derivation.ipynb")) as page:
            store(walker(page), "walker.png")
        with opened(browser, url_of("03_pytorch_run.ipynb")) as page:
            store(graph_walker(page), "graph_walker.png")


@contextmanager
def opened(browser, url):
    """Run a notebook, with all the room for it that there is."""
    page = JUPYTERLAB.open(browser, url, viewport={"width": 1280, "height": 1200})
    JUPYTERLAB.run_all(page)
    page.keyboard.press("Control+b")  # the list of files goes
    yield page
    page.close()


def stepper(page):
    """Step on to the last position, all controls in sight."""
    stepper = page.locator(".lsqgrad-stepper").first
    stepper.get_by_role("button", name="More", exact=True).click()
    go_on(stepper, "Next batch", FIRST, LAST)
    return stepper


def walker(page):
    """Show a few lines of the derivation, and choose a wrong one for the next."""
    walker = page.locator(".lsqgrad-walker")
    walker.get_by_role("button", name="More", exact=True).click()
    walker.get_by_label("Predict mode").uncheck()  # with which it begins
    go_on(walker, "Next line", 0, LINES - 1)
    walker.get_by_label("Predict mode").check()
    choices = walker.locator(".lsqgrad-choices")
    choices.get_by_role("button", name="B", exact=True).click()
    expect(walker.get_by_role("status")).to_contain_text("B is not right.")
    return walker


def graph_walker(page):
    """Go on to the second node on the way back."""
    walker = page.locator(".lsqgrad-graphwalker")
    go_on(walker, "Next node", 0, NODES)
    return walker


def go_on(player, move, first, last):
    """Press a button until the last place is reached."""
    for place in range(first + 1, last + 1):
        player.get_by_role("button", name=move, exact=True).click()
        expect(player).to_have_attribute("data-place", str(place))


def store(widget, name):
    """Write a picture of a widget."""
    target = ROOT / "docs" / name
    widget.screenshot(path=target)
    print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
