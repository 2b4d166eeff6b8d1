"""What a learner typed is judged: right, rounded, a mistake that has a name, or wrong."""

import re
from collections import Counter
from decimal import Decimal
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_cases import CASES, RUNS

from lsqgrad import ARTICLE, Printed, line_data, sgd_by_hand
from lsqgrad.judging import Finding, answer_key, said_for
from lsqgrad.judging.misconceptions import MISCONCEPTIONS
from lsqgrad.judging.number_answers import compare, judge

REPEATABLE = settings(derandomize=True, deadline=None, max_examples=400)
QUANTITIES = ["loss", "w", "b"]


# As `judge` does, which makes the same key for each answer
key_to = lru_cache(maxsize=1)(answer_key)


def judged(trace, position, quantity, answer):
    """Return the verdict; every sentence of these tests is read here."""
    verdict = compare(key_to(trace, position, quantity), said_for(quantity), answer)
    assert verdict.kind in ("right", "rounded", "near", "mistake", "wrong")
    assert (verdict.digits > 0) == (verdict.kind in ("rounded", "near"))
    assert len(verdict.mistakes) == (verdict.kind == "mistake")
    assert verdict.sentence.endswith((".", "?") if verdict.mistakes else ".")
    assert not set("!{}") & set(verdict.sentence)
    most = 2 + 2 * bool(verdict.mistakes) + ("It was read as " in verdict.sentence)
    assert len(re.findall(r"[.?](?= |$)", verdict.sentence)) <= most
    return verdict


def kind(trace, quantity, answer):
    return judged(trace, 0, quantity, answer).kind


def sentence(trace, quantity, answer):
    return judged(trace, 0, quantity, answer).sentence


def recorded(trace, position, quantity):
    step = trace[position]
    return {"loss": step.loss, "w": step.w_after[0, 0], "b": step.b_after}[quantity]


def by_hand(trace, position, quantity, dtype="float64"):
    """Return the right number and the number of every mistake, from sums over the rows."""
    step = trace[position]
    lr, w, b = step.lr, float(step.w[0, 0]), float(step.b)
    new = {"w": float(step.w_after[0, 0]), "b": float(step.b_after)}
    x, y = step.X[:, 0].astype(dtype), step.Y[:, 0].astype(dtype)
    n = len(x)
    r = x * w + b - y
    all_x, all_y = trace.X[:, 0].astype(dtype), trace.Y[:, 0].astype(dtype)
    all_r = all_x * w + b - all_y
    if quantity == "loss":
        return sum(r * r) / n, {
            "half the loss": sum(r * r) / (2 * n),
            "1/n left out": sum(r * r),
            "root": (sum(r * r) / n) ** 0.5,
            "absolute": sum(abs(r)) / n,
            "mean first": (sum(r) / n) ** 2,
            "bias left out": sum((x * w - y) ** 2) / n,
            "rows of a whole batch": sum(r * r) / trace.batch_size,
            "all the data": sum(all_r * all_r) / len(all_r),
            "after the update": sum((x * new["w"] + new["b"] - y) ** 2) / n,
            "previous batch": float(trace[position - 1].loss) if position else np.nan,
        }
    if quantity == "w":
        old, factor, other_factor, all_factor = w, x, 1, all_x
        late, other = x * w + (b - lr * 2 / n * sum(r)) - y, "b"
    else:
        old, factor, other_factor, all_factor = b, 1, x, 1
        late, other = x * (w - lr * 2 / n * sum(r * x)) + b - y, "w"
    grad = 2 / n * sum(r * factor)
    return old - lr * grad, {
        "uphill": old + lr * grad,
        "half the gradient": old - lr / n * sum(r * factor),
        "1/n left out": old - lr * 2 * sum(r * factor),
        "2/n left out": old - lr * sum(r * factor),
        "gradient returned": grad,
        "change returned": -lr * grad,
        "lr times gradient": lr * grad,
        "nothing happens": old,
        "no learning rate": old - grad,
        "product": -old * lr * grad,
        "bias left out": old - lr * 2 / n * sum((x * w - y) * factor),
        f"{other} first": old - lr * 2 / n * sum(late * factor),
        "rows of a whole batch": old - lr * 2 / trace.batch_size * sum(r * factor),
        "other gradient": old - lr * 2 / n * sum(r * other_factor),
        "all the data": old - lr * 2 / len(all_x) * sum(all_r * all_factor),
        "other parameter": new[other],
    }


def stands_for(typed, *numbers, slack):
    return typed.admits(min(numbers) - slack, max(numbers) + slack)


def random_trace(seed, dtype):
    """Make a run of 2 epochs: 2 to 7 rows, batches of any size, so that many have a short one."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(2, 8)
    X, Y = rng.normal(size=(rows, 1)), 3 * rng.normal(size=(rows, 1))
    lr, batch_size = 10 ** rng.uniform(-2.5, -0.3), int(rng.integers(1, rows + 1))
    options = {"batch_size": batch_size, "epochs": 2, "seed": seed, "dtype": dtype}
    return sgd_by_hand(X, Y, rng.normal(size=(1, 1)), rng.normal(), lr=lr, **options)


# w: 0 → 1.8666…, b: 0 → 0.8, loss 18.666…
ROUND = sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], [[0]], 0, lr=0.1, dtype="float64")
# loss 235.806…, w: -0.34487 → -0.142004…, b: 0.86449 → 0.894372…
LINE = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b)
# starts on the line that it fits: loss 0, w stays 2.5, b stays 0
PERFECT = sgd_by_hand([[1], [2], [4]], [[2.5], [5], [10]], [[2.5]], 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case[2][:30]))
def test_each_case_is_judged_as_it_is_written(case):
    run, quantity, answer, *verdict = case
    try:
        finding = judge(RUNS[run], 0, quantity, answer)
        given = [finding.kind, finding.sentence]
    except ValueError as error:
        given = ["unreadable", str(error)]
    assert given == verdict


# Mistakes


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_mistake_is_called_by_its_name(quantity, dtype):
    half_ulp = float(np.finfo(dtype).eps) / 2
    seen = Counter()
    for seed in range(40):
        trace = random_trace(seed, dtype)
        for position in range(len(trace)):
            right, mistakes = by_hand(trace, position, quantity)
            truth = float(recorded(trace, position, quantity))
            old = mistakes.get("nothing happens", 0)
            size = abs(old) + abs(old - right)
            first_digit = 10 ** np.floor(np.log10(abs(truth)))
            for place, (name, number) in enumerate(mistakes.items()):
                if np.isnan(number):  # no batch before the first
                    continue
                answer = f"{number:.{3 + (seed + position + place) % 6}e}"  # 4 to 9 digits
                typed = Printed(answer)
                agrees = abs(typed.value - truth) <= 0.5 * first_digit
                if stands_for(typed, truth, right, slack=half_ulp * size):
                    expected = "right", ()
                elif agrees and stands_for(typed, truth, right, slack=5e-6 * size):
                    expected = (
                        ("near" if len(answer.split("e")[0].lstrip("-")) < 8 else "right"),
                        (),
                    )
                else:
                    first = next(name for name, number in mistakes.items() if typed.admits(number))
                    expected = "mistake", (first,)
                verdict = judged(trace, position, quantity, answer)
                assert (verdict.kind, verdict.mistakes) == expected, (seed, position, name, answer)
                seen[name] += verdict.mistakes == (name,)
    assert set(mistakes) <= set(seen)
    assert min(seen[name] for name in mistakes) > 15, seen


@pytest.mark.parametrize("form", [".4f", ".5f", ".6f", ".10f", ".4g", ".5g", ".6g", ".10g"])
def test_who_computes_with_the_six_digits_shown_makes_no_mistake(form):
    for position, step in enumerate(LINE):
        for quantity, old, grad in (("w", step.w, step.grad_w), ("b", step.b, step.grad_b)):
            answer = float(f"{old.item():.6g}") - step.lr * float(f"{grad.item():.6g}")
            verdict = judged(LINE, position, quantity, f"{answer:{form}}")
            assert verdict.kind in ("right", "rounded", "near"), (position, quantity, verdict)


def test_the_fourth_digit_of_a_mistake_may_be_off_by_two():
    for answer in ("9.331", "9.335", "9.3352", "9.3314"):  # half of the loss is 9.3333…
        assert judged(ROUND, 0, "loss", answer).mistakes == ("half the loss",)
    for answer in ("9.330", "9.336", "9.34", "9.32"):
        assert kind(ROUND, "loss", answer) == "wrong"


def test_what_is_nearer_to_a_mistake_than_to_the_truth_is_the_mistake():
    slow = sgd_by_hand([[1]], [[0]], [[2.0005]], 0, lr=1e-4, batch_size=1, dtype="float64")
    # w: 2.0005 → 2.0001
    assert kind(slow, "w", "2.0002") == "near"
    assert kind(slow, "w", "2.00021") == "near"
    assert judged(slow, 0, "w", "2.0009").mistakes == ("uphill",)
    assert judged(slow, 0, "w", "2.00095").mistakes == ("uphill",)
    assert judged(slow, 0, "w", (2.0009000000000001).__repr__()).mistakes == ("uphill",)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_what_is_near_is_no_mistake_that_changes_nothing(quantity):
    for position in range(3):  # batches of three, where "rows of a whole batch" gives the truth
        truth = Decimal(f"{recorded(LINE, position, quantity):.3e}")
        for off in (-2, -1, 1, 2):
            answer = truth + off * Decimal(1).scaleb(int(truth.as_tuple().exponent))
            mistakes = judged(LINE, position, quantity, str(answer)).mistakes
            assert mistakes != ("rows of a whole batch",)


ARTICLE_STEP = sgd_by_hand(ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b, lr=0.001, epochs=1)


@pytest.mark.parametrize("answer", ["-0.3447197", "-0.3447", "-0.34467"])
def test_what_only_comes_near_the_old_value_has_moved(answer):
    assert "nothing happens" not in judged(ARTICLE_STEP, 0, "w", answer).mistakes


def test_with_more_digits_than_are_shown_only_the_change_was_rounded():
    # Half of the change is 0.0751424…, and two units of its fourth digit are 0.00002.
    assert judged(ARTICLE_STEP, 0, "w", "-0.34487 + 0.07516").mistakes == ("half the gradient",)
    assert judged(ARTICLE_STEP, 0, "w", "-0.34487 + 0.07520").mistakes == ()
    assert judged(ARTICLE_STEP, 0, "w", "-0.2697").mistakes == ("half the gradient",)  # -0.26973


def ways_to_go_wrong(n=3):
    """Return what is computed by who makes a mistake that is rare, by its quantity and name."""
    x, y = (np.ravel(column).astype("float64") for column in (ARTICLE.X, ARTICLE.Y))
    w, b, lr = float(ARTICLE.w[0, 0]), float(ARTICLE.b), 0.001
    r, added = x * w + b - y, x * w + b + y
    return {
        ("loss", "absolute"): [sum(abs(r))],
        ("loss", "root"): [sum(r**2) ** 0.5],
        ("loss", "mean first"): [sum(r) ** 2],
        ("loss", "variance"): [np.var(r)],
        ("loss", "1/n twice"): [sum(r**2) / n / n],
        ("loss", "n minus 1"): [sum(r**2) / (n - 1)],
        ("loss", "target added"): [sum(added**2) / n],
        ("loss", "bias subtracted"): [sum((r - 2 * b) ** 2) / n],
        ("loss", "residual"): [sum(r) / n, sum(r)],
        ("w", "change over n"): [w - lr * 2 / n**2 * sum(r * x)],
        ("w", "residual squared"): [w - lr * 2 / n * sum(r**2 * x)],
        ("w", "product of sums"): [w - lr * 2 / n * sum(r) * sum(x)],
        ("w", "target added"): [w - lr * 2 / n * sum(added * x)],
        ("w", "divided by the learning rate"): [w - 2 / n * sum(r * x) / lr],
        ("w", "learning rate squared"): [w - lr**2 * 2 / n * sum(r * x)],
        ("w", "half the gradient"): [w - lr / n * sum(r * x)],  # first of the short list
    }


@pytest.mark.parametrize(("quantity", "name"), ways_to_go_wrong())
def test_what_was_computed_is_compared_with_every_mistake_in_each_way(quantity, name):
    for number in ways_to_go_wrong()[quantity, name]:
        assert judged(ARTICLE_STEP, 0, quantity, f"{number!s}").mistakes == (name,)
        assert judged(ARTICLE_STEP, 0, quantity, f"{number:.7e}").mistakes == (name,)


def test_no_name_needs_the_order_of_the_rows_or_a_function_or_n_where_it_is_1():
    for answer in ("109.82651885012827", "368.9242191"):  # the squares of two residuals
        assert kind(ARTICLE_STEP, "loss", answer) == "wrong"
    ten_times = ARTICLE_STEP[0].w - 0.01 * ARTICLE_STEP[0].grad_w
    assert kind(ARTICLE_STEP, "w", f"{ten_times.item():.9f}") == "wrong"
    one_row = sgd_by_hand([[1.5]], [[2.9]], [[0.4]], 0.7, lr=0.1, batch_size=1, dtype="float64")
    quarter = one_row[0].w - 0.1 * one_row[0].grad_w / 4
    assert kind(one_row, "w", f"{quarter.item():.9f}") == "wrong"


def test_six_digits_may_meet_one_of_many_numbers_by_chance():
    for number in ways_to_go_wrong()["loss", "variance"]:
        assert kind(ARTICLE_STEP, "loss", f"{number:.6g}") == "wrong"


def test_a_name_by_chance_is_as_rare_as_with_three_digits():
    random, named = np.random.default_rng(0), Counter()
    for seed in range(30):
        trace = random_trace(seed, "float64")
        for digits in 10 * [3, 4, 17]:
            answer = f"{recorded(trace, 0, 'w') * 10 ** random.uniform(-1, 1):.{digits - 1}e}"
            named[digits] += judged(trace, 0, "w", answer).kind == "mistake"
    assert 0 < max(named.values()) < 300 / 60, named


@pytest.mark.parametrize("of_run", ["float32", "float64"])
@pytest.mark.parametrize("of_learner", ["float32", "float64"])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_what_is_computed_is_right_or_a_mistake_with_a_name(quantity, of_run, of_learner):
    seen = Counter()
    for seed in range(12):
        trace = random_trace(seed, of_run)
        for position in range(len(trace)):
            right, mistakes = by_hand(trace, position, quantity, of_learner)
            verdict = judged(trace, position, quantity, str(right))
            assert verdict.kind == "right", (seed, position, right, verdict)
            for name, number in mistakes.items():
                if np.isnan(number):
                    continue
                verdict = judged(trace, position, quantity, str(number))
                seen[name, verdict.kind] += 1
                if verdict.kind == "mistake":
                    assert np.isclose(mistakes[verdict.mistakes[0]], number, rtol=1e-5), name
                else:
                    assert np.isclose(right, number, rtol=1e-4), (seed, position, name, verdict)
    assert min(seen[name, "mistake"] for name in mistakes) > 5, seen


def test_a_mistake_that_changes_nothing_is_none():
    one_row = sgd_by_hand([[1.5]], [[2.9]], [[0.4]], 0.7, lr=0.1, batch_size=1, dtype="float64")
    for quantity, names in {
        "loss": {"1/n left out", "rows of a whole batch", "mean first", "all the data"},
        "w": {"1/n left out", "rows of a whole batch", "all the data"},
    }.items():
        right, mistakes = by_hand(one_row, 0, quantity)
        assert {name for name in mistakes if np.isclose(mistakes[name], right)} == names
        for name in names:
            assert kind(one_row, quantity, f"{mistakes[name]:.9g}") == "right"


def test_of_mistakes_that_give_the_same_number_the_first_is_named():
    one_row = sgd_by_hand([[1.5]], [[2.9]], [[0.4]], 0.7, lr=0.1, batch_size=1, dtype="float64")
    _, mistakes = by_hand(one_row, 0, "w")
    assert np.isclose(mistakes["half the gradient"], mistakes["2/n left out"])
    assert judged(one_row, 0, "w", f"{mistakes['2/n left out']:.6f}").mistakes == (
        "half the gradient",
    )


def test_three_digits_show_a_mistake_and_two_do_not():
    assert judged(ROUND, 0, "w", "-1.87").mistakes == ("uphill",)  # -1.8666…
    assert kind(ROUND, "w", "-1.9") == "wrong"
    assert judged(ROUND, 0, "loss", "9.33").mistakes == ("half the loss",)  # 9.333…
    assert kind(ROUND, "loss", "9.3") == "wrong"


def test_fewer_digits_show_a_mistake_if_they_are_all():
    assert judged(ROUND, 0, "loss", "56").mistakes == ("1/n left out",)
    assert judged(ROUND, 0, "w", "0").mistakes == ("nothing happens",)
    assert judged(ROUND, 0, "w", "0.8").mistakes == ("other gradient",)
    assert judged(ROUND, 0, "b", "-8").mistakes == ("gradient returned",)
    assert judged(LINE, 0, "b", "0.86449").mistakes == (
        "nothing happens",
    )  # in float32 not quite so


def test_a_mistake_is_shown_by_more_digits_than_are_seen_of_it():
    trace = sgd_by_hand([[1]], [[0]], [[2.500001]], 0, lr=0.3, batch_size=1, dtype="float64")
    assert judged(trace, 0, "w", "2.5").mistakes == ("nothing happens",)
    assert judged(trace, 0, "w", "2.500000").mistakes == ("nothing happens",)


def test_a_bare_0_is_the_old_value_even_where_it_is_near():
    slow = sgd_by_hand(ROUND.X, ROUND.Y, [[0]], 0, lr=0.01)  # w: 0 → 0.18666…
    assert judged(slow, 0, "w", "0").mistakes == ("nothing happens",)
    assert judged(slow, 0, "w", "0.0").mistakes == ("nothing happens",)
    assert kind(slow, "w", "0.2") == "rounded"


def test_the_order_of_two_updates_matters_to_the_second():
    trace = sgd_by_hand([[1], [3]], [[2], [5]], [[0.5]], 1, lr=0.1, batch_size=2, dtype="float64")
    # r = (-0.5, -2.5), ∂L/∂w = -8, ∂L/∂b = -3. With w = 1.3 first, r = (0.3, -0.1);
    # with b = 1.3 first, r = (-0.2, -2.2).
    assert judged(trace, 0, "b", "0.98").mistakes == ("w first",)
    assert judged(trace, 0, "w", "1.18").mistakes == ("b first",)


def test_before_the_first_batch_there_is_none():
    last, first = LINE[-1].loss, LINE[0].loss
    assert kind(LINE, "loss", f"{last:.6g}") == "wrong"
    assert judged(LINE, 1, "loss", f"{first:.6g}").mistakes == ("previous batch",)


def test_numbers_that_overflow_meet_no_answer():
    trace = sgd_by_hand([[1e3]], [[1e150]], [[0]], 0, lr=1, batch_size=1, epochs=1, dtype="float64")
    with pytest.warns(RuntimeWarning, match="overflow"):
        _, mistakes = by_hand(trace, 0, "loss")
    assert np.isinf(mistakes["after the update"])
    assert kind(trace, "loss", "1.7e308") == "wrong"
    assert kind(trace, "loss", "-1.7e308") == "wrong"
    assert kind(trace, "w", "-1.7e308") == "wrong"
    assert judged(trace, 0, "w", "-2e153").mistakes == ("uphill",)


def test_the_largest_loss_is_not_any_number():
    trace = sgd_by_hand([[1e-9]], [[1.3e154]], [[0]], 0, batch_size=1, epochs=1, dtype="float64")
    assert kind(trace, "loss", "1.690e308") == "right"
    assert kind(trace, "loss", "1.234e308") == "wrong"
    assert kind(trace, "loss", "5.678") == "wrong"


def test_a_mistake_is_named_and_the_numbers_are_not_given_away():
    said, question = MISCONCEPTIONS["nothing happens"][:2]
    assert judged(ROUND, 0, "w", "0") == Finding(
        "mistake", f"{said[0].upper()}{said[1:]} {question}", ("nothing happens",)
    )
    assert sentence(ROUND, "b", "1.8667").startswith("It takes the gradient of the other")
    assert sentence(ROUND, "loss", "4.3205").startswith("The square root is taken")
    assert not re.search(r"\d\.", sentence(ROUND, "w", "-1.867"))


# Right


@REPEATABLE
@given(
    seed=st.integers(0, 10**6),
    magnitude=st.integers(-12, 30),
    dtype=st.sampled_from(["float32", "float64"]),
    quantity=st.sampled_from(QUANTITIES),
    digits=st.integers(4, 17),
    plain=st.booleans(),
)
def test_the_truth_with_four_digits_or_more_is_right(
    seed, magnitude, dtype, quantity, digits, plain
):
    rng = np.random.default_rng(seed)
    # The loss is of the magnitude of y², which float32 must hold.
    scale = 10.0 ** (magnitude if dtype == "float64" else magnitude / 2)
    X, Y = rng.normal(size=(4, 1)), scale * rng.normal(size=(4, 1))
    w, b = scale * rng.normal(size=(1, 1)), scale * rng.normal()
    trace = sgd_by_hand(X, Y, w, b, lr=0.03, epochs=1, seed=seed, dtype=dtype)
    for position in range(len(trace)):
        answer = f"{float(recorded(trace, position, quantity)):.{digits - 1}e}"
        answer = f"{Decimal(answer):f}" if plain else answer
        assert judged(trace, position, quantity, answer).kind == "right"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_as_many_digits_as_the_float_has_are_right(quantity, dtype):
    for seed in range(30):
        trace = random_trace(seed, dtype)
        for position in range(len(trace)):
            truth = recorded(trace, position, quantity)
            for answer in (str(truth), repr(float(truth)), f"{float(truth):.25g}"):
                assert judged(trace, position, quantity, answer).kind == "right"


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_who_computes_more_exactly_than_float32_is_right(quantity):
    apart = 0
    for seed in range(60):
        trace = random_trace(seed, "float32")
        for position in range(len(trace)):
            exact, _ = by_hand(trace, position, quantity)
            answer = f"{exact:.11g}"
            apart += not Printed(f"{exact:.7g}").admits(recorded(trace, position, quantity))
            assert judged(trace, position, quantity, answer).kind == "right"
    assert apart > 5  # there float32 is wrong in the seventh digit


def test_float32_cannot_tell_neighbours_apart():
    truth = float(LINE[0].loss)
    for nudge in (-5e-8, 5e-8):
        assert kind(LINE, "loss", f"{truth * (1 + nudge):.12g}") == "right"


def test_fewer_digits_are_right_if_they_are_all():
    assert kind(PERFECT, "w", "2.5") == "right"
    assert kind(PERFECT, "w", "2.50") == "right"
    assert kind(ROUND, "b", "0.8") == "right"  # 0.8000000000000002 in float64
    assert kind(ROUND, "b", ".8") == "right"
    assert kind(ROUND, "b", "0.800") == "right"


def test_the_six_digits_that_are_shown_are_all():
    near, far = (
        sgd_by_hand([[1]], [[w]], [[w]], 0, batch_size=1, dtype="float64")
        for w in (2.500001, 2.50001)
    )
    assert kind(near, "w", "2.5") == "right"  # shown as 2.5
    assert kind(far, "w", "2.5") == "rounded"  # shown as 2.50001


@pytest.mark.parametrize("zero", ["0", "0.0", "0.000", "-0", "0e0", "00"])
@pytest.mark.parametrize("quantity", ["loss", "b"])
def test_zero_is_zero_however_it_is_written(quantity, zero):
    assert kind(PERFECT, quantity, zero) == "right"


def test_zero_is_right_where_rounding_alone_makes_another_number():
    trace = sgd_by_hand([[1]], [[0]], [[0]], 0.3, lr=0.1, batch_size=1, dtype="float64")
    tripled = sgd_by_hand([[1]], [[0.3 - 1.5]], [[0]], 0.3, lr=0.1, batch_size=1, dtype="float64")
    assert 0 < abs(tripled[0].b_after) < 1e-15
    assert kind(tripled, "b", "0") == "right"
    assert kind(trace, "b", "0") == "wrong"  # 0.24


def test_almost_zero_is_not_zero():
    for answer in ("1e-9", "-1e-9", "1.000e-300", "0.1"):
        assert kind(PERFECT, "b", answer) == "wrong"


# Rounded


@pytest.mark.parametrize("digits", [1, 2, 3])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_fewer_digits_are_counted_and_more_are_given(quantity, digits):
    for seed in range(40):
        trace = random_trace(seed, "float32")
        truth = recorded(trace, 0, quantity)
        verdict = judged(trace, 0, quantity, f"{truth:.{digits - 1}e}")
        count = "one digit" if digits == 1 else f"{digits} digits"
        assert verdict == Finding(
            "rounded", f"That is right to {count}. More exactly it is {truth:.6g}.", digits=digits
        )


def test_zeros_that_hold_the_place_are_not_digits():
    assert sentence(LINE, "loss", "240").startswith("That is right to 2 digits.")
    assert sentence(LINE, "loss", "200").startswith("That is right to one digit.")
    assert sentence(LINE, "loss", "236").startswith("That is right to 3 digits.")
    assert sentence(LINE, "loss", " 240\n") == sentence(LINE, "loss", "240")
    assert kind(LINE, "loss", "240.0") == "wrong"
    assert kind(LINE, "loss", "2.40e2") == "wrong"
    assert kind(LINE, "loss", "300") == "wrong"


def test_zeros_that_hold_the_place_may_be_all_that_a_mistake_gives():
    # w: 240 → 235.8; 240 is right to two digits too, but it is the old value.
    trace = sgd_by_hand([[1]], [[0]], [[240]], 0, lr=0.00875, batch_size=1, dtype="float64")
    assert judged(trace, 0, "w", "240").mistakes == ("nothing happens",)
    assert kind(trace, "w", "235.8") == "right"
    assert kind(trace, "w", "200") == "rounded"


def test_a_0_says_nothing():
    trace = sgd_by_hand([[1]], [[2.02]], [[2]], 0.001, batch_size=1, dtype="float64")
    assert kind(trace, "loss", "0.00") == "wrong"  # 0.000361
    assert kind(trace, "loss", "0.0004") == "rounded"


@pytest.mark.parametrize(
    ("answer", "agreeing"),
    [
        ("1.864", None),  # the truth is 1.86666…: 2.7 units off
        ("1.865", "3 digits"),
        ("1.866", "3 digits"),
        ("1.868", "3 digits"),
        ("1.869", "3 digits"),
        ("1.870", None),
        ("1.8665", "4 digits"),
        ("1.8668", "4 digits"),
        ("1.86699", "4 digits"),  # nearer than 1.867, which is right
        ("1.8672", "4 digits"),  # with four it is 1.867
        ("1.8676", "3 digits"),
        ("1.8692", None),  # 2.5 units off in the fourth digit
        ("1.86664", "5 digits"),
    ],
)
def test_the_fourth_digit_may_be_off_by_two(answer, agreeing):
    verdict = judged(ROUND, 0, "w", answer)
    if agreeing is None:
        assert verdict.kind == "wrong"
        assert verdict.sentence.startswith("That is a little too ")
    else:
        assert (verdict.kind, verdict.digits) == ("near", int(agreeing[0]))
        assert verdict.sentence.startswith(f"That agrees to {agreeing}: ")


def test_whether_it_is_the_last_digit_that_is_off_is_said():
    for answer in ("1.865", "1.8668", "1.86665"):
        assert ": its last digit is off. More" in sentence(ROUND, "w", answer)
    for answer in ("1.8676", "1.8664", "1.86605"):
        assert ": something was rounded on the way. More" in sentence(ROUND, "w", answer)


def test_digits_that_are_not_shown_may_be_off():
    for answer in ("1.866664", "1.86666666", "1.8666600000000000"):
        assert kind(ROUND, "w", answer) == "right"


def test_with_three_digits_the_last_may_not_be_off():
    assert kind(ROUND, "w", "1.87") == "rounded"
    assert kind(ROUND, "w", "1.86") == "wrong"
    assert kind(ROUND, "w", "1.88") == "wrong"


def test_an_answer_that_agrees_to_no_digit_is_not_called_rounded():
    # w: 1 → 1e-7. Six digits of 1 leave none of it.
    cancels = sgd_by_hand([[1]], [[0]], [[1]], 0, lr=0.49999995, batch_size=1, dtype="float64")
    assert kind(cancels, "w", "3e-7") == "wrong"
    assert kind(cancels, "w", "1.04e-7") == "near"


def test_more_digits_are_given_than_were_typed():
    assert sentence(ROUND, "w", "1.9").endswith("it is 1.86667.")
    assert sentence(ROUND, "w", "1.8665").endswith("it is 1.86667.")
    assert sentence(ROUND, "w", "1.86664").endswith(f"it is {ROUND[0].w_after[0, 0]}.")
    assert sentence(LINE, "w", "-0.142").endswith("it is -0.142004.")


# Wrong


@pytest.mark.parametrize(
    ("quantity", "answer", "words"),
    [
        ("loss", "20.5", "That is too large."),
        ("loss", "18.6", "That is a little too small."),
        ("loss", "17.3", "That is too small."),
        ("loss", "0.1", "That is too small."),
        ("loss", "-17.3", "That is too small. A mean of squares is never below 0."),
        ("w", "7.7", "That is too large. The direction is right: w rises."),
        ("w", "1.5", "That is too small. The direction is right: w rises."),
        ("w", "-1.1", "That is too small. The direction is wrong: w rises."),
        ("b", "1.1", "That is too large. The direction is right: b rises."),
        ("b", "-3.3", "That is too small. The direction is wrong: b rises."),
    ],
)
def test_a_wrong_answer_is_told_its_side_and_its_direction(quantity, answer, words):
    assert judged(ROUND, 0, quantity, answer) == Finding("wrong", words)


def test_the_direction_may_be_down():
    trace = sgd_by_hand([[1]], [[0]], [[3]], 0, lr=0.1, batch_size=1)  # w: 3 → 2.4
    assert sentence(trace, "w", "2.2") == "That is too small. The direction is right: w falls."
    assert sentence(trace, "w", "3.3") == "That is too large. The direction is wrong: w falls."


def test_there_may_be_no_direction():
    assert sentence(PERFECT, "w", "2.7") == "That is too large. This update leaves w as it is."
    assert sentence(PERFECT, "w", "-1e308") == "That is too small. This update leaves w as it is."


# Reading


@pytest.mark.parametrize(
    "answer",
    ["  -0.1420\n", "−0.1420", "-0,1420", "−,1420", "-1.420e-1", "-1,420E−1", "－０．１４２０"],
)
def test_what_was_meant_is_read(answer):
    assert kind(LINE, "w", answer) == "right"


@pytest.mark.parametrize("answer", ["", "w", "nan", "1.2.3", "1/0"])
def test_what_is_no_number_is_refused(answer):
    with pytest.raises(ValueError, match=r"^answer: expected a number such as .*, got "):
        judge(ROUND, 0, "w", answer)


def test_arithmetic_is_a_number():
    assert kind(ROUND, "w", "28/15") == kind(ROUND, "w", "0 − −1/3 × 5,6") == "right"
    assert judged(ROUND, 0, "loss", "7 * 2**3").mistakes == ("1/n left out",)


WEIGHT = 234_567.8  # w after the update is this, and 1.234 in the other run
LARGE, SMALL = (
    sgd_by_hand([[0]], [[0]], [[w]], 0, batch_size=1, epochs=1, dtype="float64")
    for w in (WEIGHT, 1.234)
)


def test_a_comma_before_three_digits_is_read_as_fits_best():
    thousand = sgd_by_hand([[0]], [[0]], [[1234]], 0, batch_size=1)
    assert kind(SMALL, "w", "1,234") == kind(thousand, "w", "1,234") == "right"
    assert kind(thousand, "w", "1.234") == "wrong"  # a single point is a decimal point
    assert judged(ROUND, 0, "loss", "56,000").mistakes == ("1/n left out",)
    assert kind(LARGE, "w", "235,000") == "rounded"


def test_how_a_comma_was_read_is_said_where_it_matters():
    assert sentence(LARGE, "w", "236,001") == (
        "That is a little too large. This update leaves w as it is. It was read as 236001."
    )
    assert sentence(SMALL, "w", "1,243") == (
        "That is a little too large. This update leaves w as it is. It was read as 1.243."
    )
    assert sentence(SMALL, "w", "7,243") == "That is too large. This update leaves w as it is."
    assert "read" not in sentence(LARGE, "w", "236001")


@pytest.mark.parametrize("answer", ["173 393", "173'393", "173.393,0", "173,393.0"])
def test_that_groups_were_set_apart_is_said_where_it_is_wrong(answer):
    assert sentence(ROUND, "loss", answer) == "That is too large. It was read as 173393."
    assert "read" not in sentence(LARGE, "w", "234 567.8")
    assert "read" not in sentence(ROUND, "loss", "173,39 * 2")


def test_the_smallest_and_the_largest_answers_are_read():
    assert kind(LINE, "w", "1.234e-399") == "wrong"
    for answer in ("1e-320", "-1.7e308", "0." + 300 * "0" + "1", 300 * "9"):
        assert kind(ROUND, "w", answer) == "wrong"
    assert judged(ROUND, 0, "w", "1e-399").mistakes == ("nothing happens",)  # which is 0


# The other arguments


def test_a_trace_is_needed():
    with pytest.raises(TypeError, match=r"^trace: expected a Trace, got a list\.$"):
        judge([ROUND[0]], 0, "w", "1")


def test_a_trace_of_one_feature_is_needed():
    trace = sgd_by_hand([[1, 2]], [[1]], [[0], [0]], 0, batch_size=1)
    with pytest.raises(ValueError, match=r"^trace: expected .* one feature .*, got 2 features\.$"):
        judge(trace, 0, "w", "1")


def test_a_trace_with_a_step_is_needed():
    trace = sgd_by_hand([[1e30]], [[1]], [[1]], 0, batch_size=1)
    assert len(trace) == 0
    with pytest.raises(ValueError, match=r"^trace: expected a run of at least one step"):
        judge(trace, 0, "w", "1")


@pytest.mark.parametrize(
    ("position", "error"),
    [(-1, ValueError), (len(ROUND), ValueError), (0.0, TypeError), (True, TypeError)],
)
def test_a_position_before_the_end_is_needed(position, error):
    with pytest.raises(error, match=r"^position: expected an integer.*, got "):
        judge(ROUND, position, "w", "1")


def test_the_last_position_has_a_step():
    assert judged(ROUND, len(ROUND) - 1, "w", "1e9").kind == "wrong"


@pytest.mark.parametrize(
    "quantity", ["", "W", "lossw", "grad_w", None, ["w"], np.array(["w", "b"]), 0]
)
def test_a_quantity_is_one_of_three(quantity):
    with pytest.raises(ValueError, match=r"^quantity: expected 'loss', 'w' or 'b', got "):
        judge(ROUND, 0, quantity, "1")


def test_a_verdict_cannot_be_changed():
    with pytest.raises(AttributeError):
        judge(ROUND, 0, "w", "1").kind = "right"
