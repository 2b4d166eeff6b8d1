"""Every public function answers bad input with a sentence about the argument, and no traceback
from inside NumPy or PyTorch."""

import inspect
import re
import traceback
from collections import UserList, deque
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

import lsqgrad
from lsqgrad import (
    ARTICLE,
    Derivation,
    GraphWalker,
    Line,
    LineExplorer,
    Practice,
    Printed,
    Rule,
    Slip,
    Stepper,
    Walker,
    check_rule,
    compare_gradients,
    define,
    draw_data,
    draw_losses,
    draw_path,
    gradient_autograd,
    gradient_matrix,
    gradient_numeric,
    gradient_scalar,
    line_data,
    mean_squared_error,
    minibatches,
    record_backward,
    register_rule,
    rounding_interval,
    sgd_by_hand,
    sgd_with_torch,
    step_with_torch,
    ulps_apart,
)
from lsqgrad._util import validation as reader
from lsqgrad.widgets.run_navigator import SETTINGS, RunNavigator

PACKAGE = Path(lsqgrad.__file__).parent

PROBLEM = {"X": [[1], [2], [3], [4]], "Y": [[2], [4], [6], [8]], "w": [[0]], "b": 0}
TRACE = sgd_by_hand(**PROBLEM, epochs=1)
TWO_FEATURES = sgd_by_hand(np.eye(3), [[1], [2], [3]], np.zeros((3, 1)), 0)
AXES = Figure().subplots()
LINES = [Line("L == r.T @ r / n", "the loss"), Line("D(L, w) == 2 / n * X.T @ r", "its gradient")]
LOSS = define("r == X @ w - Y", "L(w) == r.T @ r / n")


MODEL = torch.nn.Linear(1, 1)


def loss_with_graph():
    return MODEL(torch.ones(3, 1)).sum()


# Arguments that each function takes without complaint. What it refuses is below: for each argument
# a name of the case, the value, the error.
GOOD = {
    mean_squared_error: PROBLEM,
    gradient_matrix: PROBLEM,
    gradient_scalar: PROBLEM,
    gradient_numeric: PROBLEM,
    gradient_autograd: PROBLEM,
    compare_gradients: PROBLEM,
    sgd_by_hand: PROBLEM | {"lr": 0.1, "batch_size": 3, "epochs": 2, "seed": 0, "dtype": "float64"},
    sgd_with_torch: PROBLEM | {"lr": 0.1, "batch_size": 3, "epochs": 2, "device": "cpu"},
    line_data: {"n": 4, "slope": 2, "seed": 0},
    minibatches: {"n": 4, "batch_size": 3, "epochs": 2, "seed": 0},
    draw_data: {"ax": AXES, "trace": TRACE, "position": 1},
    draw_losses: {"ax": AXES, "trace": TRACE, "position": 1},
    draw_path: {"ax": AXES, "trace": TRACE, "position": 1},
    step_with_torch: {"step": TRACE[0]},
    Stepper: {
        "trace": TRACE,
        "form": "chain rule",
        "loss_axis": "logarithmic",
        "size": "projector",
        "controls": "all",
        "predict": True,
        "compare": True,
    },
    Printed: {"text": "1.50"},
    Derivation: {
        "title": "The loss",
        "lines": LINES,
        "given": LOSS,
        "first": 3,
        "remainder": "1 / n * norm(X @ d) ** 2",
    },
    Line: {
        "math": "n == n",
        "rule": "by {n == n}",
        "sentence": "It is {n}.",
        "slips": (Slip("n + 1", "Too much."), Slip("n + 2", "Still more.")),
        "boxed": True,
    },
    Slip: {"math": "n + 1", "why": "It is {n}."},
    record_backward: {"loss": loss_with_graph(), "parameters": MODEL},
    register_rule: {"name": "UnknownBackward0", "rule": Rule("A", {"A": "G"})},
    check_rule: {
        "function": torch.square,
        "inputs": [[1.0, 2.0]],
        "implementations": {"each A²": lambda A: A**2, "2A ∘ G": lambda A, G: 2 * A * G},
    },
    GraphWalker: {
        "record": record_backward(loss_with_graph()),
        "size": "projector",
        "controls": "all",
    },
    LineExplorer: {**PROBLEM, "size": "projector", "controls": "all"},
    Walker: {
        "derivation": Derivation("The loss", LINES, LOSS),
        "size": "projector",
        "controls": "all",
        "predict": True,
    },
    Practice: {"keep": None, "seed": 2**64},
}


def with_graph(value):
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


class Marked:
    """Marks its last number as missing, beside its buffer, as some array-likes do."""

    data, missing = np.array([[1.0], [2.0], [3.0], [-9999.0]]), np.arange(4).reshape(-1, 1) == 3


class Converted(Marked):
    def __array__(self, dtype=None, copy=None):
        return np.ma.masked_array(self.data, self.missing)


class View(np.ndarray):
    """A subclass of arrays that is none of NumPy's masked ones."""

    mask = Marked.missing


class Interface(Marked):
    @property
    def __array_interface__(self):
        return self.data.__array_interface__ | {"mask": ~self.missing}  # true where it is valid


class Rows:
    """A sequence by its methods alone."""

    def __len__(self):
        return len(MASKED)

    def __getitem__(self, row):
        return MASKED[row]


class Unreadable:
    """Fails whatever it is asked."""

    def __getattr__(self, name):
        raise RuntimeError("No connection")

    def __repr__(self):
        raise RuntimeError("No connection")


MASKED = np.ma.masked_array(Marked.data, Marked.missing)
NOT_REAL_NUMBERS = [
    ("masked", MASKED, ValueError),
    ("masked rows", [*MASKED], ValueError),
    ("masked rows in a deque", deque(MASKED), ValueError),
    ("masked rows of a class", Rows(), ValueError),
    ("masked numbers", [[number.reshape(())] for number in MASKED], ValueError),
    ("masked when converted", Converted(), ValueError),
    ("masked by another class", Marked.data.view(View), ValueError),
    ("masked beside its interface", Interface(), ValueError),
    ("a tensor of no numbers", torch.ones(4, 1, device="meta"), TypeError),
    ("strings", [["1"], ["2"], ["3"], ["4"]], TypeError),
    ("a string", "[[1], [2], [3], [4]]", TypeError),
    ("None", None, TypeError),
    ("bools", np.ones((4, 1), dtype=bool), TypeError),
    ("complex", np.ones((4, 1)) * 1j, TypeError),
    ("ragged rows", [[1], [2, 3], [4], [5]], TypeError),
    ("a mapping", {"x": 1}, TypeError),
    ("unreadable", Unreadable(), TypeError),
    ("dates", np.array([["2026-01-01"]], dtype="datetime64[D]"), TypeError),
    ("a tensor with a graph", with_graph([[1], [2], [3], [4]]), TypeError),
]
NOT_A_MATRIX = [
    *NOT_REAL_NUMBERS,
    ("shape (n,)", [1, 2, 3, 4], ValueError),
    ("a number", 1.5, ValueError),
    ("three axes", np.ones((4, 1, 1)), ValueError),
    ("zero rows", np.empty((0, 1)), ValueError),
    ("zero columns", np.empty((4, 0)), ValueError),
    ("nothing", [], ValueError),
    ("NaN", [[1], [np.nan], [3], [4]], ValueError),
    ("infinity", [[1], [2], [3], [-np.inf]], ValueError),
]
NOT_ONE_NUMBER = [
    ("masked", np.ma.masked, ValueError),
    ("a string", "1", TypeError),
    ("None", None, TypeError),
    ("a bool", True, TypeError),
    ("complex", 1j, TypeError),
    ("ragged rows", [[1], [2, 3]], TypeError),
    ("a tensor with a graph", with_graph(1.0), TypeError),
    ("an array", np.array([1.0]), ValueError),
    ("NaN", np.nan, ValueError),
    ("infinity", np.inf, ValueError),
]
NOT_AN_INTEGER = [
    ("masked", np.ma.array(3, mask=True), ValueError),
    ("unreadable", Unreadable(), TypeError),
    ("a fraction", 2.5, TypeError),
    ("a whole float", 2.0, TypeError),
    ("a string", "3", TypeError),
    ("None", None, TypeError),
    ("a bool", True, TypeError),
    ("a numpy bool", np.True_, TypeError),
    ("a list", [3], TypeError),
    ("NaN", np.nan, TypeError),
]
OF_AT_LEAST_1 = [*NOT_AN_INTEGER, ("zero", 0, ValueError), ("negative", -1, ValueError)]
BATCH_SIZE = [*OF_AT_LEAST_1, ("above n", 5, ValueError)]
SEED = [
    *NOT_AN_INTEGER,
    ("negative", -1, ValueError),
    ("too large", 2**32, ValueError),
]
SGD = {
    "lr": [*NOT_ONE_NUMBER, ("zero", 0, ValueError), ("negative", -0.1, ValueError)],
    "batch_size": BATCH_SIZE,
    "epochs": OF_AT_LEAST_1,
    "seed": SEED,
    "dtype": [
        ("of integers", "int32", ValueError),
        ("too short", np.float16, ValueError),
        ("None", None, ValueError),
        ("a number", 32, ValueError),
        ("not a dtype", "single-ish", ValueError),
        ("torch's", torch.float32, ValueError),
        ("a mapping", {"names": ["a"]}, ValueError),
        ("a structure", ",,", ValueError),
    ],
}
TRACE_OF_ANY = [
    ("None", None, TypeError),
    ("a string", "trace", TypeError),
    ("steps", list(TRACE), TypeError),
]
TRACE_OF_ONE = [*TRACE_OF_ANY, ("three features", TWO_FEATURES, ValueError)]
POSITION = [
    *(bad for bad in NOT_AN_INTEGER if bad[0] != "None"),  # None is the end of the run
    ("negative", -1, ValueError),
    ("beyond the end", 3, ValueError),
]
NOT_ONE_OF_THEM = [
    ("unknown", "smooth", ValueError),
    ("empty", "", ValueError),
    ("None", None, ValueError),
    ("a number", 0, ValueError),
    ("a bool", True, ValueError),
    ("an array", np.array(["linear", "notebook"]), ValueError),
    ("a list", ["chain rule"], ValueError),
]
NOT_ONE_OR_NONE = [bad for bad in NOT_ONE_OF_THEM if bad[0] != "None"]  # None is the usual one
LOOK = {
    "size": [*NOT_ONE_OR_NONE, ("with a space", "projector ", ValueError)],
    "controls": [*NOT_ONE_OF_THEM, ("capitals", "All", ValueError)],
}
AX = [("None", None, TypeError), ("a figure", Figure(), TypeError)]

NO_FORMULA = [
    ("None", None, TypeError),
    ("a number", 3, TypeError),
    ("bytes", b"n", TypeError),
    ("a name of nothing", "q", ValueError),
    ("nothing", "", ValueError),
    ("half a formula", "2 *", ValueError),
    ("another relation", "n > 1", ValueError),
    ("a function of nothing", "L()", ValueError),
]
NO_TEXT = [("None", None, TypeError), ("a number", 1, TypeError), ("bytes", b"a", TypeError)]

BAD_PROBLEM = {
    "X": NOT_A_MATRIX,
    "Y": [
        *NOT_A_MATRIX,
        ("a row more", [[1], [2], [3], [4], [5]], ValueError),
        ("a row", [[1, 2, 3, 4]], ValueError),
        ("two columns", np.ones((4, 2)), ValueError),
    ],
    "w": [
        *NOT_A_MATRIX,
        ("two weights", [[1], [2]], ValueError),
        ("a row of two", [[1, 2]], ValueError),
    ],
    "b": NOT_ONE_NUMBER,
}
BAD = {
    mean_squared_error: BAD_PROBLEM,
    gradient_matrix: BAD_PROBLEM,
    gradient_scalar: BAD_PROBLEM | {"X": [*NOT_A_MATRIX, ("p = 4", np.eye(4), ValueError)]},
    gradient_numeric: BAD_PROBLEM,
    gradient_autograd: BAD_PROBLEM,
    compare_gradients: BAD_PROBLEM,
    sgd_by_hand: BAD_PROBLEM | SGD,
    sgd_with_torch: BAD_PROBLEM
    | SGD
    | {"device": [*NOT_ONE_OF_THEM, ("another", "mps", ValueError)]},
    line_data: {"n": OF_AT_LEAST_1, "slope": NOT_ONE_NUMBER, "seed": SEED},
    minibatches: {
        "n": OF_AT_LEAST_1,
        "batch_size": BATCH_SIZE,
        "epochs": OF_AT_LEAST_1,
        "seed": SEED,
    },
    draw_data: {"ax": AX, "trace": TRACE_OF_ONE, "position": POSITION},
    draw_losses: {"ax": AX, "trace": TRACE_OF_ANY, "position": POSITION},
    draw_path: {"ax": AX, "trace": TRACE_OF_ONE, "position": POSITION},
    step_with_torch: {
        "step": [
            ("None", None, TypeError),
            ("its number", 1, TypeError),
            ("a trace", TRACE, TypeError),
            ("its numbers", vars(TRACE[0]), TypeError),
        ]
    },
    Stepper: {
        "trace": TRACE_OF_ONE,
        "form": [*NOT_ONE_OR_NONE, ("capitals", "Chain rule", ValueError)],
        "loss_axis": [*NOT_ONE_OF_THEM, ("a part", "log", ValueError)],
        **LOOK,
    },
    Printed: {
        "text": [
            ("a word", "abc", ValueError),
            ("not finite", "nan", ValueError),
            ("a number", 1.5, TypeError),
            ("None", None, TypeError),
        ]
    },
    Derivation: {
        "title": NO_TEXT,
        "lines": [
            ("strings", ["L == r.T @ r / n"], TypeError),
            ("a string", "L == r.T @ r / n", TypeError),
            ("a line and a string", [LINES[0], "norm(r) ** 2 / n"], TypeError),
            ("None", None, TypeError),
            ("a number", 3, TypeError),
            ("a line alone", LINES[0], TypeError),
            ("in no order", set(LINES), TypeError),
            ("an iterator", iter(LINES), TypeError),
            ("two chains in one", [*LINES, Line("n == n, p == p", "both")], ValueError),
            ("an inequality", [Line("n < 2", "less")], ValueError),
            ("none", [], ValueError),
        ],
        "given": [
            ("None", None, TypeError),
            ("a number", 3, TypeError),
            ("a string", "L(w) == r.T @ r / n", TypeError),
            ("names", ["r", "L"], TypeError),
            ("pairs", [*LOSS.items()], TypeError),
        ],
        "first": [*NOT_AN_INTEGER, ("negative", -1, ValueError)],
        "remainder": [bad for bad in NO_FORMULA if bad[0] != "None"],
    },
    Line: {
        "math": NO_FORMULA,
        "rule": [*NO_TEXT, ("empty", "", ValueError)],
        "sentence": [*NO_TEXT, ("with no formula", "It is {q}.", ValueError)],
        "slips": [
            ("strings", ("n + 1",), TypeError),
            ("a string", "n + 1", TypeError),
            ("a line", (Line("n", "rule"),), TypeError),
            ("None", None, TypeError),
            ("a slip alone", Slip("n", "why"), TypeError),
            ("a list", [Slip("n", "why")] * 2, TypeError),
            ("one", (Slip("n", "why"),), ValueError),
            ("three", (Slip("n", "why"),) * 3, ValueError),
        ],
    },
    Slip: {
        "math": NO_FORMULA,
        "why": [*NO_TEXT, ("with no formula", "It is {q}.", ValueError)],
    },
    record_backward: {
        "loss": [
            ("None", None, TypeError),
            ("a number", 1.5, TypeError),
            ("an array", np.ones(1), TypeError),
            ("without a graph", torch.ones(1), ValueError),
            ("detached", loss_with_graph().detach(), ValueError),
            ("a leaf", torch.ones(1, requires_grad=True), ValueError),
            ("three numbers", 2 * torch.ones(3, requires_grad=True), ValueError),
            ("complex", 1j * torch.ones(1, requires_grad=True), ValueError),
            ("of complex leaves", (1j * torch.ones(1)).requires_grad_().abs().sum(), ValueError),
        ],
        "parameters": [
            ("a tensor", torch.ones(1), TypeError),
            ("a list", [torch.ones(1)], TypeError),
            ("a name", "weight", TypeError),
            ("arrays", {"w": np.ones(1)}, TypeError),
            ("numbers for names", {1: torch.ones(1)}, TypeError),
            ("those of another model", torch.nn.Linear(1, 1), ValueError),
        ],
    },
    register_rule: {
        "name": [("None", None, TypeError), ("a function", torch.sin, TypeError)],
        "rule": [("None", None, TypeError), ("its formula", "cos A ∘ G", TypeError)],
    },
    check_rule: {
        "function": [
            ("None", None, TypeError),
            ("the name of a node", "PowBackward0", TypeError),
            ("without a rule", torch.exp, ValueError),
            ("of two nodes", lambda a: a.square().square(), ValueError),
            ("without a graph", lambda a: a.detach(), ValueError),
            ("without a tensor", lambda a: 1.0, ValueError),
            ("in place of a tensor", lambda a: None, ValueError),
        ],
        "inputs": [
            ("None", None, TypeError),
            ("nothing", [], TypeError),
            ("a number", 1.0, TypeError),
            ("names", ["A"], TypeError),
            ("complex", [1j], TypeError),
        ],
        "implementations": [
            ("None", None, TypeError),
            ("a function", np.square, TypeError),
            ("formulas", {"each A²": "A**2"}, TypeError),
            ("not all", {"each A²": lambda A: A**2}, ValueError),
            ("of other letters", {"each A²": lambda x: x**2}, ValueError),
        ],
    },
    GraphWalker: {
        "record": [
            ("None", None, TypeError),
            ("its loss", loss_with_graph(), TypeError),
            ("its nodes", [*record_backward(loss_with_graph())], TypeError),
        ],
        **LOOK,
    },
    LineExplorer: {
        "X": [*NOT_A_MATRIX, ("two columns", np.ones((4, 2)), ValueError)],
        "Y": BAD_PROBLEM["Y"],
        # None is what fits the data
        "w": [bad for bad in BAD_PROBLEM["w"] if bad[0] != "None"],
        "b": [bad for bad in NOT_ONE_NUMBER if bad[0] != "None"],
        **LOOK,
    },
    Walker: {
        "derivation": [
            ("None", None, TypeError),
            ("its name", "by_indices", TypeError),
            ("its lines", LINES, TypeError),
            ("its definitions", LOSS, TypeError),
        ],
        **LOOK,
    },
    Practice: {
        "keep": [
            ("a number", 1, TypeError),
            ("bytes", b"kept", TypeError),
            ("a list", ["kept"], TypeError),
            ("a bool", True, TypeError),
        ],
        "seed": [*NOT_AN_INTEGER, ("negative", -1, ValueError)],
    },
}


def all_cases():
    for function, of_arguments in BAD.items():
        for argument, cases in of_arguments.items():
            for label, value, error in cases:
                if function is gradient_scalar and argument == "X" and label == "p = 4":
                    arguments = PROBLEM | {"w": np.ones((4, 1))}
                else:
                    arguments = GOOD[function]
                yield pytest.param(
                    *(function, arguments, argument, value, error),
                    id=f"{function.__name__}-{argument}-{label}",
                )


@pytest.mark.parametrize(("function", "arguments", "argument", "value", "error"), list(all_cases()))
def test_bad_input_is_answered_with_a_sentence(function, arguments, argument, value, error):
    with pytest.raises(error) as caught:
        function(**arguments | {argument: value})
    assert_clear(caught, argument)


def assert_clear(caught, argument):
    """The message begins with the argument and says what was expected and what came."""
    message = str(caught.value)
    assert re.match(rf"{re.escape(argument)}: expected .+, (got|but) ", message, re.DOTALL), message
    assert re.search(r"[^.]\.$", message), message
    assert len(re.findall(r"\.(?= |$)", message)) <= 3, "too long to be read"
    # A frame of NumPy or PyTorch here would be the last lines that the learner sees.
    *_, last = traceback.walk_tb(caught.tb)
    assert Path(last[0].f_code.co_filename).is_relative_to(PACKAGE)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("function", GOOD, ids=lambda function: function.__name__)
def test_good_input_is_taken(function):
    """Otherwise the test above would pass for a function that refuses everything."""
    function(**GOOD[function])


def test_every_argument_of_every_public_function_is_tried():
    not_here = {
        "ARTICLE",  # not a function, nor is
        "COLORS",
        *(
            "DerivationError",
            "Gradient",
            "GraphNode",
            "GraphRecord",
            "ReferenceData",
            "Rule",
            "Report",
            "Step",
            "StreamError",
            "Sums",
            "Trace",
        ),  # records: these hold what they
        # are given
        *("define", "rounding_interval", "ulps_apart"),  # below
        *("Prediction", "gather_sums", "projector", "read_batches"),
        *("reference_data", "same"),  # with their own tests
        *("Drawing", "draw_contours", "draw_intervals", "draw_parabola", "draw_shapes"),
        *("draw_squares", "draw_strips", "draw_ulps"),  # in tests/plotting/test_drawings.py
    }
    assert {function.__name__ for function in BAD} | not_here == set(lsqgrad.__all__)
    for function, of_arguments in BAD.items():
        parameters = set(inspect.signature(function).parameters)
        parameters -= {"functions"}  # that one is below, too
        parameters -= {"predict", "compare", "boxed"}  # whatever is true or false
        assert set(of_arguments) == parameters


@pytest.mark.parametrize("argument", ["X", "Y", "w"])
def test_the_broadcasting_trap_is_named_with_its_cure(argument):
    with pytest.raises(ValueError, match=r"got shape \(4,\)\.") as caught:
        gradient_matrix(**PROBLEM | {argument: [1, 2, 3, 4]})
    assert f"np.reshape({argument}, (-1, 1)) makes a column" in str(caught.value)
    assert "(n, 1) - (n,) broadcasts to (n, n)" in str(caught.value)


def test_a_number_in_place_of_a_matrix_is_told_how_to_be_one():
    with pytest.raises(ValueError, match=r"A matrix of one number is \[\[0\.5\]\]\.$"):
        gradient_matrix(**PROBLEM | {"w": 0.5})


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_the_place_of_a_number_that_is_not_finite_is_told(number):
    place = rf"^X: expected finite numbers, got {number} in row 2, column 1\.$"
    with pytest.raises(ValueError, match=place):
        mean_squared_error([[1, 2], [3, 4], [5, number]], [[1], [2], [3]], [[1], [1]], 0)


@pytest.mark.parametrize(
    "as_given",
    [np.ma.masked_array, lambda value: np.ma.masked_array(value, mask=np.zeros((4, 1)))],
    ids=["no mask", "a mask of nothing"],
)
def test_a_masked_array_of_which_nothing_is_masked_is_taken(as_given):
    grad = gradient_matrix(**PROBLEM | {"X": as_given(PROBLEM["X"])})
    assert type(grad.w) is np.ndarray
    assert grad.w == gradient_matrix(**PROBLEM).w


class Table:
    """Prints itself as rows of numbers, though it does not hold any."""

    def __init__(self, dtype):
        self.data = np.array([[1], [2], [3], [4]], dtype=dtype)
        self.shape = self.data.shape

    def __array__(self, dtype=None, copy=None):
        return self.data

    def __repr__(self):
        return "\n".join(f"{row} {number}" for row, (number,) in enumerate(self.data))


@pytest.mark.parametrize(
    ("value", "came"),
    [
        (Table(object), "a Table of object, shape (4, 1)"),
        (np.array([[1.5]], dtype=object), "an array of object, shape (1, 1)"),
        (MASKED, "a masked one in row 3, column 0"),
        ([*MASKED], "a masked one in row 3, column 0"),
        (Interface(), "a masked one in row 3, column 0"),
        ([["1"], ["2"]], "list [['1'], ['2']]"),
    ],
)
def test_an_array_that_is_refused_is_named_in_one_line(value, came):
    with pytest.raises(ValueError, match=rf", got {re.escape(came)}\.$") as caught:
        gradient_matrix(**PROBLEM | {"X": value})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("sequence", [deque, UserList, memoryview], ids=lambda kind: kind.__name__)
def test_a_sequence_of_which_nothing_is_masked_is_taken(sequence):
    X = sequence(np.array(PROBLEM["X"], dtype=float))
    assert gradient_matrix(**PROBLEM | {"X": X}).w == gradient_matrix(**PROBLEM).w


def test_what_a_library_says_goes_on_in_the_sentence():
    with pytest.raises(TypeError, match=r"numbers, but got unsupported ScalarType BFloat16\.$"):
        gradient_matrix(**PROBLEM | {"X": torch.ones(4, 1, dtype=torch.bfloat16)})


@pytest.mark.parametrize(
    "call",
    [
        Printed,
        lambda table: rounding_interval(table, Printed("1.5")),
        lambda table: rounding_interval(abs, table),
        lambda table: compare_gradients(*PROBLEM.values(), table, gradient_matrix),
        lambda table: compare_gradients(*PROBLEM.values(), lambda *_: table, gradient_matrix),
        lambda table: ARTICLE.confirm("loss", table),
        lambda table: line_data(table),
        lambda table: sgd_by_hand(**PROBLEM, dtype=table),
    ],
)
def test_so_it_is_where_something_else_was_expected(call):
    with pytest.raises(ValueError, match=r"got a Table of float64, shape \(4, 1\)\.$"):
        call(Table(float))


# Numbers that the float type does not tell apart

SECONDS = 1.7e9 + np.arange(8.0).reshape(-1, 1)


@pytest.mark.parametrize("engine", [sgd_by_hand, sgd_with_torch])
@pytest.mark.parametrize("argument", ["X", "Y"])
def test_numbers_that_float32_merges_are_refused(engine, argument):
    arguments = {"X": np.hstack([SECONDS - 1.7e9, np.ones((8, 1))]), "Y": SECONDS - 1.7e9}
    column = len(arguments[argument].T) - 1
    arguments[argument][:, column:] = SECONDS
    with pytest.raises(ValueError, match="Subtract the first row") as caught:
        engine(**arguments, w=[[0], [0]], b=0)
    assert_clear(caught, argument)
    assert f"column {column}, " in str(caught.value)
    assert "dtype='float64'" in str(caught.value)


def test_integers_that_float64_merges_are_refused():
    nanoseconds = 1_700_000_000_000_000_000 + np.arange(4).reshape(-1, 1)
    with pytest.raises(ValueError, match=r"float64.* Subtract the first row of X from all\.$"):
        gradient_matrix(**PROBLEM | {"X": nanoseconds})


def test_numbers_too_small_for_float32_are_given_another_unit():
    """To subtract the first row, which is 0, would change nothing."""
    cure = r"Give column 0 of X in a smaller unit, or pass dtype='float64'\.$"
    with pytest.raises(ValueError, match=cure) as caught:
        sgd_by_hand(**PROBLEM | {"X": 1e-50 * np.arange(4).reshape(-1, 1)})
    assert_clear(caught, "X")


@pytest.mark.parametrize(
    "column",
    [
        np.full((4, 1), 1.7e9 + 1),  # a constant, which float32 moves
        [[0.3], [0.1 * 3], [0.3], [0.3]],  # which differ by their last bits alone
        [[1e9], [1e9 + 64], [1e9 + 128], [1e9 + 192]],  # which float32 holds exactly
        [[2000], [2000.25 + 1 / 365], [2000.5], [2001]],
        [[0], [1e-9], [1], [2]],  # two of them are one, as far as four digits tell
        [[2**63], [0], [1], [2**64 - 1]],
        np.array([[-128], [127], [0], [1]], np.int8),  # whose spread int8 does not hold
        np.array([[-60000], [60000], [0], [1]], np.float16),  # nor float16
        [[0], [1.7e9], [1.7e9 + 1], [1.7e9 + 2]],  # three of them are one, as far as four digits
        np.tanh([[0], [10], [11], [12]]),  # and so are these
    ],
    ids=[
        *("constant", "constant but for rounding", "exact", "years", "one far away", "uint64"),
        *("int8", "float16", "one far from three", "saturated"),
    ],
)
def test_numbers_whose_spread_keeps_four_digits_are_taken(column):
    sgd_by_hand(**PROBLEM | {"X": column}, epochs=1)


@pytest.mark.parametrize("offset", 10.0 ** np.arange(12))
def test_what_float32_takes_has_four_digits_of_its_spread(offset):
    x = offset + np.random.default_rng(3).uniform(size=(9, 1))
    kept = np.float32(x).astype(np.float64)
    right = np.abs((kept - kept.min()) - (x - x.min())).max() <= 0.5e-3 * np.ptp(x)
    try:
        sgd_by_hand(x, np.ones((9, 1)), [[0]], 0, epochs=1)
        assert right
    except ValueError:
        assert not right


# Numbers that the float type cannot hold

TOO_LARGE = {"X": [[1e39], [1], [1], [1]], "Y": [[1], [-1e39], [1], [1]], "w": [[1e39]], "b": 1e39}


@pytest.mark.parametrize("function", [sgd_by_hand, sgd_with_torch])
@pytest.mark.parametrize("argument", [*TOO_LARGE, "lr"])
def test_a_number_too_large_for_float32_is_refused_by_a_run_in_float32(function, argument):
    with pytest.raises(
        ValueError, match=r"float32 can hold, up to 3\.4e\+38, got -?1e\+39"
    ) as caught:
        function(**PROBLEM | {argument: (TOO_LARGE | {"lr": 1e39})[argument]})
    assert_clear(caught, argument)


@pytest.mark.parametrize("function", [sgd_by_hand, sgd_with_torch])
def test_a_number_too_large_for_float32_is_taken_by_a_run_in_float64(function):
    for argument, value in TOO_LARGE.items():
        function(**PROBLEM | {argument: value}, dtype="float64")


@pytest.mark.parametrize("function", [mean_squared_error, gradient_matrix, gradient_autograd])
def test_a_bias_too_large_for_float32_is_refused_where_all_else_is_float32(function):
    X, Y, w = (np.asarray(PROBLEM[name], np.float32) for name in "XYw")
    with pytest.raises(ValueError, match=r"^b: expected numbers that float32 can hold") as caught:
        function(X, Y, w, b=1e39)
    assert_clear(caught, "b")


# Functions of other arguments


def test_ulps_are_not_counted_between_float_types():
    for a, b in [(np.float32(1), 1.0), ("1", "1"), (1, 1), (None, 1.0), (1j, 1j)]:
        with pytest.raises(TypeError) as caught:
            ulps_apart(a, b)
        assert_clear(caught, "a, b")


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [
        ([1.0, 2.0], [1.0, 2.0, 3.0], ValueError),
        ([[1.0], [2.0, 3.0]], 1.0, TypeError),
        (with_graph(1.0), 1.0, TypeError),
        (np.nan, 1.0, ValueError),
    ],
    ids=["shapes", "ragged rows", "a tensor with a graph", "NaN"],
)
def test_ulps_are_not_counted_where_there_is_nothing_to_count(a, b, error):
    with pytest.raises(error) as caught:
        ulps_apart(a, b)
    assert re.match(r"(a, b|a): expected .*, (got|but) ", str(caught.value))
    *_, last = traceback.walk_tb(caught.tb)
    assert Path(last[0].f_code.co_filename).is_relative_to(PACKAGE)


def test_an_interval_is_of_a_function():
    with pytest.raises(TypeError) as caught:
        rounding_interval(3, Printed("1.5"))
    assert_clear(caught, "function")


@pytest.mark.parametrize(
    "equation",
    [
        *("r", "X @ w == r", "r[i] == 1", "L(2 * w) == 1"),  # no name
        *("X == 1", "n == 3", "i == 1", "D(L, w) == 1", "norm(w) == 1"),  # one that has a meaning
        *("g < 1", "g == q", "g == L()", "g =="),  # nothing that it could mean
    ],
)
def test_an_equation_defines_a_name(equation):
    with pytest.raises(ValueError, match="got") as caught:
        define("r == X @ w - Y", equation)
    assert_clear(caught, "equations")


def test_a_printed_number_admits_numbers():
    with pytest.raises(TypeError) as caught:
        Printed("2.5").admits("2.5")
    assert_clear(caught, "low")
    with pytest.raises(TypeError) as caught:
        Printed("2.5").admits(2.4, "2.5")
    assert_clear(caught, "high")


def test_gradients_are_not_compared_where_squares_overflow():
    with pytest.raises(ValueError, match=r"^X, Y, w, b: expected .* squares") as caught:
        compare_gradients([[1e200]], [[1]], [[1]], 0, gradient_matrix, gradient_numeric)
    assert_clear(caught, "X, Y, w, b")


@pytest.mark.parametrize(
    ("x", "y", "w"),
    [(1e-300, 1e-300, 1), (1e-160, 1e-160, 1), (1e-200, 1e-100, 0), (1e-200, 0, 1e-200)],
)
def test_gradients_are_not_compared_where_squares_underflow(x, y, w):
    """It would say that they differ by more than rounding explains, and give 0 for a tolerance."""
    with pytest.raises(ValueError, match=r"^X, Y, w, b: expected .* squares .*smaller") as caught:
        compare_gradients([[x], [2 * x]], [[y], [4 * y]], [[w]], 0)
    assert_clear(caught, "X, Y, w, b")


@pytest.mark.parametrize(
    "problem",
    [
        ([[0], [0]], [[0], [0]], [[1]], 0),
        ([[0], [0]], [[1], [2]], [[1]], 0),
        ([[1e-150], [0]], [[1], [0]], [[1]], 0),
        ([[1], [0]], [[1e-140], [1e-300]], [[0]], 0),
    ],
)
def test_zeros_and_numbers_beside_larger_ones_are_compared(problem):
    compare_gradients(*problem)


@pytest.mark.parametrize("printed", [3.0, "3.0", ("3.0",), None])
def test_an_interval_is_of_printed_numbers(printed):
    with pytest.raises(TypeError) as caught:
        rounding_interval(lambda x: x, printed)
    assert_clear(caught, "printed")


@pytest.mark.parametrize(
    "functions", [(3, gradient_matrix), (gradient_matrix, "gradient_matrix")], ids=["3", "a name"]
)
def test_only_functions_are_compared(functions):
    with pytest.raises(TypeError) as caught:
        compare_gradients(*PROBLEM.values(), *functions)
    assert_clear(caught, "functions")


# The settings of a new run

BAD_SETTINGS = {name: (BAD_PROBLEM | SGD).get(name) for name in SETTINGS} | {
    "engine": NOT_ONE_OF_THEM,
    "epochs": [*OF_AT_LEAST_1, ("too many", 50_001, ValueError)],
    "changes": [("unknown", {"momentum": 0.9}, TypeError), ("not to change", {"X": 1}, TypeError)],
}


@pytest.mark.parametrize(
    ("argument", "changes", "error"),
    [
        pytest.param(
            argument, value if argument == "changes" else {argument: value}, error,
            id=f"{argument}-{label}",
        )
        for argument, cases in BAD_SETTINGS.items()
        for label, value, error in cases
    ],
)  # fmt: skip
def test_a_bad_setting_is_answered_with_a_sentence(argument, changes, error):
    navigator = RunNavigator(TRACE)
    with pytest.raises(error) as caught:
        navigator.new_run(**changes)
    assert_clear(caught, argument)
    assert navigator.trace is TRACE


# One of some words


@pytest.mark.parametrize("options", [("a", "b"), ["a", "b"], {"a": 1, "b": 2}])
def test_a_choice_is_one_of_its_options(options):
    for option in options:
        assert reader.choice("letter", option, options) == option
    for other in ["c", "A", "ab", " a", "", None, 1, b"a", ["a"], {}, np.array(["a", "b"])]:
        with pytest.raises(ValueError, match=r"^letter: expected 'a' or 'b', got ") as caught:
            reader.choice("letter", other, options)
        assert_clear(caught, "letter")


def test_every_option_is_named():
    with pytest.raises(ValueError, match=r"^x: expected 'a' or 'b' or 'c d', got str 'c'\.$"):
        reader.choice("x", "c", ("a", "b", "c d"))
    with pytest.raises(ValueError, match=r"^x: expected 'a', got NoneType None\.$"):
        reader.choice("x", None, {"a": 1})


# What is taken


@pytest.mark.parametrize(
    "as_given",
    [
        pytest.param(np.asarray, id="integers"),
        pytest.param(np.float16, id="float16"),
        pytest.param(np.asfortranarray, id="fortran order"),
        pytest.param(lambda value: torch.tensor(value, dtype=torch.float64), id="tensors"),
        pytest.param(lambda value: np.asarray(value, dtype=">f8"), id="other byte order"),
    ],
)
def test_whatever_holds_real_numbers_is_read_as_float64(as_given):
    X, Y, w = (as_given(PROBLEM[name]) for name in "XYw")
    grad = gradient_matrix(X, Y, w, 1)
    assert grad.w.dtype == np.float64
    # r = 1 - 2i for i = 1 … 4
    assert grad.w.item() == 2 / 4 * (-1 * 1 - 3 * 2 - 5 * 3 - 7 * 4)
    assert grad.b == 2 / 4 * (-1 - 3 - 5 - 7)


def test_integers_of_numpy_count_as_integers():
    X, _ = line_data(np.int32(4), seed=np.uint8(1))
    assert X.shape == (4, 1)
    assert len(minibatches(np.int64(4), np.int64(3), np.int64(2))) == 2
