"""Infinite sums whose terms are polynomials times powers, over factorials or over the index itself."""
