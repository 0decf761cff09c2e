"""A diagram as one HTML file that opens offline: the drawing alone, as large as the window."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from derive.page.diagram.scene import Scene
from derive.page.diagram.svg import svg
from derive.page.html import plain
from derive.page.html_extent import inline

STYLE = """html,body{margin:0;height:100%;background:#fff}
main svg{display:block;width:100vw;height:100vh}
@page{size:1280px 720px;margin:0}"""


def html(scene: Scene) -> str:
    """The file; the same scene gives the same bytes."""
    drawing = svg(scene)
    hashes = " ".join(_hash(style) for style in (STYLE, *re.findall(r"<style>(.*?)</style>", drawing, re.DOTALL)))
    title = plain("".join(piece for _, piece in inline(scene.title)))
    policy = f"default-src 'none'; style-src {hashes}; font-src data:; base-uri 'none'; form-action 'none'"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{drawing}</main>\n</body>\n</html>\n"
    )


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"
