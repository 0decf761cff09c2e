"""Verdicts: proving a claim, refuting it, or saying what is known."""
