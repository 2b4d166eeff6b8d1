"""A place in a sequence that can be moved: the state of the stepper, with no widget in it."""

from lsqgrad import _arguments as arguments


class Cursor:
    """A position from 0 to `last`. A move beyond either end stays at that end.

    Parameters
    ----------
    last : int
        The largest position, at least 0.

    Raises
    ------
    TypeError, ValueError
        If `last` is not an integer of at least 0.

    Examples
    --------
    >>> cursor = Cursor(last=40)
    >>> cursor.next()
    >>> cursor.position, cursor.at_start, cursor.at_end
    (1, False, False)
    """

    def __init__(self, last):
        self.last = arguments.integer("last", last, low=0)
        self.position = 0

    @property
    def at_start(self) -> bool:
        """Whether there is nothing before."""
        return self.position == 0

    @property
    def at_end(self) -> bool:
        """Whether there is nothing after."""
        return self.position == self.last

    def next(self):
        """Move one on."""
        self.position = min(self.position + 1, self.last)

    def previous(self):
        """Move one back."""
        self.position = max(self.position - 1, 0)

    def reset(self):
        """Move to the start."""
        self.position = 0

    def seek(self, position):
        """Move to `position`, an integer from 0 to `last`; anything else is an error."""
        self.position = arguments.integer("position", position, low=0, high=self.last)
