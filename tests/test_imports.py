"""What importing loads, what is said where PyTorch is missing, and how the rooms are entered."""

import ast
import inspect
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

import lsqgrad

PACKAGE = Path(lsqgrad.__file__).parent
ROOT = Path(__file__).resolve().parent.parent
# Classes that hold fields and compute nothing from arguments
RECORDS = {"DerivationError", "Gradient", "Line", "Report", "Slip", "Step"}

ARGUMENTS = "X=[[1], [2], [3]], Y=[[2], [4], [6]], w=[[0]], b=0"
USE_NUMPY_ALONE = f"""
lsqgrad.sgd_by_hand({ARGUMENTS}).full_losses
lsqgrad.compare_gradients(*dict({ARGUMENTS}).values(), lsqgrad.gradient_matrix,
    lsqgrad.gradient_scalar, lsqgrad.gradient_numeric)
lsqgrad.gather_sums(([[1], [2]], [[1], [4]]), progress=False).solve()
"""
USE_MODEL = f"""
stepper = lsqgrad.Stepper(lsqgrad.sgd_by_hand({ARGUMENTS}), predict=True)
stepper.predict(loss="1", w="2")
stepper.new_run(lr=0.1)
stepper.next()
stepper.text, stepper.alt_text, stepper.arithmetic
"""
STEP = f"lsqgrad.sgd_by_hand({ARGUMENTS})[0]"
STEPPER = f"lsqgrad.Stepper(lsqgrad.sgd_by_hand({ARGUMENTS})"
FOR_BIAS = "__import__('lsqgrad.derivations').derivations.for_bias"
WALKER = f"lsqgrad.Walker({FOR_BIAS})"
RECORD = "lsqgrad.record_backward(__import__('torch').ones(1, requires_grad=True).sum())"
GRAPH_WALKER = f"lsqgrad.GraphWalker({RECORD})"
CHECK = "lsqgrad.Practice().check('matrix form', lambda X, Y, w: 2 / len(X) * X.T @ (X @ w - Y))"
CHECK_FORMULA = "lsqgrad.Practice().check('gradient', '2 / n * X.T @ r')"
CHECK_NUMBER = "lsqgrad.Practice().check('loss of a batch', '173.39')"
TRAIN = "lsqgrad.Practice().check('training loop', lambda model, X, Y, lr, steps: model)"
COPY = """
import tempfile, lsqgrad.__main__
with tempfile.TemporaryDirectory() as folder:
    sys.argv[1:] = ["copy", "--quiet", folder]
    lsqgrad.__main__.main()
"""
FIELD = "lsqgrad.Practice().field('gradient')"


LARGE = (
    *("torch", "anywidget", "IPython", "matplotlib", "matplotlib.pyplot", "sympy"),
    *("pyarrow", "tqdm"),
)


def printed_by_fresh_interpreter(code):
    result = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def loaded_after_each(uses):
    """Which large packages are loaded in one fresh interpreter, after each use in turn."""
    report = f"print(json.dumps([name for name in {LARGE} if name in sys.modules]))"
    code = "\n".join(f"{use}\n{report}" for use in uses)
    printed = printed_by_fresh_interpreter(f"import json, sys, lsqgrad\n{code}")
    lists = [line for line in printed.splitlines() if line.startswith("[")]  # a check tells more
    return dict(zip(uses, map(json.loads, lists), strict=True))


def test_what_needs_numpy_alone_loads_nothing_else():
    checks = [f"assert {check}.right" for check in (CHECK, CHECK_FORMULA, CHECK_NUMBER)]
    uses = ["import lsqgrad.derivations", COPY, USE_NUMPY_ALONE, USE_MODEL, *checks]
    for use, loaded in loaded_after_each(uses).items():
        assert not loaded, use


def test_a_player_loads_what_it_shows_with_when_it_is_shown():
    """SymPy for a derivation; anywidget, then matplotlib for a picture; never pyplot."""
    uses = [
        f"{FIELD}.answer('2 / n * X.T @ r')",
        f"{WALKER}.next()",
        f"{FIELD}.widget",
        f"{STEPPER}).widget",
        f"{GRAPH_WALKER}.widget",
    ]
    field, walker, shown, stepper, graph_walker = map(set, loaded_after_each(uses).values())
    assert field == set()
    assert walker == {"sympy"}
    assert shown == {"sympy", "anywidget", "IPython"}
    assert stepper == {*shown, "matplotlib"}
    assert "matplotlib.pyplot" not in graph_walker


def test_a_training_loop_is_checked_without_widgets_and_figures():
    (loaded,) = loaded_after_each([TRAIN]).values()
    assert not {"anywidget", "matplotlib"} & {*loaded}


def test_where_pytorch_is_missing_all_that_need_it_say_what_to_do():
    calls = [
        f"lsqgrad.gradient_autograd({ARGUMENTS})",
        f"lsqgrad.sgd_with_torch({ARGUMENTS})",
        f"lsqgrad.step_with_torch({STEP})",
        f"lsqgrad.compare_gradients({ARGUMENTS})",
        f"{STEPPER}, compare=True)",
        f"{STEPPER}).new_run(engine='PyTorch')",
        "lsqgrad.record_backward(None)",
        TRAIN,
    ]
    code = f"""
import json, sys
sys.modules["torch"] = None  # the way to tell Python that a package is not there
import lsqgrad
messages = []
for call in {calls}:
    try:
        eval(call)
    except ImportError as error:
        messages.append(str(error))
    else:
        messages.append(f"no error by {{call}}")
print(json.dumps(messages))
"""
    messages = json.loads(printed_by_fresh_interpreter(code))
    (sentence,) = {*messages}  # one, whoever needs it
    assert sentence.startswith("This needs PyTorch, which cannot be imported here")
    assert "make lab" in sentence
    assert "'pip install torch'" in sentence


def test_the_picture_of_the_house_is_that_of_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = contracts["tool"]["importlinter"]["contracts"]
    picture = " --> ".join(layer.replace("|", "&") for layer in contract["layers"])
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"```mermaid\nflowchart TB\n    {picture}\n```" in text


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
