"""What a proved claim may need besides its declared domains, by the form of the condition."""

from __future__ import annotations

from derive.cli.explained.explanation import Explanation

CONDITIONS = (
    Explanation(
        "both sides defined",
        "One side has a value where the other has none; the point that is named is one such place.",
        "A claim is made where both sides are defined, so this does not make it false.",
        "derive check 'log(x**2) = 2*log(x)'",
        "Declare the domain on which both are defined, x: positive.",
        patterns=(r"^both sides defined",),
    ),
    Explanation(
        "not zero",
        "The claim was proved where this is not 0: something is divided by it.",
        "The declared domains do not exclude 0.",
        "derive check 'a/a = 1'",
        "Declare it positive, or give the condition as a premise.",
        patterns=(r"!= 0\Z",),
    ),
    Explanation(
        "positive",
        "The claim was proved where this is greater than 0: its logarithm is taken, or a power of it.",
        do="Declare it positive.",
        patterns=(r"[^<>=]> 0\Z",),
    ),
    Explanation(
        "not negative",
        "The claim was proved where this is 0 or more: a root of it is taken.",
        do="Declare it nonneg.",
        patterns=(r">= 0\Z",),
    ),
    Explanation(
        "order",
        "The claim was proved where this comparison holds.",
        "A sum or integral has its usual meaning only if its ends are in order, or a series converges only there.",
        do="Declare a range, or give it as a premise.",
        patterns=(r"[<>]=? ",),
    ),
    Explanation(
        "an integer",
        "The claim was proved where this is an integer.",
        do="Declare it int or counting.",
        patterns=(r"is an integer\Z",),
    ),
    Explanation(
        "converges",
        "The claim was proved where this sum, integral or limit exists.",
        patterns=(r"converges", r"exists"),
    ),
)
