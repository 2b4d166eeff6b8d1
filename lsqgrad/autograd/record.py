"""Records what `backward()` does: every node of autograd's graph, what it received and passed on.

Each node has a hook of PyTorch's own for the time of one `backward()`. What is kept are copies, as
NumPy arrays, so that a record keeps no graph alive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np

from lsqgrad._util import (
    ArgumentError,
    ArgumentTypeError,
    ReadOnlyArrays,
    import_torch,
    to_array,
    validation,
)
from lsqgrad.autograd.vjp_rules import Rule, name_of, rule_of

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from lsqgrad._util.types import Array

    Node = Any  # PyTorch does not type what its nodes keep
    _Output = tuple[Node, int]  # a node, and which of its outputs

LEAF = "AccumulateGrad"  # autograd's name for the end of a path, where a leaf gets its .grad
REASONS = {  # how PyTorch's errors begin, and what they mean here
    "Trying to backward through the graph a second time": (
        "a graph that is still there, but backward() has used it and freed it",
        "Compute the loss again, or call that backward() with retain_graph=True.",
    ),
    "one of the variables needed for gradient computation has been modified": (
        "a graph whose numbers are those of the forward pass, but one of them was changed in place "
        "since, as optimizer.step() does",
        "Compute the loss again.",
    ),
}
CHANGED = (
    "What it received is not what was passed on to it: something changed it on the way, such as a "
    "hook."
)
WRITTEN = (
    "Its .grad is not what it was plus what was received: something else wrote to it, such as a "
    "hook or another backward()."
)
HIDDEN = "The .grad of {names} changed, although the graph has no node for it."
ELSEWHERE = (
    "Meanwhile another backward() ran, in a hook, inside a node or in another thread. What it did "
    "is not in this record."
)


class _Seen(NamedTuple):
    """The numbers of a gradient, of which type it was, and what it may be a sum of itself."""

    array: Array
    dtype: torch.dtype
    terms: int  # a sparse one may have several numbers for an entry; they are at most so many
    size: Array | None  # the sums of their magnitudes; None where each is one number


_Visit = tuple[tuple[_Seen | None, ...], tuple[_Seen | None, ...]]  # passed on, received


@dataclass(frozen=True, eq=False, repr=False)
class GraphNode(ReadOnlyArrays):
    """A node of autograd's graph, as `backward()` went through it. Arrays are read-only copies.

    Attributes
    ----------
    number : int
        When `backward()` came to it, from 1.
    name : str
        Autograd's name, such as AddmmBackward0.
    label : str
        What the forward pass computed here, in words; for an AccumulateGrad the name of its leaf.
    rule : Rule or None
        What such a node computes and passes on. None for an AccumulateGrad, and for a node that
        this package does not know.
    value : ndarray or None
        What the forward pass computed here; None if the graph has not kept it, since no derivative
        needs it. Of a leaf, what it holds when it is recorded: after ``optimizer.step()`` that is
        no longer what the forward pass used.
    received : tuple of (ndarray or None)
        The derivative of the loss with respect to each of its outputs; nearly always there is one.
    passed : tuple of (ndarray or None)
        What it passed on for each input, after the engine has summed what was broadcast; None where
        no derivative is asked for. What a hook of the node itself makes of it counts as its work.
    sources : tuple of (int or None)
        The number of the node that each input comes from; None for data.
    inputs : tuple of (ndarray or None)
        The value of each input; None if the graph has not kept it.
    leaf : str or None
        The name of the leaf, if it is an AccumulateGrad.
    grad_before, grad_after : ndarray or None
        ``.grad`` of the leaf before and after.
    notes : tuple of str
        What happened here that the graph does not show: what was received is not what was passed
        on to it, or ``.grad`` is not what that makes of it.

    Examples
    --------
    >>> import torch
    >>> w = torch.tensor([[2.0]], requires_grad=True)
    >>> node = record_backward((w * w).sum(), {"w": w})[1]
    >>> node.name, node.rule.computes, node.received[0].shape
    ('MulBackward0', 'A ∘ B', (1, 1))
    """

    number: int
    name: str
    label: str
    rule: Rule | None
    value: Array | None
    received: tuple[Array | None, ...]
    passed: tuple[Array | None, ...]
    sources: tuple[int | None, ...]
    inputs: tuple[Array | None, ...]
    leaf: str | None = None
    grad_before: Array | None = None
    grad_after: Array | None = None
    notes: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[tuple[str, str, Array], ...]:
        """What was passed on: to which input, by which formula, and the numbers.

        Where this package knows no rule, the input has a number and the formula is empty.
        """
        unknown = {f"input {k}": "" for k in range(1, len(self.passed) + 1)}
        formulas = self.rule.passes if self.rule else unknown
        terms = zip(formulas.items(), self.passed, strict=True)
        return tuple((*item, array) for item, array in terms if array is not None)

    def __repr__(self) -> str:
        return _in_lines([self])


@dataclass(frozen=True, eq=False, repr=False)
class GraphRecord(Sequence[GraphNode]):
    """What one `backward()` did: a `GraphNode` for each node, in the order in which it came there.

    Attributes
    ----------
    nodes : tuple of GraphNode
        ``record[0]`` is the node of the loss, which has the number 1.
    notes : tuple of str
        What happened meanwhile that no node shows.

    Examples
    --------
    >>> import torch
    >>> w = torch.tensor([[2.0]], requires_grad=True)
    >>> [node.name for node in record_backward((w * w).sum())]
    ['SumBackward0', 'MulBackward0', 'AccumulateGrad']
    """

    nodes: tuple[GraphNode, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.nodes)

    @overload
    def __getitem__(self, index: int) -> GraphNode: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[GraphNode, ...]: ...
    def __getitem__(self, index: int | slice) -> GraphNode | tuple[GraphNode, ...]:
        return self.nodes[index]

    def __repr__(self) -> str:
        return "\n".join([_in_lines(self), *self.notes])


def record_backward(
    loss: Tensor, parameters: nn.Module | Mapping[str, Tensor] | None = None
) -> GraphRecord:
    """Call ``loss.backward()``, and record what every node of the graph received and passed on.

    ``.grad`` of each leaf is then what `backward()` makes it. The graph stays as it was: no hook is
    left in it, hooks of your own are called and stay, and `backward()` can be called on it again.
    After an error, ``.grad`` of each leaf that the graph or `parameters` has is what it was before.

    What happens beside the graph, in hooks, inside a node or in other threads, is not recorded;
    where it can be seen in what the nodes received and in ``.grad``, ``notes`` say so. A hook of
    the node itself, from ``y.grad_fn.register_hook``, counts as the work of the node: it can make a
    formula false, and no note says so.

    Parameters
    ----------
    loss : torch.Tensor
        One real number with a graph.
    parameters : torch.nn.Module or mapping of str to torch.Tensor, optional
        The names of the leaves: the model's names of its parameters, or your own.

    Returns
    -------
    GraphRecord
        Its nodes in the order of `backward()`.

    Raises
    ------
    TypeError
        If `loss` is not a tensor, or `parameters` neither a module nor names of tensors.
    ValueError
        If `loss` is not one real number, or has no graph, or one that is freed, was changed, or
        has leaves that are complex or without numbers; or if none of `parameters` is a leaf of it
        or gets a ``.grad`` beside the graph.
    ImportError
        If PyTorch is not installed.

    Examples
    --------
    >>> import torch
    >>> w = torch.tensor([[2.0]], requires_grad=True)
    >>> Y_hat = torch.tensor([[1.0], [3.0]]) @ w
    >>> record_backward(torch.nn.functional.mse_loss(Y_hat, torch.zeros(2, 1)), {"w": w})
     1  MseLossBackward0 of mean of (Ŷ − Y)²
        received  ()      1
        to Ŷ      (2, 1)  2, 6  (2/n)(Ŷ − Y)G
     2  MmBackward0 of AB
        received  (2, 1)  2, 6
        to B      (1, 1)  20    AᵀG
     3  AccumulateGrad of w
        received  (1, 1)  20
        w.grad    (1, 1)  20    before: none
    """
    import_torch()  # the functions below import what is there
    _check_loss(loss)
    named = _named_tensors(parameters)
    names = {id(leaf): name for name, leaf in named.items()}
    functions = _functions_below(loss.grad_fn)
    kinds = {function: name_of(function) for function in functions}
    leaves = {function: function.variable for function in functions if kinds[function] == LEAF}
    in_graph = {*map(id, leaves.values())}
    _check_leaves(leaves.values())
    is_nameless = bool(names) and in_graph.isdisjoint(names)
    if is_nameless and not _may_have_more(functions):
        raise _no_name_fits()
    with _clear_errors():
        rules = {function: rule_of(function) for function in functions}
        values, kept = _forward_values(loss, rules, leaves)
    grads = {function: _Grad.of(leaf) for function, leaf in leaves.items()}
    before = {function: _seen(grad.copy) for function, grad in grads.items()}
    others = {name: _Grad.of(t) for name, t in named.items() if t.is_leaf and id(t) not in in_graph}
    with _put_back_after_an_error([*grads.values(), *others.values()]):
        visits, task = _backward(loss, functions, leaves)
        hidden = [name for name, grad in others.items() if grad.has_changed]
        if is_nameless and not hidden:
            raise _no_name_fits()
        ran_elsewhere = _next_task(loss) != task + 1
        after = {function: _seen(leaf.grad) for function, leaf in leaves.items()}
        _look_through_views(values, rules, visits)

        in_order = [function for function in visits if function in leaves]
        labels = {f: names.get(id(leaves[f]), f"leaf {k}") for k, f in enumerate(in_order, start=1)}
        numbers = {function: number for number, function in enumerate(visits, start=1)}
        notes = _notes(loss, visits, before, after)
        nodes = []
        for function, (passed, received) in visits.items():
            sources = tuple(numbers.get(source) for source, _ in function.next_functions)
            node = GraphNode(
                number=numbers[function],
                name=kinds[function],
                label=_label(function, rules[function], labels),
                rule=rules[function],
                value=values.get((function, 0)) if len(received) == 1 else None,
                received=tuple(map(_array_of, received)),
                # Where no gradient is asked for, the engine drops what a node may have returned.
                passed=tuple(
                    _array_of(g) if source else None
                    for g, source in zip(passed, sources, strict=True)
                ),
                sources=sources,
                inputs=tuple(
                    values.get(edge) if value is None else value
                    for edge, value in zip(function.next_functions, kept[function], strict=True)
                ),
                leaf=labels.get(function),
                grad_before=_array_of(before.get(function)),
                grad_after=_array_of(after.get(function)),
                notes=notes[function],
            )
            nodes.append(node)
        said = [HIDDEN.format(names=", ".join(hidden))] if hidden else []
        said += [ELSEWHERE] if ran_elsewhere else []
        return GraphRecord(tuple(nodes), tuple(said))


def format_entries(array: Array | None, most: int = 3, digits: int = 6) -> str:
    """Write the entries of an array with some significant digits, `most` of them at the most."""
    if array is None:
        return "none"
    if array.size == 0:
        return "no entries"
    written = [f"{entry:.{digits}g}" for entry in array.flat[:most]]
    return ", ".join([*written, "…"] if array.size > most else written)


def _in_lines(nodes: Sequence[GraphNode]) -> str:
    """Write nodes one below the other, each with what it received and passed on."""
    blocks = [(node, _rows(node)) for node in nodes]
    columns = zip(*(row[:3] for _, rows in blocks for row in rows), strict=True)
    what, shape, numbers = (max(map(len, column)) + 2 for column in columns)
    lines = []
    for node, rows in blocks:
        lines.append(f"{node.number:2}  {node.name} of {node.label}")
        for row in rows:
            line = f"    {row[0]:{what}}{row[1]:{shape}}{row[2]:{numbers}}{row[3]}"
            lines.append(line.rstrip())
        lines += [f"    {note}" for note in node.notes]
    return "\n".join(lines)


def _rows(node: GraphNode) -> list[tuple[str, str, str, str]]:
    """Return what is told of a node: what each array is, its shape, its entries, and a note."""
    rows = [("received", array, "") for array in node.received]
    rows += [(f"to {name}", array, formula) for name, formula, array in node.terms]
    if node.leaf is not None:
        rows.append(
            (f"{node.leaf}.grad", node.grad_after, f"before: {format_entries(node.grad_before)}")
        )
    shapes = ["" if array is None else str(array.shape) for _, array, _ in rows]
    return [
        (what, shape, format_entries(array), note)
        for shape, (what, array, note) in zip(shapes, rows, strict=True)
    ]


def _check_loss(loss: Tensor) -> None:
    """Raise unless `backward()` can start at `loss`."""
    import torch

    if not isinstance(loss, torch.Tensor):
        raise ArgumentTypeError("loss", "a torch.Tensor", validation.describe(loss))
    if loss.grad_fn is None:
        what = (
            "a leaf, which was computed from nothing"
            if loss.requires_grad
            else "one without: nothing that it was computed from requires a gradient, or it was "
            "computed under no_grad(), or detached"
        )
        raise ArgumentError("loss", "a tensor with a graph", what)
    if loss.numel() != 1:
        came = f"shape {tuple(loss.shape)}; its mean or its sum is one"
        raise ArgumentError("loss", "one number", came)
    if loss.is_meta:
        came = "a tensor on the meta device, which has none"
        raise ArgumentError("loss", "a number", came)
    if loss.is_complex():
        raise ArgumentError("loss", "a real number", f"{loss.dtype}")


def _check_leaves(leaves: Iterable[Tensor]) -> None:
    """Raise if there are complex numbers, which the rules are not for, or none."""
    for leaf in leaves:
        if leaf.is_meta:
            came = "a leaf on the meta device, which has none"
            raise ArgumentError("loss", "a graph of numbers", came)
        if leaf.is_complex():
            raise ArgumentError("loss", "a graph of real numbers", f"a leaf of {leaf.dtype}")


def _no_name_fits() -> ArgumentError:
    return ArgumentError("parameters", "a leaf of the loss's graph among them", "none")


def _may_have_more(functions: list[Node]) -> bool:
    """Whether leaves may get a `.grad` that cannot be seen in the graph.

    A node that is written in Python may call `backward()` itself, as a checkpoint does.
    """
    from torch.autograd.function import BackwardCFunction

    return any(isinstance(function, BackwardCFunction) for function in functions)


def _named_tensors(parameters: nn.Module | Mapping[str, Tensor] | None) -> Mapping[str, Tensor]:
    """Return the tensors that have a name."""
    import torch

    if parameters is None:
        return {}
    if isinstance(parameters, torch.nn.Module):
        parameters = dict(parameters.named_parameters())
    if not isinstance(parameters, Mapping) or not all(
        isinstance(name, str) and isinstance(leaf, torch.Tensor)
        for name, leaf in parameters.items()
    ):
        raise ArgumentTypeError(
            "parameters",
            "a torch.nn.Module, or names of tensors such as {'w': w}",
            validation.describe(parameters),
        )
    return parameters


def _functions_below(root: Node) -> list[Node]:
    """Return `root` and all nodes that can be reached from it, each once."""
    found, waiting = {root: None}, [root]
    while waiting:
        for function, _ in waiting.pop().next_functions:
            if function is not None and function not in found:
                found[function] = None
                waiting.append(function)
    return list(found)


def _forward_values(
    loss: Tensor, rules: dict[Node, Rule | None], leaves: dict[Node, Tensor]
) -> tuple[dict[_Output, Array], dict[Node, list[Array | None]]]:
    """Return, where the graph keeps them, the values of each output, and of each node's inputs.

    A node keeps what its own derivative needs, and that is often the value of an input: so the
    value of a node is found in the nodes above it. An output is a pair: the node, and which it is.
    """
    import torch

    values = {(loss.grad_fn, loss.output_nr): to_array(loss)}
    values |= {(function, 0): to_array(leaf) for function, leaf in leaves.items()}
    kept: dict[Node, list[Array | None]] = {}
    for function, rule in rules.items():
        edges = function.next_functions
        kept[function] = [None] * len(edges)
        if rule and rule.result and hasattr(function, rule.result):
            values[function, 0] = to_array(getattr(function, rule.result))
        if rule and rule.kept:
            found = (name and getattr(function, name, None) for name in rule.kept)
            kept[function] = [to_array(t) if isinstance(t, torch.Tensor) else None for t in found]
        for edge, value in zip(edges, kept[function], strict=True):
            if edge[0] is not None and value is not None:
                values.setdefault(edge, value)
    return values, kept


def _look_through_views(
    values: dict[_Output, Array], rules: dict[Node, Rule | None], visits: dict[Node, _Visit]
) -> None:
    """Add the value of each view of a known value: a view keeps nothing, since it only looks."""
    for function, (_, received) in reversed(visits.items()):  # each after what it looks at
        rule, gradient = rules[function], received[0]
        if rule and rule.view and gradient is not None and (function, 0) not in values:
            (edge,) = function.next_functions
            if edge in values:
                shape = gradient.array.shape
                value = np.asarray(rule.view(values[edge], function, shape))
                value.setflags(write=False)
                values[function, 0] = value


def _label(function: Node, rule: Rule | None, labels: dict[Node, str]) -> str:
    """Say what the forward pass computed at a node; `labels` has the names of the leaves."""
    if function in labels:
        return labels[function]
    if rule and rule.view and (leaf := labels.get(function.next_functions[0][0])):
        (name,) = rule.passes
        # As a whole word; the sign of a transpose is a letter to Python.
        return re.sub(rf"(?<!\w){re.escape(name)}(?![^\Wᵀ])", lambda _: leaf, rule.computes)
    return rule.computes if rule else "an unknown function"


class _Grad(NamedTuple):
    """What `.grad` of a leaf was."""

    leaf: Tensor
    tensor: Tensor | None
    copy: Tensor | None
    version: int | None  # by which PyTorch counts its changes, but not in inference mode

    @classmethod
    def of(cls, leaf: Tensor) -> _Grad:
        """Return what it is now."""
        grad = leaf.grad
        if grad is None:
            return cls(leaf, None, None, None)
        version = None if grad.is_inference() else grad._version
        return cls(leaf, grad, grad.detach().clone(), version)

    @property
    def has_changed(self) -> bool:
        """Whether it is another one now, or was changed in place."""
        return self.leaf.grad is not self.tensor or self._was_written_to

    @property
    def _was_written_to(self) -> bool:
        if self.tensor is None or self.copy is None:
            return False
        if self.version is not None:
            return self.tensor._version != self.version
        return not np.array_equal(to_array(self.tensor), to_array(self.copy), equal_nan=True)

    def put_back(self) -> None:
        """Make it what it was."""
        import torch

        self.leaf.grad = self.tensor
        if self.tensor is not None and self.copy is not None and self._was_written_to:
            with torch.no_grad():
                self.tensor.copy_(self.copy)


@contextmanager
def _put_back_after_an_error(grads: Iterable[_Grad]) -> Iterator[None]:
    """Make each `.grad` what it was if what is done meanwhile fails."""
    try:
        yield
    except BaseException:
        for grad in grads:
            grad.put_back()
        raise


def _backward(
    loss: Tensor, functions: list[Node], leaves: Collection[Node]
) -> tuple[dict[Node, _Visit], int]:
    """Call `backward()`; return by node, in its order, what each passed on and received.

    The second is the number of this call.
    """
    visits: dict[Node, _Visit] = {}
    handles = []
    try:
        root, task = _numbered(loss)
        for function in functions:
            record = _recorder(visits, function, task)
            if function in leaves:  # before what it received becomes .grad, and changes
                handles.append(function.register_prehook(partial(record, ())))
            else:
                handles.append(function.register_hook(record))
        with _clear_errors():
            root.backward(retain_graph=True)  # type: ignore[no-untyped-call]
    finally:
        for handle in handles:
            handle.remove()
    return visits, task[0]


def _numbered(tensor: Tensor) -> tuple[Tensor, list[int]]:
    """Return a copy from which `backward()` can start, and a list to which it adds its number.

    PyTorch numbers all that are called, in hooks and other threads, too, as they begin. The node of
    the copy is nobody else's, so that this is the number of the one that starts there.
    """
    import torch

    task: list[int] = []
    with torch.inference_mode(False):  # this makes a graph under no_grad(), too
        root = tensor.clone()
    assert root.grad_fn is not None
    root.grad_fn.register_prehook(lambda _: task.append(torch._C._current_graph_task_id()))
    return root, task


def _next_task(loss: Tensor) -> int:
    """Return the number of a `backward()` that begins now, on the device of the loss."""
    import torch

    task: list[int] = []
    leaf = torch.zeros_like(loss, requires_grad=True)  # no graph, so that any mode will do
    leaf.register_hook(lambda _: task.append(torch._C._current_graph_task_id()))  # type: ignore[no-untyped-call]
    leaf.backward()  # type: ignore[no-untyped-call]
    return task[0]


def _recorder(
    visits: dict[Node, _Visit], function: Node, task: list[int]
) -> Callable[[Any, Any], None]:
    """Return a hook that keeps copies of what a node passes on and has received."""
    this_task = import_torch()._C._current_graph_task_id

    def record(passed: tuple[Tensor | None, ...], received: tuple[Tensor | None, ...]) -> None:
        if [this_task()] == task:  # others may go through the same node
            visits[function] = tuple(map(_seen, passed)), tuple(map(_seen, received))

    return record


@overload
def _seen(tensor: Tensor) -> _Seen: ...
@overload
def _seen(tensor: None) -> None: ...
def _seen(tensor: Tensor | None) -> _Seen | None:
    if tensor is None:
        return None
    array = to_array(tensor)
    if not tensor.is_sparse:
        return _Seen(array, tensor.dtype, 1, None)
    places, numbers = to_array(tensor._indices()), to_array(tensor._values())
    size = np.zeros(array.shape)
    np.add.at(size, tuple(places), np.abs(numbers))
    return _Seen(array, tensor.dtype, numbers.shape[0], size)


def _array_of(seen: _Seen | None) -> Array | None:
    return None if seen is None else seen.array


def _notes(
    loss: Tensor,
    visits: dict[Node, _Visit],
    before: dict[Node, _Seen | None],
    after: dict[Node, _Seen | None],
) -> dict[Node, tuple[str, ...]]:
    """Return by node what is said of it; `before` and `after` have `.grad` of the leaves."""
    seed = _Seen(np.ones_like(to_array(loss)), loss.dtype, 1, None)  # where backward() begins
    arrived: dict[_Output, list[_Seen | None]] = {(loss.grad_fn, loss.output_nr): [seed]}
    for function, (passed, _) in visits.items():
        for edge, gradient in zip(function.next_functions, passed, strict=True):
            if gradient is not None:
                arrived.setdefault(edge, []).append(gradient)
    notes = {}
    for function, (_, received) in visits.items():
        said = []
        if any(_differs(g, arrived.get((function, k), [])) for k, g in enumerate(received)):
            said.append(CHANGED)
        if function in after and _differs(after[function], [before[function], *received]):
            said.append(WRITTEN)
        notes[function] = tuple(said)
    return notes


def _differs(came: _Seen | None, terms: Iterable[_Seen | None]) -> bool:
    """Whether something is not the sum of its terms, but for rounding in another order."""
    known = [term for term in terms if term is not None]
    if came is None or not known:
        return came is not None or bool(known)
    if len(known) == 1 and came.array.tobytes() == known[0].array.tobytes():
        return False
    with np.errstate(all="ignore"):
        total = sum((term.array for term in known[1:]), known[0].array)
        return came.array.tobytes() != total.tobytes() and not _is_rounded(came, known)


def _is_rounded(came: _Seen, terms: list[_Seen]) -> bool:
    """Whether something is the sum of its terms in another order, or of a type that NumPy lacks.

    Each of the m − 1 additions rounds, by half an eps of what is at most the sum of the magnitudes;
    so do those of the sum that it is compared with.
    """
    import torch

    limits = max((torch.finfo(s.dtype) for s in (came, *terms)), key=lambda limits: limits.eps)
    exact = np.array([term.array.astype(np.float64) for term in terms])
    sizes = [np.abs(a) if t.size is None else t.size for a, t in zip(exact, terms, strict=True)]
    total, size = exact.sum(axis=0), np.sum(sizes, axis=0)
    additions = sum(term.terms for term in terms) - 1
    close = np.abs(came.array - total) <= additions * limits.eps * size
    overflow = (size > limits.max) & (additions > 0)  # on the way
    return bool((close | overflow | (np.isnan(came.array) & np.isnan(total))).all())


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Say what PyTorch's errors about the numbers that the graph keeps mean here."""
    try:
        yield
    except RuntimeError as error:
        for beginning, (expected, hint) in REASONS.items():
            if str(error).startswith(beginning):
                raise ArgumentError("loss", expected, hint=hint) from None
        raise
