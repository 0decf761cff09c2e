"""Expressions: as written, immutable, sorted, with ordered symbolic dims. Nothing here knows what is true."""
