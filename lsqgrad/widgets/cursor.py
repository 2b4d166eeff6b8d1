"""A place in a sequence that can be moved: what stepper and walker share, with no widget in it."""

from lsqgrad._util import validation

ASKED = "?"  # ends the name of a place where it is asked what comes next


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

    def __init__(self, last: int) -> None:
        self.last = validation.integer("last", last, low=0)
        self.position = 0

    @property
    def at_start(self) -> bool:
        """Whether there is nothing before."""
        return self.position == 0

    @property
    def at_end(self) -> bool:
        """Whether there is nothing after."""
        return self.position == self.last

    @property
    def place(self) -> str:
        """The position as the page has it."""
        return str(self.position)

    @property
    def predicting(self) -> bool:
        """Whether it is asked what comes next before that is shown."""
        return False

    def go(self, place: str, predicting: bool = False) -> None:
        """Move to a place, as the page has it."""
        self.seek(int(place.rstrip(ASKED)))

    def next(self) -> None:
        """Move one on."""
        self.position = min(self.position + 1, self.last)

    def previous(self) -> None:
        """Move one back."""
        self.position = max(self.position - 1, 0)

    def reset(self) -> None:
        """Move to the start."""
        self.seek(0)

    def seek(self, position: int) -> None:
        """Move to `position`, an integer from 0 to `last`; anything else is an error."""
        self.position = validation.integer("position", position, low=0, high=self.last)


class Quiz(Cursor):
    """A cursor that, in *predict mode*, asks what comes next before it shows it.

    Each place but the last is then seen twice: with what it shows, and `asking` what comes next.
    `next` goes from the question to what comes next, and then to the next question; `previous`
    goes back the same way.

    Parameters
    ----------
    last : int
        The largest position, at least 0.

    Examples
    --------
    >>> quiz = Quiz(last=40)
    >>> quiz.predicting = True
    >>> quiz.position, quiz.asking
    (0, True)
    >>> quiz.next()
    >>> quiz.position, quiz.asking
    (1, False)
    >>> quiz.next()
    >>> quiz.position, quiz.asking
    (1, True)
    """

    def __init__(self, last: int) -> None:
        super().__init__(last)
        self._predicting = False
        self._revealed = False

    @property
    def predicting(self) -> bool:
        """Whether it is asked what comes next before that is shown."""
        return self._predicting

    @predicting.setter
    def predicting(self, predicting: bool) -> None:
        self._predicting = bool(predicting)
        self.seek(self.position)

    @property
    def asking(self) -> bool:
        """Whether it is asked what comes next."""
        return self.predicting and not self._revealed and not self.at_end

    @property
    def place(self) -> str:
        """The position as the page has it, and whether it is asked there what comes next."""
        return f"{self.position}{ASKED if self.asking else ''}"

    def go(self, place: str, predicting: bool = False) -> None:
        """Move to a place, as the page has it, and into its mode or out of it."""
        super().go(place)
        self._predicting = bool(predicting)
        self._revealed = self._predicting and not place.endswith(ASKED)

    def next(self) -> None:
        """Move one on; in predict mode, to the answer or to the next question."""
        if self._revealed:
            self._revealed = False
            if self.asking:
                return
        super().next()
        self._revealed = self.predicting

    def previous(self) -> None:
        """Move one back; in predict mode, to the question or to the answer before."""
        if self.asking and self.position > 0:
            self._revealed = True
        else:
            self._revealed = False
            super().previous()

    def seek(self, position: int) -> None:
        """Move to `position`, an integer from 0 to `last`; anything else is an error."""
        super().seek(position)
        self._revealed = False
