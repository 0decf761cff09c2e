"""``derive list``: ids and titles of the catalog."""

from __future__ import annotations

import argparse
import json

from derive import library


def run(options: argparse.Namespace) -> int:
    found = [name for name in library.ids() if name.startswith(options.prefix)]
    width = max((len(n) for n in found), default=0)
    for name in found:
        record = library.entry(name)
        if options.json:
            row = {"schema": 1, "id": name, "title": record.title, "doc": record.doc, "states": list(record.states)}
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{name:<{width}}  {record.title}")
    return 0
