"""HTML and other text of sources as our Markdown: the words as they were, the formatting we have, and no script."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from app.courseware.importing.draft import Refusal
from app.courseware.importing.entries import Notes
from app.courseware.importing.escaping import escape, guard
from app.courseware.importing.passages import Writer
from tests.courseware.importing.conftest import codes, compiled, one, read
from tests.courseware.test_unsafe import Judge


def quiz(html: str, answer: str = "a") -> str:
    inside = html.replace("]]>", "]]]]><![CDATA[>")
    told = answer.replace("]]>", "]]]]><![CDATA[>")
    return (
        f'<quiz><question type="multichoice"><questiontext format="html"><text><![CDATA[Q {inside}]]></text></questiontext>'
        f'<answer fraction="100" format="html"><text><![CDATA[{told}]]></text></answer>'
        '<answer fraction="0"><text>zzz</text></answer></question></quiz>'
    )


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>a</p><p>b</p>", "<p>Q</p>\n<p>a</p>\n<p>b</p>"),
        ("a<br/>b", "<p>Q a<br>\nb</p>"),
        ("<b>Note:</b>text", "<p>Q <strong>Note</strong>:text</p>"),
        ("un<i>believ</i>able", "<p>Q un<em>believ</em>able</p>"),
        ("<b> a </b><b>b</b> <s>c</s>", "<p>Q <strong>a b</strong> <s>c</s></p>"),
        ("<b><i>both</i></b>", "<p>Q <em><strong>both</strong></em></p>"),
        ("<b>one<br>two</b>", "<p>Q <strong>one</strong><br>\n<strong>two</strong></p>"),
        ("x<sup>2</sup> H<sub>2</sub>O", "<p>Q x² H₂O</p>"),
        ("<code>a*b`c</code>", "<p>Q <code>a*b`c</code></p>"),
        ("<h1>T</h1>x", "<p>Q</p>\n<p><strong>T</strong></p>\n<p>x</p>"),
        (
            "<ul><li>a<li>b<ol><li>c</ol></ul>",
            "<p>Q</p>\n<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n</ol>\n</li>\n</ul>",
        ),
        ("<blockquote>a</blockquote>", "<p>Q</p>\n<blockquote>\n<p>a</p>\n</blockquote>"),
        ("<pre>a\n  b</pre>", "<p>Q</p>\n<pre><code>a\n  b\n</code></pre>"),
        (
            "<a href='https://x.example/?a=1&amp;b=(2)'>l</a>",
            '<p>Q <a href="https://x.example/?a=1&amp;b=%282%29">l</a></p>',
        ),
        ("<a href='https://x.example/'>@you</a>!", '<p>Q <a href="https://x.example/">@you</a>!</p>'),
        ("5 < 6 & 7 > 2 &lt;b&gt; <name>", "<p>Q 5 &lt; 6 &amp; 7 &gt; 2 &lt;b&gt; &lt;name&gt;</p>"),
        ("<!-- gone --><o:p>kept</o:p><![CDATA[x]]>", "<p>Q kept&lt;![CDATA[x]]&gt;</p>"),
        ("a&nbsp;b&nbsp; c", "<p>Q a&nbsp;b c</p>"),
    ],
)
def test_html_becomes_our_markdown(html: str, shown: str):
    asked, entry = one(quiz(html))
    assert asked.prompt["en"] == shown
    assert codes(entry) == []


def test_formatting_that_markdown_would_misread_is_given_up_and_named():
    """Two stars between a letter and a bracket are stars in Markdown; the words come first."""
    asked, entry = one(quiz("é<b><a href='https://x.example/'>[</a></b>"))
    assert (asked.prompt["en"], codes(entry)) == ("<p>Q é[</p>", ["formatting-lost"])


def test_tables_become_tables_and_frames_become_text():
    asked, entry = one(quiz("<table><tr><th>A|B</th><th>C</th></tr><tr><td>1<br>2</td><td></td></tr></table>"))
    assert '<th scope="col">A|B</th>' in asked.prompt["en"] and "<td>1 / 2</td>" in asked.prompt["en"]
    assert codes(entry) == ["formatting-lost"]
    asked, entry = one(quiz("<table><tr><td><p>a</p><p>b</p></td></tr></table>"))
    assert (asked.prompt["en"], codes(entry)) == ("<p>Q</p>\n<p>a</p>\n<p>b</p>", [])


@pytest.mark.parametrize(
    ("html", "shown", "change"),
    [
        ("<script>alert(1)</script>", "<p>Q</p>", "script-dropped"),
        ("<style>p {}</style>", "<p>Q</p>", "style-dropped"),
        ("<b onclick='x()'>a</b>", "<p>Q <strong>a</strong></p>", "script-dropped"),
        ("<a href='/here'>a</a>", "<p>Q a</p>", "link-dropped"),
        ("<iframe src='https://v.example/1'></iframe>", "<p>Q</p>", "media-dropped"),
        ("<video><source src='@@PLUGINFILE@@/v.mp4'></video>", "<p>Q</p>", "media-dropped"),
        ("the <u>word</u>", "<p>Q the word</p>", "formatting-lost"),
        ("x<sup>th</sup>", "<p>Q xth</p>", "formatting-lost"),
        ("$$x^2$$", "<p>Q $$x^2$$</p>", "formula"),
        (r"\(x_1\)", r"<p>Q \(x_1\)</p>", "formula"),
        ("<img src='data:image/png;base64,AAAA'>", "<p>Q [picture left out]</p>", "picture-missing"),
        ("<img src='pic/x.png'>", "<p>Q [picture left out: x.png]</p>", "picture-missing"),
        ("<input type='text'>", "<p>Q</p>", "media-dropped"),
    ],
)
def test_what_cannot_be_kept_is_named(html: str, shown: str, change: str):
    asked, entry = one(quiz(html))
    assert (asked.prompt["en"], codes(entry)) == (shown, [change])


@pytest.mark.parametrize(
    "text",
    [
        "# no heading", "- no list", "+ no list", "1. no list", "1) no list", "> no quote", "= no answer", "== x", "===",
        "---", "***", "___", "| no | table |\n| --- | --- |", ": no definition", "~ no definition", "::: x", ":::{note}",
        ":::", "(x) no marker", "( ) no marker", "[x] no marker", "[ ] x", "{#no-id}", "x {#no-id}", "x {.a}", "[@no cite]",
        "[^1]", "[^1]: note", "^[note]", "[a](b)", "![a](b)", "<https://x.example>", "&copy; &#65;", "`code`", "```\nx\n```",
        "~~~", "a_b_c __x__", "*a* **b**", "\\", "a\\", "\\*", "a  ", "    code", "\tcode", "<b>", "<!-- x -->", ":critical:",
        "= 5 ± 2", "x\n= y", "_____", "a _____ b", "----\n: x", "-|-", "a|b\n-|-", "!", "![", "~~a~~", "$x$", "@", "é\u200b*",
    ],
)  # fmt: skip
def test_text_that_looks_like_markup_stays_text(text: str):
    """In every place that a text can have: the question, an answer, a row of a match, feedback, the explanation."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "")
    wanted = "".join(text.split())
    row = f"<subquestion><text>{plain} left</text><answer><text>one</text></answer></subquestion>"
    source = (
        '<quiz><question type="multichoice"><questiontext format="plain_text">'
        f"<text>Q {plain}\n{plain}\n\n{plain}</text></questiontext><generalfeedback format='plain_text'><text>{plain} x\n"
        f"{plain} </text></generalfeedback><answer fraction='100'><text>{plain} a</text>"
        f"<feedback format='plain_text'><text>{plain} f</text></feedback></answer>"
        f"<answer fraction='0' format='plain_text'><text>z\n{plain}</text></answer></question>"
        f'<question type="matching"><questiontext format="plain_text"><text>Q {plain}</text></questiontext>{row}'
        "<subquestion><text>l</text><answer><text>r</text></answer></subquestion></question>"
        f'<question type="ordering"><questiontext format="plain_text"><text>Q {plain}</text></questiontext>'
        f"<answer fraction='1' format='plain_text'><text>{plain} a</text></answer>"
        f"<answer fraction='2' format='plain_text'><text>b {plain}</text></answer></question></quiz>"
    ).replace("<answer fraction='100'>", "<answer fraction='100' format='plain_text'>")
    imported = read(source)
    assert [entry.outcome == "refused" for entry in imported.entries] == [False, False, False]
    asked, match, order = compiled(imported.markdown).questions.values()
    assert seen(asked.prompt["en"]) == "Q" + wanted * 3
    assert [seen(option.html["en"]) for option in asked.options] == [wanted + "a", "z" + wanted]
    assert seen(asked.options[0].feedback["en"]) == wanted + "f"
    assert seen(asked.explanation["en"]) == wanted + "x" + wanted
    assert seen(match.pairs[0].left["en"]).replace("/", "") == (wanted + "left").replace("/", "")
    assert [seen(option.html["en"]) for option in order.options] == [wanted + "a", "b" + wanted]


def seen(html: str) -> str:
    """The words of *html* without white space."""
    return "".join(unescape(re.sub(r"<[^<>]*>", "", html)).split())


@pytest.mark.parametrize(
    "vector",
    [
        "<script>alert(1)</script>", "<scr<script>ipt>alert(1)</script>", "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>", "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>", "<a href='&#106;avascript:alert(1)'>x</a>", "<a href='JaVaScRiPt:x'>x</a>",
        "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>", "<a href='vbscript:x'>x</a>", "<a href='//x.example'>x</a>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<object data='javascript:alert(1)'></object>",
        "<math><mtext><script>alert(1)</script></mtext></math>", "<style>@import 'javascript:x'</style>", "<base href='//x'>",
        "<form action='javascript:x'><button formaction='javascript:y'>b</button></form>", "<p style='background:url(x)'>y</p>",
        "<a href='http://x.example/\"onmouseover=\"alert(1)'>x</a>", "<img src='http://x/\"><script>alert(1)</script>'>",
        "<<b>script>alert(1)<</b>/script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "<a href='http://x)[y](javascript:alert(1)'>z</a>",
        "[x](javascript:alert(1))", "![x](javascript:alert(1))", "<javascript:alert(1)>", "[x]: javascript:alert(1)\n[x]",
        "<textarea><script>alert(1)</script>", "<title><img src=x onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<a href=\"https://x\u0000.example/\">x</a>", "<!--><script>alert(1)</script>-->", "<![CDATA[><script>alert(1)</script>",
        "<img alt='](javascript:alert(1))' src='http://x'>", "<a href='https://x/`'>`</a>`<script>alert(1)</script>`",
        "<table><caption><script>x</script></caption><tr><td onclick=x>1</td></tr></table>", ":::{question} x\n- (x) a\n:::",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "kind", ["xml", "gift-html", "gift-moodle", "gift-markdown", "gift-plain", "edx", "markdown", "aiken"]
)
def test_no_script_of_a_source_reaches_a_page(vector: str, kind: str):
    gift = "".join("\\" + character if character in ":#={}~\\" else character for character in vector)
    line = " ".join(vector.split())
    source = {
        "xml": quiz(vector.replace("\0", ""), vector.replace("\0", "")),
        "gift-html": f"[html]Q {gift}{{={gift} a ~b}}",
        "gift-moodle": f"Q {gift}{{={gift} a ~b#{gift}}}",
        "gift-markdown": f"[markdown]Q {gift}{{={gift} a ~b}}",
        "gift-plain": f"[plain]Q {gift}{{={gift} a ~b}}",
        "edx": f">>Q<<\n{line}\n(x) a {line}\n( ) b {line}",
        "markdown": f"1. Q {line}\n*a) x {line}\nb) y",
        "aiken": f"Q {line}\nA) a {line}\nB) b\nANSWER: A",
    }[kind]
    form = {"xml": "moodle-xml", "edx": "edx-markdown"}.get(kind, kind.partition("-")[0])
    imported = read(source, form)
    for asked in compiled(imported.markdown).questions.values():
        judge = Judge()
        for text in (
            asked.prompt,
            asked.explanation,
            *(o.html for o in asked.options),
            *(o.feedback for o in asked.options),
        ):
            judge.feed("".join(text.values()))
        judge.close()
        assert judge.wrong == [], imported.markdown


@pytest.mark.parametrize(
    "part",
    ["<a x='", "<a ", "<a\t", "<", "</", "<!--", "<b>", "<table><tr><td>", "<ul><li>", "<blockquote>", "&#", "*", "_ ", "`a ``b ",
     "[", "<a href='http://x'>", "<script>", "<a/", "<pre>:::\n", "<br>", "{", "~~", "<i> a</i>b", "\\", "![", "<b><i>"],
)  # fmt: skip
def test_text_that_means_to_take_long_does_not(part: str):
    start = time.perf_counter()
    for form in ("html", "moodle", "markdown", "plain"):
        for shape in ("blocks", "line", "cell"):
            Writer("en", Notes()).passage((part * 60_000)[:20_000], form, shape)  # type: ignore[arg-type]
    assert time.perf_counter() - start < 12


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(Refusal):
        Writer("en", Notes()).passage("a" * 100_000, "plain")


def test_a_picture_pasted_into_a_text_is_no_long_text():
    asked, entry = one(quiz(f"<img alt='a map' src='data:image/png;base64,{'A' * 200_000}'>"))
    assert asked.prompt["en"] == "<p>Q [picture left out: a map]</p>" and codes(entry) == ["picture-missing"]


def test_escapes_are_few_enough_to_read():
    assert escape("Don't stop – it's 5 o'clock (now); see p. 3: a, b & c! snake_case ___") == (
        "Don't stop – it's 5 o'clock (now); see p. 3: a, b & c! snake_case \\_\\_\\_"
    )
    assert guard("-5 degrees") == "-5 degrees"
