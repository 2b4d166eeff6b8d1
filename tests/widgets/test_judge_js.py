"""The judge in the page says the same as the one in Python, to each typed number."""

import unicodedata
from collections import Counter
from importlib.resources import files
from random import Random

import numpy as np
import pytest
from typed_cases import CASES, RUNS

from lsqgrad import sgd_by_hand
from lsqgrad._util import ArgumentError
from lsqgrad.judging import answer_key, compare, number_key, said_for
from lsqgrad.judging.number_answers import OF_NO_STEP

JUDGE = files("lsqgrad.widgets").joinpath("judge.js").read_text(encoding="utf-8")
QUANTITIES = ("loss", "w", "b")


@pytest.fixture(scope="module")
def page(chromium):
    return chromium.new_page()


def said(quantity):
    return {"other": "Is it another?"} if quantity in OF_NO_STEP else said_for(quantity)


def in_page(page, asked):
    """Judge (key, quantity, text) in the page; keys that are the same go there once."""
    keys = {id(key): key for key, _, _ in asked}
    given = {
        "keys": keys,
        "said": {quantity: said(quantity) for quantity in {one for _, one, _ in asked}},
        "asked": [(id(key), quantity, text) for key, quantity, text in asked],
    }
    judge = "asked.map(([key, name, text]) => judge(keys[key], said[name], text))"
    verdicts = page.evaluate(f"({{keys, said, asked}}) => {{\n{JUDGE}\nreturn {judge};\n}}", given)
    return [(verdict["kind"], verdict["sentence"]) for verdict in verdicts]


def in_python(key, quantity, text):
    try:
        finding = compare(key, said(quantity), text)
    except ArgumentError as error:
        return "unreadable", str(error)
    return finding.kind, finding.sentence


def test_each_case_is_judged_as_it_is_written(page):
    asked = [(answer_key(RUNS[run], 0, name), name, text) for run, name, text, _, _ in CASES]
    for case, verdict in zip(CASES, in_page(page, asked), strict=True):
        assert verdict == case[3:], case


def test_a_number_of_no_step_is_judged_as_in_python(page):
    keys = [number_key(12, {}), number_key(120, {}), number_key(-1.02, {"other": -1.0})]
    keys += [number_key(12, {}, percent=True)]
    texts = ("10", "100", "-1", "12", "11.9999999", "12 %")
    asked = [(key, key["quantity"], text) for key in keys for text in texts]
    verdicts = in_page(page, asked)
    assert verdicts == [in_python(*one) for one in asked]
    assert [kind for kind, _ in verdicts] == [
        *["wrong", "wrong", "wrong", "right", "wrong", "unreadable"],
        *["wrong", "wrong", "wrong", "wrong", "wrong", "unreadable"],
        *["wrong", "wrong", "mistake", "wrong", "wrong", "unreadable"],
        *["rounded", "wrong", "wrong", "right", "right", "right"],
    ]


def random_keys(random):
    """Return the keys of all steps of a few runs, of either float type and of any scale."""
    keys = []
    for number, scale in enumerate([1, 1, 1e-9, 1e12, 1e-3, 1e5]):
        X, Y = random.normal(size=(5, 1)), scale * random.normal(size=(5, 1))
        start = scale * random.normal(size=2)
        options = {"batch_size": 1 + number % 3, "dtype": ("float32", "float64")[number % 2]}
        trace = sgd_by_hand(X, Y, [start[:1]], start[1], lr=0.1, epochs=1, seed=number, **options)
        runs = [trace, *RUNS.values()] if number == 0 else [trace]
        keys += [
            (answer_key(run, position, quantity), quantity)
            for run in runs
            for position in range(len(run))
            for quantity in QUANTITIES
        ]
    numbers = [number_key(one, {"other": round(one) + 1}) for one in (-0.7449, 0.5, 12, 120, 0)]
    return [*keys, *((key, key["quantity"]) for key in numbers)]


# Signs that Unicode has had for long, so that Python's tables and the browser's agree on them
SIGNS = [sign for sign in map(chr, range(0x1D7FF)) if unicodedata.ucd_3_2_0.category(sign) != "Cn"]
SIGNS = [sign for sign in SIGNS if unicodedata.category(sign) != "Cs"]
ZEROS = [sign for sign in SIGNS if unicodedata.decimal(sign, None) == 0]
TYPED = "0123456789" * 2 + "+-*/.,()e" * 2 + " '_−×÷·⁄’。，\u2009\xa0\t\n\"\\"


def random_answer(random, key):
    """Return a number near one that is right, or that a mistake gives; arithmetic; or anything."""
    numbers = [key["truth"], key["truth"], *key["mistakes"].values()]
    numbers += [number for several in key["rare"].values() for number in several]
    number = random.choice(numbers)
    number *= 1 + random.choice([0, 0, 1, -1]) * 10 ** random.uniform(-10, -0.5)
    digits = random.randint(1, 17)
    text = f"{number:.{digits}{random.choice('gge')}}"
    match random.randrange(10):
        case 0 if abs(number) < 1e15:
            signs = random.choice([",.", " ,", "'.", ".,", "’,", "_.", "\u2009,"])
            text = f"{number:,.{digits % 5}f}".translate(str.maketrans(",.", signs))
        case 1:
            text = text.replace(".", ",")
        case 2:
            n = random.randint(1, 30)
            text = random.choice([f"{number * n!r}/{n}", f"({text} - 1/{n}) + 1 / {n}"])
        case 3:
            text = f"{text} {random.choice([*'+-*/', '**'])} {random.randint(-3, 10**6)}"
        case 4:
            zero = ord(random.choice(ZEROS))
            text = "".join(chr(zero + int(one)) if one.isdecimal() else one for one in text)
        case 5:
            text = "".join(random.choices(TYPED, k=random.randrange(9)))
        case 6:
            place = random.randint(0, len(text))
            text = text[:place] + random.choice(TYPED) + text[place:]
        case 7:
            text = "".join(random.choices(SIGNS, k=random.randrange(5)))
    return text


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 5))]
)
def test_ten_thousand_answers_are_judged_as_in_python(page, seed):
    count = 10_000
    random, keys = Random(seed), random_keys(np.random.default_rng(seed))
    asked = []
    for _ in range(count):
        key, quantity = random.choice(keys)
        asked.append((key, quantity, random_answer(random, key)))
    kinds = Counter()
    for (key, quantity, text), verdict in zip(asked, in_page(page, asked), strict=True):
        assert verdict == in_python(key, quantity, text), (key, text)
        kinds[verdict[0]] += 1
    assert len(kinds) == 6
    assert min(kinds.values()) > count / 100, kinds
