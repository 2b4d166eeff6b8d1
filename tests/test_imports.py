"""What importing loads, and what is said when a package is missing."""

import ast
import inspect
import os.path
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

import lsqgrad
from lsqgrad._util.packages import need

PACKAGE = Path(lsqgrad.__file__).parent
# Classes that hold fields and compute nothing from arguments
RECORDS = {"DerivationError", "Gradient", "Line", "Report", "Slip", "Step"}

ARGUMENTS = "X=[[1], [2], [3]], Y=[[2], [4], [6]], w=[[0]], b=0"
USE_NUMPY_ALONE = f"""
lsqgrad.sgd_by_hand({ARGUMENTS}).full_losses
lsqgrad.compare_gradients(*dict({ARGUMENTS}).values(), lsqgrad.gradient_matrix,
    lsqgrad.gradient_scalar, lsqgrad.gradient_numeric)
"""
USE_MODEL = f"""
from lsqgrad.regression import arithmetic
from lsqgrad.widgets.run_navigator import RunNavigator
from lsqgrad.widgets.run_description import picture_in_words, state_in_words
navigator = RunNavigator(lsqgrad.sgd_by_hand({ARGUMENTS}))
navigator.predicting = True
navigator.predict(loss="1", w="2")
navigator.new_run(lr=0.1)
navigator.next()
arithmetic(navigator.step, "chain rule"), picture_in_words(navigator), state_in_words(navigator)
"""
STEP = f"lsqgrad.sgd_by_hand({ARGUMENTS})[0]"
STEPPER = f"lsqgrad.Stepper(lsqgrad.sgd_by_hand({ARGUMENTS})"
USE_STEPPER = f"{STEPPER}).next()"
FOR_BIAS = "__import__('lsqgrad.derivations').derivations.for_bias"
NAVIGATOR = "from lsqgrad.widgets.derivation_navigator import DerivationNavigator\n"
WALK = f"{NAVIGATOR}DerivationNavigator({FOR_BIAS})"
WALKER = f"lsqgrad.Walker({FOR_BIAS})"
RECORD = "lsqgrad.record_backward(__import__('torch').ones(1, requires_grad=True).sum())"
GRAPH_WALKER = f"lsqgrad.GraphWalker({RECORD})"
CHECK = "lsqgrad.Practice().check('matrix form', lambda X, Y, w: 2 / len(X) * X.T @ (X @ w - Y))"
CHECK_FORMULA = "lsqgrad.Practice().check('gradient', '2 / n * X.T @ r')"
CHECK_NUMBER = "lsqgrad.Practice().check('loss of a batch', '173.39')"
TRAIN = "lsqgrad.Practice().check('training loop', lambda model, X, Y, lr, steps: model)"
FIELD = "lsqgrad.Practice().field('gradient')"


def printed_by_fresh_interpreter(code):
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize(
    ("use", "absent"),
    [
        ("import lsqgrad.derivations", {"torch", "ipywidgets", "matplotlib", "IPython", "sympy"}),
        (USE_NUMPY_ALONE, {"torch", "ipywidgets", "matplotlib", "IPython", "sympy"}),
        (USE_MODEL, {"torch", "ipywidgets", "matplotlib", "IPython", "sympy"}),
        (f"{WALK}.next()", {"torch", "ipywidgets", "matplotlib", "IPython"}),
        (f"{WALKER}.next()", {"torch", "matplotlib"}),
        (f"{GRAPH_WALKER}.next()", {"matplotlib.pyplot"}),
        (USE_STEPPER, {"torch", "matplotlib.pyplot", "sympy"}),
        (f"{STEPPER}, predict=True).predict(w='1')", {"torch", "matplotlib.pyplot"}),
        *(
            (f"assert {check}.right", {"torch", "ipywidgets", "matplotlib", "IPython", "sympy"})
            for check in (CHECK, CHECK_FORMULA, CHECK_NUMBER)
        ),
        (f"{TRAIN}", {"ipywidgets", "matplotlib"}),
        (f"{FIELD}.answer('2 / n * X.T @ r')", {"torch", "matplotlib", "sympy"}),
    ],
    ids=[
        *("import", "by hand", "the stepper's model", "the walker's model", "Walker"),
        *("GraphWalker", "Stepper", "Stepper that asks"),
        *("check a function", "a formula", "a number", "a training loop", "a field"),
    ],
)
def test_large_packages_are_loaded_only_when_needed(use, absent):
    loaded = printed_by_fresh_interpreter(
        f"import sys, lsqgrad\n{use}\nprint(*sys.modules, sep='\\n')"
    )
    assert absent.isdisjoint(loaded.split("\n"))


@pytest.mark.parametrize(
    ("package", "user", "call"),
    [
        ("torch", "gradient_autograd", f"lsqgrad.gradient_autograd({ARGUMENTS})"),
        ("torch", "sgd_with_torch", f"lsqgrad.sgd_with_torch({ARGUMENTS})"),
        ("torch", "step_with_torch", f"lsqgrad.step_with_torch({STEP})"),
        ("torch", "gradient_autograd", f"lsqgrad.compare_gradients({ARGUMENTS})"),
        ("torch", "Stepper", f"{STEPPER}, compare=True)"),
        ("torch", "sgd_with_torch", f"{STEPPER}).new_run(engine='PyTorch')"),
        ("ipywidgets", "Stepper", USE_STEPPER),
        ("matplotlib", "Stepper", USE_STEPPER),
        ("ipywidgets", "Walker", WALKER),
        ("torch", "record_backward", "lsqgrad.record_backward(None)"),
        ("ipywidgets", "GraphWalker", GRAPH_WALKER),
        ("matplotlib", "GraphWalker", GRAPH_WALKER),
        ("sympy", "Derivation", f"{FOR_BIAS}.check()"),
        ("torch", "Practice", TRAIN),
        ("ipywidgets", "AnswerField", FIELD),
    ],
    ids=[
        *("gradient_autograd", "sgd_with_torch", "step_with_torch", "compare_gradients"),
        *("Stepper beside PyTorch", "Stepper's new run", "widgets", "matplotlib"),
        *("walker's widgets", "record_backward", "graph walker's widgets", "its matplotlib"),
        *("sympy", "check of a training loop", "field for an answer"),
    ],
)
def test_a_missing_package_is_answered_with_what_to_do(package, user, call):
    code = f"""
import sys
sys.modules[{package!r}] = None  # the way to tell Python that a package is not there
import lsqgrad
try:
    {call}
except ImportError as error:
    print(error)
"""
    message = printed_by_fresh_interpreter(code)
    assert message.startswith(f"{user} needs the package {package}, which cannot be imported here")
    assert "make lab" in message
    assert f"'pip install {package}'" in message


def test_need_imports_what_is_there_and_says_what_is_not():
    assert need("os.path", "a test") is os.path
    with pytest.raises(
        ImportError, match=r"^A test needs the package not_there, .*No module named"
    ):
        need("not_there.inner", "A test")


def test_rooms_are_entered_by_their_doors():
    graph = grimp.build_graph("lsqgrad")
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            _, room, *inside = imported.split(".")
            if inside and room != "_util":  # whose modules are open to all
                assert module.startswith(f"lsqgrad.{room}"), f"{module} imports {imported}"


def test_all_is_sorted_and_holds_every_public_name():
    imported = {
        alias.name
        for node in ast.walk(ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert lsqgrad.__all__ == sorted(imported)


def public_functions_and_classes():
    public = [getattr(lsqgrad, name) for name in lsqgrad.__all__]
    return [thing for thing in public if inspect.isroutine(thing) or inspect.isclass(thing)]


@pytest.mark.parametrize("thing", public_functions_and_classes(), ids=lambda thing: thing.__name__)
def test_every_public_name_is_explained_with_an_example(thing):
    doc = inspect.getdoc(thing)
    assert doc
    if thing.__name__ not in RECORDS:
        assert "\nExamples\n--------\n>>> " in doc
