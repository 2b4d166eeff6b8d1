"""What the nodes of autograd's graph stand for: a table, in words and in the notation of matrices.

In it G is what a node received, the derivative of the loss with respect to what it computed. A and
B are its inputs, n is the number of entries of the first, and ∘ multiplies entry by entry. The
table is open: `register_rule` adds to it, and `check_rule` computes each of the formulas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import ArgumentError, ArgumentTypeError, validation

if TYPE_CHECKING:
    from lsqgrad._util.types import Array

    Node = Any  # PyTorch does not type what its nodes keep
    Shape = tuple[int, ...]

# The engine does it, after the node; only ExpandBackward0 does it itself.
SUMMED = ", summed where it was broadcast"
FIELD = re.compile(r"\{([^\W\d]\w*)( − 1)?\}")  # in a formula: what a node keeps, or one less
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Rule:
    """What a kind of node computes on the way forward, and what it passes on on the way back.

    Both are formulas for readers. ``{dim}`` in one of them is what the node keeps as
    ``_saved_dim``, and so is any other name in braces; ``{dim − 1}`` is one less. What a formula
    passes on may end in ``", summed where it was broadcast"``. A record has the rules of its nodes,
    and can be pickled if the functions in `where` and `view` can: those of a module, and no lambda.

    Attributes
    ----------
    computes : str
        What it computes from its inputs.
    passes : mapping of str to str
        What it passes on to each of them, if a derivative is asked for; in autograd's order. A
        single name that ends in … stands for any number of inputs, such as A… for A₁ and A₂.
    kept : tuple of (str or None)
        The attribute in which the node keeps the value of each input; None if it does not.
    result : str or None
        The attribute in which it keeps its own value, if it does.
    where : mapping of str to object
        The attributes that it must have for all this to hold: what they are, or a function that
        says whether what they are will do.
    view : callable or None
        Where a node only looks at the numbers of its one input in another way, it keeps nothing:
        this makes its value from the value of the input, the node and the shape of the value.

    Raises
    ------
    TypeError
        If an argument is not of the type above.
    ValueError
        If `kept` is not as long as `passes`, if `view` is for a rule of more than one input, or if
        braces in a formula are not around names alone.

    Examples
    --------
    >>> rule = Rule("sin A", {"A": "cos A ∘ G"}, kept=("_saved_self",))
    >>> rule.passes["A"]
    'cos A ∘ G'
    """

    computes: str
    passes: Mapping[str, str]
    kept: tuple[str | None, ...] = ()
    result: str | None = None
    where: Mapping[str, object] = field(default_factory=dict)
    view: Callable[[Array, Node, Shape], Array] | None = None

    def __post_init__(self) -> None:
        validation.string("computes", self.computes)
        if not _has_names(self.passes) or not _all_are(str, self.passes.values()):
            expected = "a formula for the name of each input, such as {'A': '−G'}"
            raise ArgumentTypeError("passes", expected, validation.describe(self.passes))
        if not isinstance(self.kept, list | tuple) or not _all_are(str | None, self.kept):
            expected = "names or None, such as ('_saved_self',)"
            raise ArgumentTypeError("kept", expected, validation.describe(self.kept))
        if self.result is not None:
            validation.string("result", self.result)
        if not _has_names(self.where):
            expected = "attributes by their names, such as {'_saved_dim': 0}"
            raise ArgumentTypeError("where", expected, validation.describe(self.where))
        if self.view is not None and not callable(self.view):
            raise ArgumentTypeError("view", "a function", validation.describe(self.view))
        if self.kept and len(self.kept) != len(self.passes):
            expected = f"one for each of the {len(self.passes)} input(s)"
            raise ArgumentError("kept", expected, f"{len(self.kept)}")
        if self.view and (len(self.passes) != 1 or self.is_variadic):
            raise ArgumentError("view", "a rule of one input", ", ".join(self.passes))
        for name, formulas in {"computes": [self.computes], "passes": self.passes.values()}.items():
            for formula in formulas:
                if re.search("[{}]", FIELD.sub("", formula)):
                    expected = "braces around names alone, such as {dim}"
                    raise ArgumentError(name, expected, validation.describe(formula))

    def holds_for(self, function: Node) -> bool:
        """Whether a node of this kind is one that the rule is meant for."""
        if len(self.passes) != len(function.next_functions) and not self.is_variadic:
            return False
        for name, expected in self.where.items():
            came = _signed(getattr(function, name, None))
            if not (expected(came) if callable(expected) else came == expected):
                return False
        return all(hasattr(function, f"_saved_{name}") for name in self.fields)

    def written_for(self, function: Node) -> Rule:
        """Return the rule with the names of its inputs and the numbers of this node."""
        passes = self.passes
        if self.is_variadic:
            ((name, formula),) = passes.items()
            places = range(1, len(function.next_functions) + 1)
            passes = {name[:-1] + str(k).translate(SUBSCRIPTS): formula for k in places}
        elif not self.fields:
            return self
        numbers = self.numbers_of(function)

        def written(formula: str) -> str:
            return FIELD.sub(lambda m: _in_words(numbers[m[1]], less=1 if m[2] else 0), formula)

        passes = {name: written(formula) for name, formula in passes.items()}
        return replace(self, computes=written(self.computes), passes=passes)

    def numbers_of(self, function: Node) -> dict[str, Any]:
        """Return what a node keeps under each of the names that the formulas have in braces."""
        return {name: _signed(getattr(function, f"_saved_{name}")) for name in self.fields}

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names that the formulas have in braces."""
        formulas = (self.computes, *self.passes.values())
        return tuple({m[1]: None for formula in formulas for m in FIELD.finditer(formula)})

    @cached_property
    def is_variadic(self) -> bool:
        """Whether it is for any number of inputs."""
        return [name[-1:] for name in self.passes] == ["…"]


def _signed(value: Any) -> Any:
    """Return what a node keeps; PyTorch shows its integers below 0 as if they had no sign."""
    if isinstance(value, tuple):
        return tuple(map(_signed, value))
    return value - 2**64 if isinstance(value, int) and value >= 2**63 else value


def _in_words(value: Any, less: int = 0) -> str:
    if isinstance(value, tuple):
        return ", ".join(_in_words(item, less) for item in value)
    if less:
        value = value - less if isinstance(value, int | float) else f"{value} − {less}"
    return (f"{value:.6g}" if isinstance(value, float) else str(value)).replace("-", "−")


def _has_names(mapping: object) -> bool:
    return isinstance(mapping, Mapping) and _all_are(str, mapping)


def _all_are(kind: Any, values: Iterable[object]) -> bool:
    return all(isinstance(value, kind) for value in values)


# Views: other looks at the same numbers


def _reshaped(array: Array, function: Node, shape: Shape) -> Array:
    return array.reshape(shape)


def _broadcast(array: Array, function: Node, shape: Shape) -> Array:
    return np.broadcast_to(array, shape)


def _transposed(array: Array, function: Node, shape: Shape) -> Array:
    return array.T


def _permuted(array: Array, function: Node, shape: Shape) -> Array:
    return array.transpose(_signed(function._saved_dims))


def _swapped(array: Array, function: Node, shape: Shape) -> Array:
    return array.swapaxes(_signed(function._saved_dim0), _signed(function._saved_dim1))


def _selected(array: Array, function: Node, shape: Shape) -> Array:
    taken: Array = array.take(_signed(function._saved_index), axis=_signed(function._saved_dim))
    return taken


def _sliced(array: Array, function: Node, shape: Shape) -> Array:
    names = ("_saved_start", "_saved_end", "_saved_step")
    part = slice(*(_signed(getattr(function, name)) for name in names))
    before = _signed(function._saved_dim) % array.ndim
    sliced: Array = array[(slice(None),) * before + (part,)]
    return sliced


# What a rule asks of a node


def _axes(metadata: Any) -> int | None:
    """Return how many axes what a node computes has, by what PyTorch keeps of its shape."""
    return None if metadata is None else len(metadata[0].shape)


def _is_one_number(metadata: Any) -> bool:
    return _axes(metadata) == 0


def _is_matrix(metadata: Any) -> bool:
    return _axes(metadata) == 2


_ONE_NUMBER = {"_input_metadata": _is_one_number}
_MATRIX = {"_input_metadata": _is_matrix}
_ALPHA = {"_saved_alpha": 1}  # a weight of the second term
_ALPHA_BETA = {"_saved_alpha": 1, "_saved_beta": 1}

_G = f"G{SUMMED}"
_SAME = Rule("A, reshaped", {"A": "G in the shape of A"}, view=_reshaped)
_TRANSPOSE = Rule("Aᵀ", {"A": "Gᵀ"}, view=_transposed)


def _squared_error(reduction: int, computes: str, to_prediction: str, to_target: str) -> Rule:
    return Rule(
        computes,
        {"Ŷ": to_prediction, "Y": to_target},
        kept=("_saved_self", "_saved_target"),
        where={"_saved_reduction": reduction},
    )


def _selection(dim: int, where: str) -> Rule:
    passes = {"A": f"G at {where}, 0 elsewhere"}
    return Rule(f"A{where}", passes, where={"_saved_dim": dim}, view=_selected)


RULES: dict[str, tuple[Rule, ...]] = {  # by autograd's name; of several the first that holds
    "MseLossBackward0": (
        _squared_error(1, "mean of (Ŷ − Y)²", "(2/n)(Ŷ − Y)G", "−(2/n)(Ŷ − Y)G"),
        _squared_error(2, "sum of (Ŷ − Y)²", "2(Ŷ − Y)G", "−2(Ŷ − Y)G"),
        _squared_error(0, "each (Ŷ − Y)²", "2(Ŷ − Y) ∘ G", "−2(Ŷ − Y) ∘ G"),
    ),
    # Products of matrices and vectors
    "AddmmBackward0": (
        Rule(
            "XW + b",
            {"b": _G, "X": "GWᵀ", "W": "XᵀG"},
            kept=(None, "_saved_mat1", "_saved_mat2"),
            where=_ALPHA_BETA,
        ),
    ),
    "BaddbmmBackward0": (
        Rule(
            "each XW + b",
            {"b": _G, "X": "GWᵀ", "W": "XᵀG"},
            kept=(None, "_saved_batch1", "_saved_batch2"),
            where=_ALPHA_BETA,
        ),
    ),
    "AddmvBackward0": (
        Rule(
            "Av + b",
            {"b": _G, "A": "Gvᵀ", "v": "AᵀG"},
            kept=(None, "_saved_mat", "_saved_vec"),
            where=_ALPHA_BETA,
        ),
    ),
    "MmBackward0": (Rule("AB", {"A": "GBᵀ", "B": "AᵀG"}, ("_saved_self", "_saved_mat2")),),
    "BmmBackward0": (Rule("each AB", {"A": "GBᵀ", "B": "AᵀG"}, ("_saved_self", "_saved_mat2")),),
    "MvBackward0": (Rule("Av", {"A": "Gvᵀ", "v": "AᵀG"}, ("_saved_self", "_saved_vec")),),
    "DotBackward0": (Rule("uᵀv", {"u": "Gv", "v": "Gu"}, ("_saved_self", "_saved_tensor")),),
    "VdotBackward0": (Rule("uᵀv", {"u": "Gv", "v": "Gu"}, ("_saved_self", "_saved_other")),),
    # Entry by entry
    "AddBackward0": (Rule("A + B", {"A": _G, "B": _G}, where=_ALPHA),),
    "SubBackward0": (Rule("A − B", {"A": _G, "B": f"−{_G}"}, where=_ALPHA),),
    "RsubBackward0": (Rule("B − A", {"A": f"−{_G}", "B": _G}, where=_ALPHA),),
    "RsubBackward1": (Rule("c − A", {"A": "−G"}, where=_ALPHA),),
    "MulBackward0": (
        Rule(
            "A ∘ B",
            {"A": f"G ∘ B{SUMMED}", "B": f"G ∘ A{SUMMED}"},
            ("_saved_self", "_saved_other"),
        ),
    ),
    "DivBackward0": (
        Rule(
            "A / B",
            {"A": f"G / B{SUMMED}", "B": f"−G ∘ A / B²{SUMMED}"},
            ("_saved_self", "_saved_other"),
        ),
    ),
    "ReciprocalBackward0": (Rule("R = 1/A", {"A": "−R² ∘ G"}, result="_saved_result"),),
    "NegBackward0": (Rule("−A", {"A": "−G"}),),
    "AbsBackward0": (Rule("|A|", {"A": "sign A ∘ G"}, ("_saved_self",)),),
    "PowBackward0": (
        Rule("each A²", {"A": "2A ∘ G"}, ("_saved_self",), where={"_saved_exponent": 2}),
        Rule("each A^{exponent}", {"A": "{exponent}A^{exponent − 1} ∘ G"}, kept=("_saved_self",)),
    ),
    "SqrtBackward0": (Rule("S = √A", {"A": "G / (2S)"}, result="_saved_result"),),
    "ReluBackward0": (
        Rule("max(A, 0)", {"A": "G where A > 0, and 0 elsewhere"}, result="_saved_result"),
    ),
    "TanhBackward0": (Rule("T = tanh A", {"A": "(1 − T²) ∘ G"}, result="_saved_result"),),
    "SigmoidBackward0": (
        Rule("S = 1/(1 + exp(−A))", {"A": "S ∘ (1 − S) ∘ G"}, result="_saved_result"),
    ),
    # Sums
    "SumBackward0": (Rule("sum of A", {"A": "G for each entry"}),),
    "SumBackward1": (
        Rule(
            "sums of A, dim {dim}", {"A": "G of its sum for each entry"}, where={"_saved_dim": bool}
        ),
    ),
    "MeanBackward0": (Rule("mean of A", {"A": "G/n for each entry"}),),
    "MeanBackward1": (
        Rule(
            "means of A, dim {dim}",
            {"A": "G/m of its mean of m entries for each entry"},
            where={"_saved_dim": bool},
        ),
    ),
    "TraceBackward0": (Rule("trace of A", {"A": "G on the diagonal, 0 elsewhere"}),),
    "LinalgVectorNormBackward0": (
        Rule(
            "N = ‖A‖",
            {"A": "G A/N"},
            kept=("_saved_self",),
            result="_saved_result",
            where=_ONE_NUMBER | {"_saved_ord": 2},
        ),
        Rule(
            "sum of |A|",
            {"A": "G sign A"},
            kept=("_saved_self",),
            result="_saved_result",
            where=_ONE_NUMBER | {"_saved_ord": 1},
        ),
    ),
    # The same numbers in another shape or order, or some of them
    "TBackward0": (_TRANSPOSE,),
    "PermuteBackward0": (
        replace(_TRANSPOSE, where={"_saved_dims": (1, 0)}),
        Rule("A, axes permuted", {"A": "G, axes permuted back"}, view=_permuted),
    ),
    "TransposeBackward0": (
        replace(_TRANSPOSE, where=_MATRIX),
        Rule("A, two axes swapped", {"A": "G, the same two swapped"}, view=_swapped),
    ),
    "ExpandBackward0": (Rule("A, broadcast", {"A": _G}, view=_broadcast),),
    "RepeatBackward0": (Rule("A, repeated", {"A": "G, summed over the copies"}),),
    "CloneBackward0": (Rule("A, copied", {"A": "G"}, view=_reshaped),),
    "ToCopyBackward0": (Rule("A, converted", {"A": "G, converted back"}),),
    "ViewBackward0": (_SAME,),
    "UnsafeViewBackward0": (_SAME,),
    "ReshapeAliasBackward0": (_SAME,),
    "AliasBackward0": (_SAME,),
    "SqueezeBackward0": (_SAME,),
    "SqueezeBackward1": (_SAME,),
    "SqueezeBackward2": (_SAME,),
    "SqueezeBackward4": (_SAME,),
    "UnsqueezeBackward0": (_SAME,),
    "SelectBackward0": (
        _selection(0, "[{index}]"),
        _selection(1, "[:, {index}]"),
        _selection(-1, "[..., {index}]"),
    ),
    "SliceBackward0": (Rule("a slice of A", {"A": "G in the slice, 0 elsewhere"}, view=_sliced),),
    "IndexBackward0": (Rule("A[indices]", {"A": "G added up at indices, 0 elsewhere"}),),
    "UnbindBackward0": (Rule("A, one by one", {"A": "each G in its place"}),),
    "CatBackward0": (Rule("joined, dim {dim}", {"A…": "its part of G"}),),
    "StackBackward0": (Rule("stacked, dim {dim}", {"A…": "its slice of G"}),),
}


def register_rule(name: str, rule: Rule) -> None:
    """Tell `record_backward` the rule of a kind of node, in addition to those that it knows.

    It is tried before those of the same name that were there, so that it can replace one, or hold
    for some of the nodes: see ``where``. `check_rule` computes its formulas.

    Parameters
    ----------
    name : str
        Autograd's name for such a node, as a record shows it.
    rule : Rule
        What such a node computes and passes on.

    Raises
    ------
    TypeError
        If `name` is not a string, or `rule` not a Rule.

    Examples
    --------
    >>> import torch
    >>> from lsqgrad import record_backward
    >>> register_rule("SinBackward0", Rule("sin A", {"A": "cos A ∘ G"}, kept=("_saved_self",)))
    >>> record_backward(torch.tensor(0.0, requires_grad=True).sin())[0]
     1  SinBackward0 of sin A
        received  ()  1
        to A      ()  1  cos A ∘ G
    """
    validation.string("name", name)
    if not isinstance(rule, Rule):
        raise ArgumentTypeError("rule", "a Rule", validation.describe(rule))
    RULES[name] = (rule, *(other for other in RULES.get(name, ()) if other != rule))


def registered_rule_of(function: Node) -> Rule | None:
    """Return the `Rule` of autograd's own object for a node as it was registered, or None."""
    rules = RULES.get(name_of(function), ())
    return next((rule for rule in rules if rule.holds_for(function)), None)


def rule_of(function: Node) -> Rule | None:
    """Return the `Rule` of autograd's own object for a node, in its names and numbers, or None."""
    rule = registered_rule_of(function)
    return rule and rule.written_for(function)


def name_of(function: Node) -> str:
    """Return autograd's name for a node, which says what it undoes."""
    name: str = function.name()
    return name.rpartition("::")[2]
