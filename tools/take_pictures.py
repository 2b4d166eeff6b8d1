"""Takes the README's pictures of the stepper and the walker, in docs/, from the notebooks."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from browser import JUPYTERLAB, chromium, find_chromium
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parent.parent
FIRST, LAST = 4, 13  # notebook 04 leaves the stepper at the first, the picture is of the last
LINES = 3  # that the walker shows; for the next one it asks


def main():
    """Run both notebooks, press a few buttons, and store what is on the screen."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        JUPYTERLAB.serve(ROOT / "notebooks", scratch) as url_of,
        chromium(find_chromium()) as browser,
    ):
        with opened(browser, url_of("04_step_sgd.ipynb")) as page:
            store(stepper(page), "stepper.png")
        with opened(browser, url_of("01_matrix_derivation.ipynb")) as page:
            store(walker(page), "walker.png")


@contextmanager
def opened(browser, url):
    """Run a notebook, with all the room for it that there is."""
    page = JUPYTERLAB.open(browser, url, viewport={"width": 1280, "height": 1200})
    JUPYTERLAB.run_all(page)
    page.keyboard.press("Control+b")  # the list of files goes
    yield page
    page.close()


def stepper(page):
    """Step on to the last position."""
    stepper = page.locator(".lsqgrad-stepper")
    frame = stepper.locator(".lsqgrad-frame")
    for position in range(FIRST + 1, LAST + 1):
        stepper.get_by_role("button", name="Next batch", exact=True).click()
        expect(frame).to_have_attribute("data-position", str(position))
    return stepper


def walker(page):
    """Show a few lines of the second derivation, and choose a wrong one for the next."""
    walker = page.locator(".lsqgrad-walker").nth(1)
    lines = walker.get_by_role("group")
    for number in range(2, LINES + 1):
        walker.get_by_role("button", name="Next line", exact=True).click()
        expect(lines).to_have_count(number)
    walker.get_by_label("Predict mode").check()
    walker.get_by_role("button", name="B", exact=True).click()
    expect(walker.get_by_role("status")).to_contain_text("B is not right.")
    expect(walker.locator("mjx-container").last).to_be_visible()
    return walker


def store(widget, name):
    """Write a picture of a widget."""
    target = ROOT / "docs" / name
    widget.screenshot(path=target)
    print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
