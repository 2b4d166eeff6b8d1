"""The misconception pages."""


def anchor(heading: str) -> str:
    """Return the anchor that Jupyter gives a heading, by which notebooks refer to it."""
    return heading.replace(" ", "-")


def misconception_pages():
    return {"misconceptions/index.md": "# Misconceptions\n"}
