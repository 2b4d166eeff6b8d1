"""Takes the README's picture of the stepper, docs/stepper.png, from notebook 04 in a browser."""

import tempfile
from pathlib import Path

from browser import JUPYTERLAB, chromium, find_chromium
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parent.parent
PRESSES = 9  # from step 4, where the notebook leaves the stepper


def main():
    """Run notebook 04, press *Next batch* a few times, and store what is on the screen."""
    target = ROOT / "docs" / "stepper.png"
    with (
        tempfile.TemporaryDirectory() as scratch,
        JUPYTERLAB.serve(ROOT / "notebooks", scratch) as url_of,
        chromium(find_chromium()) as browser,
    ):
        page = JUPYTERLAB.open(
            browser, url_of("04_step_sgd.ipynb"), viewport={"width": 1480, "height": 900}
        )
        JUPYTERLAB.run_all(page)
        stepper = page.locator(".jp-OutputArea-output", has=page.locator("[role=status]"))
        image = stepper.locator(".widget-image")
        for _ in range(PRESSES):
            before = image.get_attribute("src")
            page.get_by_role("button", name="Next batch", exact=True).click()
            expect(image).not_to_have_attribute("src", before)
        image.evaluate("image => image.decode()")
        stepper.screenshot(path=target)
    print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
