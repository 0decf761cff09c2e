"""From a chain of named terms to programs: graph, rewrite, schedule, emit, check, and one folder for each target."""

if __name__ != "derive.codegen":  # a second copy would give every node and pass a second type
    raise ImportError("import this package as derive.codegen")
