"""Exact arithmetic for inequalities between polynomials and rational functions: squares, and roots on an interval."""
