"""Statements about entropies, decided: exact linear algebra over the cone of entropies, and exact distributions."""
