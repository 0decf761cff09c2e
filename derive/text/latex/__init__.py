r"""Statements in the LaTeX that lecturers write, read to the same syntax tree as the plain grammar.

Only the reading differs: what names stand for, how many axes they have and which expression is built is decided by the
modules of `derive.text` for both. What LaTeX leaves open is decided by the declared shapes (``A x`` is a matrix product
if A and x are tensors), and is an error with both readings where even these do not decide it.
"""
