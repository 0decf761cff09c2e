"""Statements as text: one grammar for the command line, files and the web page. Text is read, never evaluated."""
