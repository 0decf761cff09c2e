"""One module per verb; each has `run(options) -> exit status`."""
