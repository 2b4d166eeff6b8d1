"""A formula is taken apart as one reads it."""

import ast

from lsqgrad.algebra.expression import Formula
from lsqgrad.algebra.typesetting import factors, terms


def side(text):
    ((side,),) = (relation.sides for relation in Formula(text).relations)
    return side


def test_a_sum_has_terms_with_signs():
    assert [(sign, ast.unparse(term)) for sign, term in terms(side("w * b - (h - 1) + r - 2"))] == [
        ("+", "w * b"),
        ("-", "h - 1"),
        ("+", "r"),
        ("-", "2"),
    ]
    assert [(sign, ast.unparse(term)) for sign, term in terms(side("w * b"))] == [("+", "w * b")]


def test_a_product_has_factors_from_left_to_right():
    product = side("2 / n * X.T @ (X @ w) * b")
    assert [ast.unparse(factor) for factor in factors(product)] == ["2 / n", "X.T", "X @ w", "b"]
    assert [ast.unparse(factor) for factor in factors(side("w + b"))] == ["w + b"]
