"""What an answer is worth: misconceptions, a diagnosis, and calls that always come back."""

from lsqgrad.judging.answers import (
    NOT_YET,
    Unreadable,
    about_printed,
    about_replaced,
    as_array,
    describe,
    failure,
    is_stub,
    message,
    refuse,
)
from lsqgrad.judging.diagnosis import (
    Case,
    Failure,
    Finding,
    Part,
    capitalize,
    diagnose,
    format_value,
)
from lsqgrad.judging.execution import attempt, put_back
from lsqgrad.judging.number_answers import RIGHT_DIGITS, Verdict, judge

__all__ = [
    "NOT_YET",
    "RIGHT_DIGITS",
    "Case",
    "Failure",
    "Finding",
    "Part",
    "Unreadable",
    "Verdict",
    "about_printed",
    "about_replaced",
    "as_array",
    "attempt",
    "capitalize",
    "describe",
    "diagnose",
    "failure",
    "format_value",
    "is_stub",
    "judge",
    "message",
    "put_back",
    "refuse",
]
