"""What learners type, and what is said to it: by the judge in Python, and by that in the page."""

from lsqgrad import ARTICLE, line_data, sgd_by_hand

EXACT = {"dtype": "float64", "epochs": 1}
RUNS = {
    # w: 0 → 1.8666…, b: 0 → 0.8, loss 18.666…
    "round": sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], [[0]], 0, lr=0.1, **EXACT),
    # loss 235.806…, w: -0.34487 → -0.142004…, b: 0.86449 → 0.894372…
    "line": sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, epochs=2),
    # b: 0 → 1024.125, whose sixth digit is followed by half a unit
    "half": sgd_by_hand([[0]], [[1024.125]], [[1]], 0, lr=0.5, batch_size=1, **EXACT),
    # starts on the line that it fits: loss 0, w stays 2.5, b stays 0
    "perfect": sgd_by_hand([[1], [2], [4]], [[2.5], [5], [10]], [[2.5]], 0, epochs=1),
    # w: 240 → 235.8
    "down": sgd_by_hand([[1]], [[0]], [[240]], 0, lr=0.00875, batch_size=1, **EXACT),
    # shown as 2.5
    "shown": sgd_by_hand([[1]], [[2.500001]], [[2.500001]], 0, batch_size=1, **EXACT),
    # b: 0.3 → 0, but for rounding
    "nothing": sgd_by_hand([[1]], [[0.3 - 1.5]], [[0]], 0.3, lr=0.1, batch_size=1, **EXACT),
    # w stays as it is
    "large": sgd_by_hand([[0]], [[0]], [[234_567.8]], 0, batch_size=1, **EXACT),
}
EXPECTED = "answer: expected a number such as -0.1453, 1e-3 or 2/3*0.5, got "
RIGHT = "That is right."
DIRECTION = "The direction is right: w rises."
BEYOND = " That is beyond what a float can hold."
BY_ZERO = " No number can be divided by 0."

# The run, the quantity of its first step, what is typed, and the verdict
CASES = [
    ("round", "w", "1.8667", "right", RIGHT),
    ("round", "w", "1,8667", "right", RIGHT),
    ("round", "w", "28/15", "right", RIGHT),
    ("round", "w", "1/3*5,6", "right", RIGHT),
    ("round", "w", "0 − –1/3 × 5,6", "right", RIGHT),
    ("round", "w", "\x1f1.8667\x85", "right", RIGHT),
    ("shown", "w", "2.5", "right", RIGHT),
    ("nothing", "b", "0", "right", RIGHT),
    ("round", "w", "-(-28/15)", "right", RIGHT),
    ("round", "w", "+(-(-(28/15)))", "right", RIGHT),
    ("round", "w", "2**-1*56/15", "right", RIGHT),
    ("round", "w", "（１＋２７）÷１５", "right", RIGHT),
    ("round", "w", "١.٨٦٦٧", "right", RIGHT),
    ("round", "w", "1.86666666", "right", RIGHT),
    ("round", "b", "0.8", "right", RIGHT),
    ("round", "b", " .800\n", "right", RIGHT),
    ("perfect", "b", "0e0", "right", RIGHT),
    ("perfect", "b", "-0", "right", RIGHT),
    ("half", "b", "1024.12", "right", RIGHT),
    ("half", "b", "1024.13", "right", RIGHT),
    ("half", "b", "1024.125", "right", RIGHT),
    ("large", "w", "234’567,8", "right", RIGHT),
    ("large", "w", "234.567,8", "right", RIGHT),
    ("round", "w", "1.9", "rounded", "That is right to 2 digits. More exactly it is 1.86667."),
    ("round", "w", "2", "rounded", "That is right to one digit. More exactly it is 1.86667."),
    ("line", "loss", "240", "rounded", "That is right to 2 digits. More exactly it is 235.806."),
    (
        *("half", "b", "1020", "rounded"),
        "That is right to 3 digits. More exactly it is 1024.12.",
    ),
    (
        *("round", "w", "1.865", "near"),
        "That agrees to 3 digits: its last digit is off. More exactly it is 1.86667.",
    ),
    (
        *("half", "b", "1024.625", "near"),
        "That agrees to 4 digits: something was rounded on the way. More exactly it is 1024.125.",
    ),
    (
        *("round", "w", "1.8676", "near"),
        "That agrees to 3 digits: something was rounded on the way. More exactly it is 1.86667.",
    ),
    (
        *("round", "w", "1.86665", "near"),
        "That agrees to 5 digits: its last digit is off. More exactly it is 1.8666666666666665.",
    ),
    (
        *("line", "w", "-0.142010", "near"),
        "That agrees to 4 digits: something was rounded on the way. More exactly it is -0.1420037.",
    ),
    (
        *("round", "loss", "9.333", "mistake"),
        "There is an extra factor ½. Is there a ½ in this loss?",
    ),
    (
        *("round", "loss", "9.335", "mistake"),
        "There is an extra factor ½. Is there a ½ in this loss?",
    ),
    (
        *("round", "loss", "56,000", "mistake"),
        "It lacks the factor 1/n. Is the loss a sum of squares, or their mean? It was read as 56.",
    ),
    (
        *("round", "w", "18.67", "mistake"),
        "The learning rate is missing. How far does one update go?",
    ),
    (
        *("line", "loss", "176.854926", "mistake"),
        "It is divided by n + 1. What is n in a batch of one row?",
    ),
    (
        *("half", "b", "-2,048", "mistake"),
        "That is the gradient. What is asked for, the gradient or the parameter after the update?"
        " It was read as -2048.",
    ),
    ("round", "loss", "20.5", "wrong", "That is too large."),
    ("round", "loss", "18.6", "wrong", "That is a little too small."),
    (
        *("round", "loss", "-17.3", "wrong"),
        "That is too small. A mean of squares is never below 0.",
    ),
    ("round", "w", "1.5", "wrong", f"That is too small. {DIRECTION}"),
    (
        *("down", "w", "250", "wrong"),
        "That is too large. The direction is wrong: w falls.",
    ),
    (
        *("large", "w", "236,001", "wrong"),
        "That is a little too large. This update leaves w as it is. It was read as 236001.",
    ),
    (
        *("large", "w", "1,234567e0", "wrong"),
        "That is too small. This update leaves w as it is.",
    ),
    (
        *("large", "w", "12,345,678.5", "wrong"),
        "That is too large. This update leaves w as it is. It was read as 1.23457e+07.",
    ),
    (
        *("large", "w", "0", "mistake"),
        "That is the gradient. What is asked for, the gradient or the parameter after the update?",
    ),
    *(
        ("round", "w", text, "unreadable", f"{EXPECTED}{quoted}.{hint}")
        for text, quoted, hint in [
            ("", "''", ""),
            ("w", "'w'", ""),
            ("1.2.3", "'1.2.3'", ""),
            ("--1", "'--1'", ""),
            ("1/(+ -1)", "'1/(+ -1)'", ""),
            (",/2", "',/2'", ""),
            ("1/007", "'1/007'", ""),
            ("7//2", "'7//2'", ""),
            ("2(3)", "'2(3)'", ""),
            ("2**0.5", "'2**0.5'", ""),
            ("1/0 + e", "'1/0 + e'", ""),
            ("1/0 + ...", "'1/0 + ...'", ""),
            ("\ufeff1.8667", "'\\ufeff1.8667'", ""),
            (100 * "1+" + "1", f"'{100 * '1+'}1'", ""),
            ("1/0", "'1/0'", BY_ZERO),
            ("10**9,000/0", "'10**9,000/0'", BY_ZERO),
            ("0**-1", "'0**-1'", BY_ZERO),
            ("1e400", "'1e400'", BEYOND),
            ("-1e-99999999999999999999", "'-1e-99999999999999999999'", BEYOND),
            ("0e999999999", "'0e999999999'", BEYOND),
            (f"0.{400 * '0'}1", f"'0.{400 * '0'}1'", BEYOND),
            ("9**9**9", "'9**9**9'", BEYOND),
            ("8**500*8**500*8**500/8**999/8**501", "'8**500*8**500*8**500/8**999/8**501'", BEYOND),
            ("1/10**200/10**200", "'1/10**200/10**200'", BEYOND),
            ("<b>1</b>", "'<b>1</b>'", ""),
            ('it\'s "1"\\', "'it\\'s \"1\"\\\\'", ""),
            ("it's\t1\n2", '"it\'s\\t1\\n2"', ""),
            ("1\u200b\x07\u2028½", "'1\\u200b\\x07\\u2028½'", ""),
        ]
    ),
]
