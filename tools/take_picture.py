"""Takes the README's picture of the stepper, docs/stepper.png, from notebook 04 in a browser."""

import tempfile
from pathlib import Path

from browser import JUPYTERLAB, chromium, find_chromium
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parent.parent
FIRST, LAST = 4, 13  # the notebook leaves the stepper at the first, the picture is of the last


def main():
    """Run notebook 04, press *Next batch* a few times, and store what is on the screen."""
    target = ROOT / "docs" / "stepper.png"
    with (
        tempfile.TemporaryDirectory() as scratch,
        JUPYTERLAB.serve(ROOT / "notebooks", scratch) as url_of,
        chromium(find_chromium()) as browser,
    ):
        page = JUPYTERLAB.open(
            browser, url_of("04_step_sgd.ipynb"), viewport={"width": 1280, "height": 1200}
        )
        JUPYTERLAB.run_all(page)
        page.keyboard.press("Control+b")  # without the list of files there is room for the stepper
        stepper = page.locator(".lsqgrad-stepper")
        frame = stepper.locator(".lsqgrad-frame")
        for position in range(FIRST + 1, LAST + 1):
            stepper.get_by_role("button", name="Next batch", exact=True).click()
            expect(frame).to_have_attribute("data-position", str(position))
        stepper.screenshot(path=target)
    print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
