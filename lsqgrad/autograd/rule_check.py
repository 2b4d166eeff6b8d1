"""Computes the formulas of a rule in NumPy, and compares them with what PyTorch does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import ArgumentError, ArgumentTypeError, to_array, torch_as_it_comes, validation
from lsqgrad.autograd.record import GraphNode, GraphRecord, format_entries, record_backward
from lsqgrad.autograd.vjp_rules import SUMMED, Rule, name_of, registered_rule_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from torch import Tensor

    from lsqgrad._util.types import Array
    from lsqgrad.autograd.vjp_rules import Node

    _Function = Callable[..., Any]

# Much more than rounding makes of a formula, and much less than a wrong formula makes.
TOLERANCE = np.finfo(np.float64).eps ** 0.5
INPUT = "CloneBackward0"  # each input is one, so that functions in place can be checked, too


def check_rule(
    function: _Function, inputs: Sequence[ArrayLike], implementations: Mapping[str, _Function]
) -> GraphNode:
    """Compute what a rule says that a node computes, passes on and keeps, and compare.

    Parameters
    ----------
    function : callable
        A function of PyTorch that creates a single node of the graph, such as torch.sin.
    inputs : sequence of array_like
        What it is called with, an array for each of its arguments, in float64.
    implementations : mapping of str to callable
        For each formula of the rule, without ", summed where it was broadcast", a function that
        computes it in NumPy. Its arguments have the names of what it needs: the inputs by their
        names (of A… a list A, and k for the place in it), G, n, ``result`` for what the node has
        computed, and what the rule has in braces.

    Returns
    -------
    GraphNode
        The node that was compared.

    Raises
    ------
    TypeError
        If `function` or one of `implementations` is no function, or `inputs` are not real numbers.
    ValueError
        If a formula is not what PyTorch computes or passes on, or has no implementation; if a value
        is not where the rule says; if `function` does not create a single node, or no rule holds
        for it.
    ImportError
        If PyTorch is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> from lsqgrad import Rule, register_rule
    >>> register_rule("SinBackward0", Rule("sin A", {"A": "cos A ∘ G"}, kept=("_saved_self",)))
    >>> sine = {"sin A": lambda A: np.sin(A), "cos A ∘ G": lambda A, G: np.cos(A) * G}
    >>> check_rule(torch.sin, [[0.5, 1.0]], sine).name
    'SinBackward0'
    """
    arrays = _read(function, inputs, implementations)
    with torch_as_it_comes() as torch:
        leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
        given = [leaf.clone() for leaf in leaves]
        below = [tensor.grad_fn for tensor in given]  # a function in place gives it another one
        made = function(*given)
        outputs = made if isinstance(made, tuple) else (made,)
        if not all(isinstance(output, torch.Tensor) and output.grad_fn for output in outputs):
            asked = "one that returns what it computes from tensors, with a graph"
            raise ArgumentError("function", asked, validation.describe(made))
        made_by = outputs[0].grad_fn
        if [function for function, _ in made_by.next_functions] != below:
            given_to = "1 input" if len(below) == 1 else f"{len(below)} inputs"
            asked = f"one that creates a single node from its {given_to}"
            raise ArgumentError("function", asked, f"{name_of(made_by)} of others")
        record = record_backward(torch.stack([*map(_weighted, outputs)]).sum())
    node = next(node for node in reversed(record) if _is_over_inputs(node, record))
    rule = registered_rule_of(made_by)
    if rule is None or node.rule is None:
        raise ArgumentError("function", "one for whose node a rule holds", node.name)

    several = len(outputs) > 1
    results = [to_array(output) for output in outputs]
    names = {
        **({name[:-1]: arrays for name in rule.passes} if rule.is_variadic else {}),
        **dict(zip(node.rule.passes, arrays, strict=True)),
        **rule.numbers_of(made_by),
        "G": node.received if several else node.received[0],
        "result": results if several else results[0],
        "n": arrays[0].size,
    }
    computed = _computed(implementations, rule.computes, names)
    for result, expected in zip(results, computed if several else [computed], strict=True):
        _compare(rule.computes, "what was computed", result, expected)
    formulas = [*rule.passes.values()] * (len(arrays) if rule.is_variadic else 1)
    places = zip(node.rule.passes, formulas, node.passed, arrays, strict=True)
    for k, (to, formula, passed, array) in enumerate(places):
        expected = _computed(implementations, formula.removesuffix(SUMMED), names | {"k": k})
        if formula.endswith(SUMMED):
            expected = _summed_to(expected, array.shape)
        _compare(formula, f"what was passed on to {to}", passed, expected)
    _check_what_is_kept(node.rule, made_by, arrays, results[0])
    return node


def _read(
    function: _Function, inputs: Sequence[ArrayLike], implementations: Mapping[str, _Function]
) -> list[Array]:
    """Return the inputs in float64, if all that is given is of the right type."""
    if not callable(function):
        raise ArgumentTypeError("function", "a function", validation.describe(function))
    if not isinstance(implementations, Mapping) or not all(map(callable, implementations.values())):
        expected = "a function in NumPy for each formula"
        raise ArgumentTypeError("implementations", expected, validation.describe(implementations))
    if not isinstance(inputs, list | tuple) or not inputs:
        expected = "a list with an array for each argument"
        raise ArgumentTypeError("inputs", expected, validation.describe(inputs))
    return [validation.real("inputs", array).astype(np.float64) for array in inputs]


def _weighted(output: Tensor) -> Tensor:
    """Return a loss of which each entry of `output` has a weight of its own, from 2 to 3."""
    import torch

    weights = torch.linspace(2, 3, output.numel(), dtype=output.dtype)
    return (output * weights.reshape(output.shape)).sum()


def _is_over_inputs(node: GraphNode, record: GraphRecord) -> bool:
    """Whether all that goes into a node are inputs."""
    return {record[source - 1].name for source in node.sources if source} == {INPUT}


def _computed(
    implementations: Mapping[str, _Function], formula: str, names: Mapping[str, Any]
) -> Any:
    """Compute a formula."""
    if formula not in implementations:
        asked = f"a function for each formula, {formula!r} too"
        raise ArgumentError("implementations", asked, "none")
    function = implementations[formula]
    asked = f"a function for {formula!r} with named arguments, among {', '.join(names)}"
    try:
        arguments = signature(function).parameters.values()
    except ValueError:  # of some that are not written in Python nothing is known
        raise ArgumentError("implementations", asked, validation.describe(function)) from None
    nameless = Parameter.POSITIONAL_ONLY
    known = [a.name for a in arguments if a.name in names and a.kind != nameless]
    needed = [a.name for a in arguments if a.default is Parameter.empty]
    if unknown := [name for name in needed if name not in known]:
        raise ArgumentError("implementations", asked, ", ".join(unknown))
    return function(**{name: names[name] for name in known})


def _compare(formula: str, what: str, came: Array | None, expected: ArrayLike) -> None:
    """Raise unless PyTorch has made what a formula has."""
    formed = np.asarray(expected)
    close = TOLERANCE * np.max(np.abs(formed), initial=0)
    if (
        came is None
        or came.shape != formed.shape
        or not np.allclose(came, formed, rtol=0, atol=close)
    ):
        asked = f"{formula!r} to be {what}, {_told(came)}"
        raise ArgumentError("implementations", asked, _told(formed))


def _told(array: Array | None) -> str:
    return "nothing" if array is None else f"shape {array.shape}: {format_entries(array)}"


def _summed_to(array: Array, shape: tuple[int, ...]) -> Array:
    """Sum over whatever was broadcast from this shape."""
    array = array.sum(axis=tuple(range(array.ndim - len(shape))))
    axes = tuple(k for k, length in enumerate(shape) if length == 1)
    summed: Array = array.sum(axis=axes, keepdims=True)
    return summed


def _check_what_is_kept(rule: Rule, made_by: Node, arrays: list[Array], result: Array) -> None:
    """Raise unless a node has the values where its rule says, and its view has that of the node."""
    places = [("kept", *place) for place in zip(rule.kept, arrays, strict=False)]
    for name, attribute, value in [*places, ("result", rule.result, result)]:
        if attribute:
            found = to_array(getattr(made_by, attribute, None))
            if found is None or not np.array_equal(found, value):
                raise ArgumentError(name, f"{attribute} to be {_told(value)}", _told(found))
    if rule.view:
        seen = np.asarray(rule.view(arrays[0], made_by, result.shape))
        if not np.array_equal(seen, result):
            raise ArgumentError("view", _told(result), _told(seen))
