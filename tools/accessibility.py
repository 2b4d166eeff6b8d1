"""Tells which rules of accessibility a part of a page breaks, by axe-core."""

from axe_playwright_python.sync_playwright import Axe

AROUND = 400  # pixels: more than a front end has above and below its notebook
HEIGHT = """parts => {
    const boxes = parts.map(part => part.getBoundingClientRect());
    return Math.max(...boxes.map(box => box.bottom)) - Math.min(...boxes.map(box => box.top));
}"""


def violations(page, selector):
    """Return a line for each place in the part `selector` of the page that breaks a rule.

    All rules are asked that axe-core asks unless told otherwise: WCAG's, and good practice.
    """
    part = page.locator(selector)
    part.first.scroll_into_view_if_needed()
    # axe looks at no contrast where text is out of sight: make the page as high as the part is.
    size = page.viewport_size
    height = part.evaluate_all(HEIGHT)
    page.set_viewport_size(size | {"height": round(height) + AROUND})
    part.first.evaluate("part => (part.scrollIntoView(), new Promise(requestAnimationFrame))")
    # The body of JupyterLab and of Notebook 7 has no height and hides what overflows: all text.
    style = page.add_style_tag(content="body { min-height: 100vh }")
    try:
        found = Axe().run(page, selector).response["violations"]
    finally:
        style.evaluate("style => style.remove()")
        page.set_viewport_size(size)
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}. {' '.join(node['html'].split())}"
        for rule in found
        for node in rule["nodes"]
    ]
