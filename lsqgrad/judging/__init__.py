"""What an answer is worth: misconceptions, a diagnosis, and calls that always come back."""

from lsqgrad.judging.answer_keys import AnswerKey, answer_key, number_key, said_for
from lsqgrad.judging.answers import (
    NOT_YET,
    Unreadable,
    about_no_limit,
    about_printed,
    about_replaced,
    as_array,
    describe,
    failure,
    is_stub,
    mentions,
    refuse,
    shorten,
)
from lsqgrad.judging.diagnosis import (
    OF_THE_LOSS,
    Case,
    Failure,
    Finding,
    Outcome,
    Part,
    Trial,
    diagnose,
    format_value,
)
from lsqgrad.judging.execution import attempt, put_back
from lsqgrad.judging.misconceptions import (
    PRODUCTS,
    Change,
    capitalize,
    changes,
    pairs_of,
)
from lsqgrad.judging.number_answers import RIGHT_DIGITS, compare, judge
from lsqgrad.judging.quantities import (
    epoch,
    epoch_loss,
    gradient,
    loss,
    momentum_step,
    train,
    update,
)
from lsqgrad.judging.typed_numbers import in_keys, read
