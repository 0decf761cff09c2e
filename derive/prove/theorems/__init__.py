"""Theorems that inequalities rest on: facts about the functions of the table, and named inequalities about sums."""
