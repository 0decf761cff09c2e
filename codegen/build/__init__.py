"""Compiling generated code and loading it."""
