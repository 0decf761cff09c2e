"""The value of a formula at an exact point: rationals where they stay rational, enclosing balls where they do not.

ball      one scalar: an exact rational, a ball, UNDEFINED or UNKNOWN
table     scalars over named index ranges
reading   what is static about a core expression: its free indices, the lowered definitions of its named terms
evaluate  the table of a core expression at a point
functions a concrete smooth function for an undefined one
joint     a concrete law of the random variables
sample    points: sizes, free indices and exact values drawn from domains
premises  points at which given relations certainly hold
repair    moving a point onto an equation that fails there
shrink    the simplest point at which something still happens
"""
