"""Finds what changed from one line of a derivation to the next."""

import ast
from collections.abc import Sequence
from difflib import SequenceMatcher

from lsqgrad.algebra.typesetting import Term, factors, terms


def changes(before: ast.expr, after: ast.expr) -> list[ast.expr]:
    """Return the smallest parts of a formula that make it differ from another.

    Parameters
    ----------
    before, after : ast.expr
        Two parts of formulas, such as the right sides of two lines.

    Returns
    -------
    list of ast.expr
        Parts of `after`: those that were put in or changed. What was only taken out leaves none.

    Examples
    --------
    >>> from lsqgrad.algebra import Formula
    >>> before, after = (Formula(text).relations[0].sides[0] for text in ("r.T @ d(r)", "r.T @ X"))
    >>> [ast.unparse(part) for part in changes(before, after)]
    ['X']
    """
    if ast.dump(before) == ast.dump(after):
        return []
    for split in (terms, _unsigned_factors):
        old, new = split(before), split(after)
        if len(old) > 1 and len(new) > 1:
            return _changes_in_a_row(old, new)
    if type(before) is not type(after) or isinstance(after, ast.Subscript) or _is_whole(after):
        return [after]
    if _name(before) != _name(after):
        return [after]
    inside, parts = _parts(before), _parts(after)
    if len(inside) != len(parts) or _heads(before) != _heads(after):
        return [after]
    found = [part for pair in zip(inside, parts, strict=True) for part in changes(*pair)]
    return found or [after]


def _unsigned_factors(node: ast.expr) -> list[Term]:
    return [("", factor) for factor in factors(node)]


def _is_whole(node: ast.expr) -> bool:
    """Whether it is read as one thing: a derivative, a square of a norm, a function."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name not in ("Sum", "inner")
        case ast.BinOp(left=ast.Call(func=ast.Name(id="norm")), op=ast.Pow()):
            return True
    return False


def _name(node: ast.expr) -> tuple[str, ...]:
    """Return what tells one kind of sum or inner product from another: Sum over i, Sum over j."""
    match node:
        case ast.Call(func=ast.Name(id="Sum"), args=[_, ast.Name(id=index)]):
            return "Sum", index
        case ast.Call(func=ast.Name(id=name)):
            return (name,)
    return ()


def _changes_in_a_row(old: Sequence[Term], new: Sequence[Term]) -> list[ast.expr]:
    """Compare terms or factors in their order; another sign changes the whole term."""
    keys = ([sign + ast.dump(part) for sign, part in row] for row in (old, new))
    matcher = SequenceMatcher(None, next(keys), next(keys), autojunk=False)
    found: list[ast.expr] = []
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "replace" and i_end - i == j_end - j:
            for (was, one), (sign, other) in zip(old[i:i_end], new[j:j_end], strict=True):
                found += changes(one, other) if was == sign else [other]
        elif kind in ("replace", "insert"):
            found += [part for _, part in new[j:j_end]]
    return found


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return the parts of a formula one level down."""
    return [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]


def _heads(node: ast.expr) -> list[object]:
    """Return what a formula is besides its parts: the sign, the name, the number."""
    return [
        type(value) if isinstance(value, ast.AST) else value
        for name, value in ast.iter_fields(node)
        if not isinstance(value, ast.expr | list) and name != "ctx"
    ]
