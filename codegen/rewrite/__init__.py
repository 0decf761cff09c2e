"""Rewrites on the way from a statement to a program: a safer, shorter or cheaper form of the same value."""
