"""The page is one safe file that says exactly what was decided; no browser is needed to test that."""

import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest

from derive.page.html import FONTS, html
from derive.page.html_slides import slides
from derive.page.model import Calculation, Page, Row

ASSETS = files("derive.page") / "assets"
TALL = r"\sum_{i=1}^{N} \frac{x_i}{n}"


def row(verdict: Any = "proved", **fields: Any) -> Row:
    given: dict[str, Any] = {
        "number": 1,
        "lhs": "a",
        "relation": "=",
        "rhs": "b",
        "reason": "because",
        "note": "",
        "detail": "method",
    }
    return Row(verdict=verdict, **{**given, **fields})


def page(*rows: Row, expected: Any = "hold", **fields: Any) -> Page:
    given: dict[str, Any] = {"title": "Title", "doc": "", "given": (), "id": "loss.mse", "digest": "3f9c1e2", "seed": 0}
    return Page(calculations=(Calculation("", rows, expected),), **{**given, **fields})


class Reader(HTMLParser):
    """Tags, attributes, and the text in and outside of scripts and styles."""

    def __init__(self, document):
        super().__init__()
        self.tags, self.attributes, self.text, self.raw, self.inside = [], [], [], {"script": [], "style": []}, ""
        self.feed(document)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.inside = tag if tag in self.raw else ""

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        (self.raw[self.inside] if self.inside else self.text).append(data)

    def shown(self):
        return " ".join("".join(self.text).split())


def footer(given):
    document = html(given)
    return Reader(document[document.index("<footer") : document.index("</footer>")]).shown()


EXAMPLE = Page(
    title="Gaussian maximum likelihood is mean squared error",
    doc="What least squares assumes.",
    given=(r"\varepsilon_i\sim\mathcal{N}(0,\sigma^2)",),
    calculations=(
        Calculation(
            "argmin",
            (
                row("definition", lhs=r"\hat\theta", rhs=r"\prod_i p(y_i)", detail=""),
                row("proved", number=2, lhs="", rhs=r"\sum_i \log p(y_i)", reason=r"\(\log\) is increasing"),
                row("tested", number=3, lhs="", rhs="c", rhs_highlighted=r"\textcolor{#b0006d}{c}"),
            ),
        ),
        Calculation("wrong sign", (row("refuted", detail=r"\(x=\tfrac12\)"),), "refuted"),
    ),
    id="mse-from-mle",
    digest="3f9c1e2",
    seed=0,
    cites=("Bishop 2006, section 3.1.1",),
)


def test_one_file_that_loads_nothing():
    reader = Reader(html(EXAMPLE))
    assert not {"img", "link", "iframe", "object", "embed", "base", "form", "video", "audio"} & set(reader.tags)
    loads = [value for _, name, value in reader.attributes if name in ("src", "srcset", "href", "action", "data")]
    assert all(value.startswith("#") for value in loads)
    style = "".join(reader.raw["style"])
    assert "@import" not in style
    assert set(re.findall(r"url\((.{0,16})", style)) == {"data:font/woff2;"}
    assert len(html(EXAMPLE).encode()) < 700_000


def test_policy_allows_exactly_the_script_and_the_style_of_the_page():
    reader = Reader(html(EXAMPLE))
    (policy,) = [value for _, name, value in reader.attributes if name == "content" and "-src" in value]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    hashes = {kind: b64encode(sha256(raw.encode()).digest()).decode() for kind, (raw,) in reader.raw.items()}
    assert parts == {
        "default-src": "'none'",
        "script-src": f"'sha256-{hashes['script']}'",
        "style-src": f"'sha256-{hashes['style']}'",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert "\r" not in html(EXAMPLE)  # a parser would turn it into \n, and the hashes would no longer hold
    assert not [name for _, name, _ in reader.attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize(
    "hostile",
    ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=a()>', "</style>", "<!--"],
)
def test_hostile_text_stays_text(hostile):
    plain = Reader(html(EXAMPLE))
    fields = dict.fromkeys(("lhs", "relation", "rhs", "reason", "note", "detail", "changed"), hostile)
    bad = row(**fields, reason_status="unconfirmed", rhs_highlighted=hostile + "x")
    document = html(
        Page(hostile, hostile, (hostile,), (Calculation(hostile + "y", (bad,)),), hostile, hostile, 0, (hostile,))
    )
    reader = Reader(document)
    assert set(reader.tags) <= set(plain.tags) | {"small"}
    assert {name for _, name, _ in reader.attributes} <= {name for _, name, _ in plain.attributes} | {"data-changed"}
    assert reader.tags.count("script") == reader.tags.count("style") == 1
    assert reader.shown().count(hostile) >= 9


def test_hidden_and_turning_characters_become_visible():
    document = html(page(row(reason="a\u202eb\u200bc\x1b[31m\ud800")))
    assert "a\ufffdb\ufffdc\ufffd[31m\ufffd" in document
    document.encode()


def test_mathematics_in_text_is_a_formula_and_the_rest_is_not():
    document = html(page(row(reason=r"scale by \(-2\sigma<0\): $5 \(open", detail=r"\(\partial\)")))
    assert r'scale by <span class="tex">-2\sigma&lt;0</span>: $5 \(open</p>' in document
    assert r'<span class="tex">\partial</span>' in document


def test_same_page_same_bytes_for_every_hash_seed():
    code = (
        "from hashlib import sha256; from derive.page.html import html; from derive.page.model import *\n"
        "r = Row(1, 'a', '=', r'\\mathcal{N}', 'β', 'n', 'proved')\n"
        "p = Page('T', 'd', ('x',), (Calculation('', (r,)),), 'i', 's', 0, ('c',))\n"
        "print(sha256(html(p).encode()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    ]
    assert runs[0] == runs[1]
    assert html(EXAMPLE) == html(EXAMPLE)


@pytest.mark.parametrize(
    ("verdicts", "expected", "word"),
    [
        (["definition", "proved", "proved"], "hold", "✓ verified"),
        (["proved", "tested"], "hold", "checked"),
        (["proved", "assumed"], "hold", "checked"),
        (["proved", "undecided"], "hold", "checked"),
        (["proved", "refuted"], "hold", "FAILED"),
        (["tested", "refuted", "undecided"], "hold", "FAILED"),
        (["definition"], "hold", "checked"),  # nothing was decided
        ([], "hold", "checked"),
        (["refuted"], "refuted", "✓ verified"),
        (["proved", "refuted"], "refuted", "✓ verified"),
        (["undecided"], "refuted", "checked"),
        (["proved"], "refuted", "FAILED"),
        (["tested"], "refuted", "FAILED"),
        ([], "refuted", "FAILED"),
    ],
)
def test_standing(verdicts, expected, word):
    words = footer(page(*(row(verdict) for verdict in verdicts), expected=expected))
    assert words.startswith(word)
    assert ("✓" in words, "verified" in words) == (word == "✓ verified", word == "✓ verified")


def test_one_bad_calculation_fails_the_whole_page():
    good, bad = Calculation("a", (row("proved"),)), Calculation("b", (row("refuted"),))
    assert replace(page(), calculations=(good, bad)).standing == "FAILED"
    assert replace(page(), calculations=(good, Calculation("b", (row("tested"),)))).standing == "checked"


def test_footer_counts_every_kind_and_names_the_source():
    words = footer(page(row("proved"), row("proved"), row("definition")))
    assert words == (
        "✓ verified 2 steps proved · 0 tested numerically · 1 definition · 0 assumedloss.mse · sha 3f9c1e2 · seed 0"
    )
    rows = [row("undecided", reason_status="unconfirmed"), row("refuted")]
    assert footer(page(*rows)).startswith(
        "FAILED 0 steps proved · 0 tested numerically · 0 definitions · 0 assumed · 1 undecided · 1 refuted"
        " · 1 reason unconfirmed"
    )
    assert "1 false statement refuted" in footer(page(row("refuted"), expected="refuted"))


def test_every_verdict_has_a_shape_a_word_and_a_colour_and_only_proved_is_green():
    sprite, style = ((ASSETS / name).read_text() for name in ("badges.svg", "page.css"))
    colours = dict(re.findall(r"--(\w+): (#\w+);", style))
    for verdict in ("proved", "tested", "definition", "assumed", "undecided", "refuted"):
        assert f'<symbol id="{verdict}"' in sprite
        document = html(page(row(verdict)))
        shape = f'<svg aria-hidden="true"><use href="#{verdict}"/></svg>'
        assert f'<p class="badge {verdict}">{shape}<b>{verdict}</b>' in document
        assert f".{verdict} {{ --kind: var(--{'quiet' if verdict == 'undecided' else verdict}); }}" in style
    assert colours["proved"] == "#00745a"
    assert [name for name, colour in colours.items() if colour == "#00745a"] == ["proved"]
    assert colours["tested"] == "#0063a8"


def test_an_unconfirmed_reason_says_so():
    said = '<p class="reason unconfirmed">because <small>(unconfirmed)</small></p>'
    assert said in html(page(row(reason_status="unconfirmed")))
    assert "unconfirmed" not in Reader(html(page(row(reason_status="confirmed")))).shown()


def test_a_false_statement_is_marked_as_one():
    def claim(verdict):
        shown = Reader(html(page(row(verdict, detail=r"counterexample \(x=0\)"), expected="refuted"))).shown()
        return shown[: shown.index("because")]

    assert "false statement refuted, as it should be" in claim("refuted")
    assert "expected to be false no counterexample" in claim("undecided")
    assert "FAILED this statement was expected to be false" in claim("proved")
    assert "counterexample" in html(page(row("refuted", detail="counterexample"), expected="refuted"))
    failed = Reader(html(page(row("refuted")))).shown()
    assert "FAILED a line that should hold is refuted" in failed
    assert "false statement" not in failed
    assert "FAILED" not in Reader(html(page(row("tested")))).shown()


def test_long_calculations_continue_on_another_slide_with_the_last_row_repeated():
    rows = tuple(row(number=n, lhs="", rhs=TALL) for n in range(1, 10))
    long = page(*rows, given=("x>0",))
    first, second = slides(long)
    assert [r.number for r in first.rows] == [1, 2, 3, 4, 5]
    assert [r.number for r in second.rows] == [5, 6, 7, 8, 9]
    document = html(long)
    assert document.count('<section class="slide') == 2
    assert document.count('<section class="slide continued">') == 1
    assert "part 2 of 2" in document
    assert document.count('<p class="place">2 / 2</p>') == 1
    assert "9 steps proved" in footer(long)  # the repeated row counts once


def test_five_sums_fill_a_slide():
    assert len(slides(page(*[row(rhs=TALL)] * 5, given=(r"\varepsilon\sim\mathcal{N}(0,1)",)))) == 1
    assert len(slides(page(*[row(rhs=TALL)] * 6, given=(r"\varepsilon\sim\mathcal{N}(0,1)",)))) == 2


def test_sources_and_marks_have_a_slide_of_their_own():
    shown = Reader(html(EXAMPLE)).shown()
    assert "Bishop 2006, section 3.1.1" in shown
    assert "this is no proof" in shown
    assert "Bishop" not in html(replace(EXAMPLE, cites=()))


def test_a_script_free_reader_and_a_screen_reader_get_everything():
    document = html(EXAMPLE)
    reader = Reader(document)
    assert ("html", "lang", "en") in reader.attributes
    assert ("p", "aria-live", "polite") in reader.attributes
    assert reader.tags.count("h1") == 1
    assert reader.tags.count("h2") == reader.tags.count("section") == 3
    assert r"\sum_i \log p(y_i)" in reader.shown()
    assert r'<span class="tex" data-marked="\textcolor{#b0006d}{c}">c</span>' in document


def test_formulas_are_rendered_without_trust_and_survive_failure():
    script = (ASSETS / "page.js").read_text()
    (call,) = re.findall(r"try \{\s*katex\.render\(.*?\} catch", script, re.DOTALL)
    for setting in ("trust: false", "throwOnError: false", 'output: "htmlAndMathml"', "maxExpand"):
        assert setting in call
    assert script.count("katex.render(") == 1
    assert "innerHTML" not in script


def test_only_the_fonts_that_occur():
    def faces(latex, text=""):
        return html(page(row(rhs=latex, reason=text))).count("@font-face")

    least = faces("x")
    assert faces(r"\mathcal{N}") == least + 1
    assert faces(r"\mathfrak{g}") == least + 1
    assert faces("x", "β") == least + 3
    assert least < len(FONTS)


def test_third_party_files_are_here_with_licence_and_version():
    third_party = ASSETS / "third_party"
    readme = (third_party / "README.md").read_text()
    assert "Permission is hereby granted" in (third_party / "katex" / "LICENSE").read_text()
    assert "SIL Open Font License" in (third_party / "source-sans-3" / "LICENSE").read_text(encoding="utf-8")
    for *_, file, _ in FONTS:
        assert (third_party / f"{file}.woff2").read_bytes()[:4] == b"wOF2"
    (version,) = re.findall(r'version="(\d+\.\d+\.\d+)"', (third_party / "katex" / "katex.min.js").read_text()) or [""]
    assert version in readme
    assert "0.19.1" in readme
    assert "5.3.1" in readme


def test_unknown_verdicts_are_refused():
    with pytest.raises(ValueError, match="'maybe' is none of proved"):
        row("maybe")
    with pytest.raises(ValueError, match="none of hold"):
        page(expected="fail")
