"""Inequalities in one variable on its whole domain, and in two or three on bounded boxes, by enclosures.

A domain is covered by pieces, on each of which the sign of the difference is certain: by an enclosure of its values, by
a derivative next to a point at which it is exactly 0, or by its leading term towards infinity.
"""
