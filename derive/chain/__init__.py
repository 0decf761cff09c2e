"""The chain: named terms as a graph, each with a local pullback; the one differentiation engine of the project."""
