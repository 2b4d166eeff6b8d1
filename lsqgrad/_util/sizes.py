"""In which size things are shown, unless somebody asks for another."""

SIZES = ("notebook", "projector")
_usual = SIZES[0]


def usual_size() -> str:
    """Return the size of what is shown from now on."""
    return _usual


def set_usual_size(size: str) -> None:
    """Say in which size things are shown from now on."""
    global _usual
    _usual = size
