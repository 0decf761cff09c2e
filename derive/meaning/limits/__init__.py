"""Limits of expressions with parameters, by asymptotic expansions in a scale of exponentials, powers and logarithms."""
