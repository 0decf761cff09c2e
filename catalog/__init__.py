"""The entries: one file each, `<kind>/<name>.py`, whose id is `<kind>.<name>`."""

if __name__ != "derive.catalog":  # a second copy would declare every entry twice
    raise ImportError("import this package as derive.catalog")
