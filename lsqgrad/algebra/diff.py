"""Finds what changed from one line of a derivation to the next."""

import ast
from difflib import SequenceMatcher

from lsqgrad.algebra.latex import factors, terms


def changes(before, after):
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
    for split in (terms, factors):
        old, new = split(before), split(after)
        if len(old) > 1 and len(new) > 1:
            return _changes_in_a_row(old, new)
    if type(before) is not type(after) or isinstance(after, ast.Subscript) or _is_whole(after):
        return [after]
    if isinstance(after, ast.Call) and _name(before) != _name(after):
        return [after]
    old, new = _parts(before), _parts(after)
    if len(old) != len(new) or _heads(before) != _heads(after):
        return [after]
    found = [part for pair in zip(old, new, strict=True) for part in changes(*pair)]
    return found or [after]


def _is_whole(node):
    """Whether it is read as one thing: a derivative, a square of a norm, a function."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name not in ("Sum", "inner")
        case ast.BinOp(left=ast.Call(func=ast.Name(id="norm")), op=ast.Pow()):
            return True
    return False


def _name(call):
    """Return what tells one kind of sum or inner product from another: Sum over i, Sum over j."""
    return call.func.id, call.args[1].id if call.func.id == "Sum" else ""


def _changes_in_a_row(old, new):
    """Compare terms, which are pairs of sign and part, or factors, in their order."""
    keys = [[_key(item) for item in row] for row in (old, new)]
    found = []
    for kind, i, i_end, j, j_end in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "replace" and i_end - i == j_end - j:
            for one, other in zip(old[i:i_end], new[j:j_end], strict=True):
                found += _changed(one, other)
        elif kind in ("replace", "insert"):
            found += [_part(item) for item in new[j:j_end]]
    return found


def _changed(old, new):
    """Compare two terms or two factors; another sign changes the whole term."""
    if isinstance(new, tuple) and old[0] != new[0]:
        return [new[1]]
    return changes(_part(old), _part(new))


def _part(item):
    return item[1] if isinstance(item, tuple) else item


def _key(item):
    return item[0] + ast.dump(item[1]) if isinstance(item, tuple) else ast.dump(item)


def _parts(node):
    """Return the parts of a formula one level down."""
    return [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]


def _heads(node):
    """Return what a formula is besides its parts: the sign, the name, the number."""
    return [
        type(value) if isinstance(value, ast.AST) else value
        for name, value in ast.iter_fields(node)
        if not isinstance(value, ast.expr | list) and name != "ctx"
    ]
