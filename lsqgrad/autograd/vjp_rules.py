"""What the nodes of autograd's graph stand for: a table, in words and in the notation of matrices.

In it G is what a node received, the derivative of the loss with respect to what it computed. A and
B are its inputs, n is the number of entries of the first, and ∘ multiplies entry by entry. The
tests compute each of the formulas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch.autograd.graph import Node


@dataclass(frozen=True)
class Rule:
    """What a kind of node computes on the way forward, and what it passes on on the way back.

    Attributes
    ----------
    computes : str
        What it computes from its inputs.
    passes : mapping of str to str
        What it passes on to each of them, if a derivative is asked for; in autograd's order.
    kept : tuple of (str or None)
        The attribute in which the node keeps the value of each input; None if it does not.
    result : str or None
        The attribute in which it keeps its own value, if it does.
    where : mapping of str to object
        The attributes that it must have for all this to hold.
    """

    computes: str
    passes: Mapping[str, str]
    kept: tuple[str | None, ...] = ()
    result: str | None = None
    where: Mapping[str, object] = field(default_factory=dict)


# The engine does it, after the node; only ExpandBackward0 does it itself.
_SUMMED = ", summed where it was broadcast"
_G = f"G{_SUMMED}"
_SAME = Rule("A, reshaped", {"A": "G in the shape of A"})
_ALPHA = {"_saved_alpha": 1}  # a weight of the second term


def _squared_error(reduction: int, computes: str, to_prediction: str, to_target: str) -> Rule:
    return Rule(
        computes,
        {"Ŷ": to_prediction, "Y": to_target},
        kept=("_saved_self", "_saved_target"),
        where={"_saved_reduction": reduction},
    )


RULES = {  # by autograd's name; of several the one whose `where` fits
    "MseLossBackward0": (
        _squared_error(1, "mean of (Ŷ − Y)²", "(2/n)(Ŷ − Y)G", "−(2/n)(Ŷ − Y)G"),
        _squared_error(2, "sum of (Ŷ − Y)²", "2(Ŷ − Y)G", "−2(Ŷ − Y)G"),
        _squared_error(0, "each (Ŷ − Y)²", "2(Ŷ − Y) ∘ G", "−2(Ŷ − Y) ∘ G"),
    ),
    "AddmmBackward0": (
        Rule(
            "XW + b",
            {"b": _G, "X": "GWᵀ", "W": "XᵀG"},
            kept=(None, "_saved_mat1", "_saved_mat2"),
            where={"_saved_alpha": 1, "_saved_beta": 1},
        ),
    ),
    "MmBackward0": (Rule("AB", {"A": "GBᵀ", "B": "AᵀG"}, ("_saved_self", "_saved_mat2")),),
    "MvBackward0": (Rule("Av", {"A": "Gvᵀ", "v": "AᵀG"}, ("_saved_self", "_saved_vec")),),
    "TBackward0": (Rule("Aᵀ", {"A": "Gᵀ"}),),
    "AddBackward0": (Rule("A + B", {"A": _G, "B": _G}, where=_ALPHA),),
    "SubBackward0": (Rule("A − B", {"A": _G, "B": f"−{_G}"}, where=_ALPHA),),
    "MulBackward0": (
        Rule(
            "A ∘ B",
            {"A": f"G ∘ B{_SUMMED}", "B": f"G ∘ A{_SUMMED}"},
            ("_saved_self", "_saved_other"),
        ),
    ),
    "NegBackward0": (Rule("−A", {"A": "−G"}),),
    "PowBackward0": (
        Rule("each A²", {"A": "2A ∘ G"}, ("_saved_self",), where={"_saved_exponent": 2}),
    ),
    "SumBackward0": (Rule("sum of A", {"A": "G for each entry"}),),
    "MeanBackward0": (Rule("mean of A", {"A": "G/n for each entry"}),),
    "ReluBackward0": (
        Rule("max(A, 0)", {"A": "G where A > 0, and 0 elsewhere"}, result="_saved_result"),
    ),
    "TanhBackward0": (Rule("T = tanh A", {"A": "(1 − T²) ∘ G"}, result="_saved_result"),),
    "SigmoidBackward0": (
        Rule("S = 1/(1 + exp(−A))", {"A": "S ∘ (1 − S) ∘ G"}, result="_saved_result"),
    ),
    "ExpandBackward0": (Rule("A, broadcast", {"A": _G}),),
    "ViewBackward0": (_SAME,),
    "SqueezeBackward0": (_SAME,),
    "SqueezeBackward1": (_SAME,),
    "UnsqueezeBackward0": (_SAME,),
}


def rule_of(function: Node) -> Rule | None:
    """Return the `Rule` of autograd's own object for a node, or None if there is none here."""
    for rule in RULES.get(name_of(function), ()):
        if len(rule.passes) == len(function.next_functions) and all(
            getattr(function, name, None) == value for name, value in rule.where.items()
        ):
            return rule
    return None


def name_of(function: Node) -> str:
    """Return autograd's name for a node, which says what it undoes."""
    return function.name().rpartition("::")[2]
