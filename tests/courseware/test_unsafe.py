"""No text of an author becomes script in a page: our own corpus, and a judge that shares no code with the cleaner."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from urllib.parse import unquote

import msgspec
import pytest

from app.courseware.course import to_json
from app.courseware.manuscript import Report
from app.courseware.media import describe
from tests.courseware.conftest import LESSON, LESSON_FRONT, QUIZ, SCENARIO, Desk

TAGS = set(
    "p h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s a img hr br table thead tbody tr th td dl dt dd div section"
    " sup span audio track picture source".split()
)
ATTRIBUTES = {
    "a": {"href", "id", "title", "aria-label", "class"},
    "img": {"src", "alt", "title", "loading", "width", "height"},
    "source": {"type", "srcset", "sizes"},
    "audio": {"src", "controls", "preload", "aria-label"},
    "track": {"src", "kind", "srclang"},
    "li": {"id", "class"},
    "ol": {"start", "class"},
    "th": {"scope", "class"},
    "td": {"class"},
    "p": {"class"},
    "sup": {"class"},
    "span": {"class"},
    "section": {"class"},
    "div": {"class", "role", "tabindex", "aria-label"},
}


ONE = r"/learn/[a-z0-9-]+/media/[^\s,:]+\.webp"


class Judge(HTMLParser):
    """Notes everything in HTML that is not on the lists above."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()):
                self.wrong.append(f"<{tag} {name}>")
            if name == "srcset" and not re.fullmatch(rf"{ONE}(?: \d+w, {ONE} \d+w)?", value or ""):
                self.wrong.append(f"{tag} from {value}")
            if name in ("href", "src"):
                self._address(tag, unquote(value or ""))
            if name == "id" and not (value or "").startswith("c-"):
                self.wrong.append(f"id {value}")

    def _address(self, tag: str, address: str) -> None:
        plain = re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029]", "", address).lower()
        scheme = re.match(r"([^/?#]*?):", plain)
        if scheme and scheme[1] not in ("http", "https", "mailto"):
            self.wrong.append(f"{tag} to {address}")
        if plain.startswith(("//", "\\", "/\\")):
            self.wrong.append(f"{tag} to {address}")
        if tag != "a" and not plain.startswith("/learn/"):
            self.wrong.append(f"{tag} from {address}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}")


def judged(html: str) -> list[str]:
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.wrong


VECTORS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<base href='javascript:/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<style>@import 'javascript:alert(1)'</style>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<video><source onerror=alert(1)></video>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE html><script>alert(1)</script>",
    "<p id=location>clobbered</p>",
    "<a id=csrf_token name=csrf_token>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java script:alert(1)>)",
    "[x](<javascript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](javascript%3Aalert(1))",
    "[x](\\javascript:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://evil.example/1)",
    "[x](filesystem:https://evil.example/1)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "[x](https:javascript:alert(1))",
    "[x](http://x'onclick='alert(1))",
    '[x](http://x"onclick="alert(1))',
    "[x](https://example.org 'a\" onmouseover=\"alert(1)')",
    '[x](https://example.org "</a><script>alert(1)</script>")',
    "[x]: javascript:alert(1)\n\n[x]",
    "[x][r]\n\n[r]: <javascript:alert(1)> 'title'",
    "<javascript:alert(1)>",
    "<data:text/html,<script>alert(1)</script>>",
    "<x:y@evil.example>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "![x](//evil.example/pixel.gif)",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    '![x" onerror="alert(1)](media/post.svg)',
    "![<img src=x onerror=alert(1)>](media/post.svg)",
    "![x](media/post.svg '\" onerror=\"alert(1)')",
    "![x][i]\n\n[i]: https://evil.example/pixel.gif",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "~~~ onclick=alert(1)\nx\n~~~",
    "    <script>alert(1)</script>",
    "| <script>alert(1)</script> |\n| - |\n| <img src=x onerror=alert(1)> |",
    "| a |\n| :-: |\n| [x](javascript:alert(1)) |",
    "Term <script>\n: <img src=x onerror=alert(1)>",
    "x[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
    "x[^<script>]\n\n[^<script>]: y",
    "x^[<img src=x onerror=alert(1)>]",
    ":::{note} <script>alert(1)</script>\nx\n:::",
    ":::{note} [x](javascript:alert(1))\nx\n:::",
    ':::{case} "><img src=x onerror=alert(1)>\nx\n:::',
    ":::{<script>alert(1)</script>}\nx\n:::",
    ':::{note"onclick="alert(1)}\nx\n:::',
    ":::{only} <script>alert(1)</script>\nx\n:::",
    ':::{country} "><script>alert(1)</script>\n:::',
    ':::{note}\n:class: x" onclick="alert(1)\n\nx\n:::',
    "[@<script>alert(1)</script>]",
    "[@convention-1951 <script>alert(1)</script>]",
    '[@convention-1951 "><img src=x onerror=alert(1)>]',
    "[@convention-1951 art. 33](javascript:alert(1))",
    "asylum <b>seeker</b> refugee<script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "## x {onclick=alert(1)}",
    "- [x](javascript:alert(1)) {#a}",
    "> <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script\\>alert(1)\\</script\\>",
    "\u2028<script>alert(1)</script>",
    "\x00<scr\x00ipt>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "*<img src=x*onerror=alert(1)>",
    '<a href="https://example.org\n\nonclick=alert(1)>',
]


def places(vector: str) -> dict[str, str]:
    """The *vector* in every kind of place that holds an author's text."""
    indented = vector.replace("\n", "\n  ")
    line = " ".join(vector.split())
    quoted = line.replace("'", "''")
    question = (
        f":::{{question}} q\n\n{vector}\n\n- (x) {line} {{#a}}\n  > {line}\n- ( ) B {{#b}}\n  {indented}\n\n> {line}\n:::\n\n"
        f":::{{question}} m\n:type: match\n\nx\n\n| a | b |\n| - | - |\n| {line} | c |\n| d | e |\n:::\n\n"
        f":::{{question}} s\n\nx\n\n= {line}\n:::\n"
    )
    scene = (
        f"{vector}\n\n::::{{scenario}} s\n:dials: trust\n\n:::{{scene}} a\n:title: {line}\n{vector}\n\n"
        f"- [{line}](#b) {{trust=+1}}\n:::\n"
        f":::{{scene}} b\n:ending: good\nx\n:::\n::::\n"
    )
    key = f"::::{{trainer}}\n{vector}\n::::\n"
    front = f"---\ntitle: '{quoted}'\nsummary: '{quoted}'\nobjectives: ['{quoted}']\n---\n{vector}\n"
    return {
        f"{LESSON}.en.md": LESSON_FRONT + vector + "\n",
        f"{LESSON}.es.md": LESSON_FRONT + f"::::{{case}} {line}\n{vector}\n::::\n\n- {indented}\n",
        "01-mission/module.en.md": front,
        f"{QUIZ}.en.md": "---\ntitle: Q\n---\n" + question,
        f"{SCENARIO}.en.md": "---\ntitle: S\n---\n" + scene,
        "glossary.en.md": f"---\ntitle: G\n---\n{line}\n: {line}\n",
        "01-mission/practice.en.md": f"---\ntitle: P\n---\n{vector}\n\n{key}\n:::{{criteria}}\n- {line} {{#a}}\n:::\n",
        "countries/PA.en.md": f"---\ncountry: PA\n---\n:::{{entry}} asylum-authority\n{vector}\n:::\n",
    }


def html_of(value: object) -> list[str]:
    """Every string in plain data whose key says that it is HTML."""
    found: list[str] = []

    def walk(node: object, is_html: bool) -> None:
        if isinstance(node, dict):
            for key, inner in node.items():
                names_html = key in ("html", "prompt", "feedback", "explanation", "left", "right", "intro", "trainer")
                walk(
                    inner,
                    names_html or (key == "text" and isinstance(inner, dict)) or (is_html and key in ("en", "es")),
                )
        elif isinstance(node, list):
            for inner in node:
                walk(inner, is_html)
        elif isinstance(node, str) and is_html:
            found.append(node)

    walk(value, False)
    return found


def test_the_corpus_is_large_and_the_judge_is_awake() -> None:
    assert len(set(VECTORS)) >= 100
    assert judged("<p onclick='x'>y</p>") == ["<p onclick>"]
    assert judged("<a href='jav&#x09;ascript:alert(1)'>y</a>")
    assert judged("<script>x</script>")
    assert judged("<img src='https://evil.example/x.gif' alt='x'>")
    assert judged("<source srcset='https://evil.example/x.webp'>")
    assert not judged('<p><a href="https://example.org">y</a></p>')


@pytest.mark.parametrize("vector", VECTORS)
def test_no_script_from_any_place(desk: Desk, vector: str) -> None:
    compiled = desk.compile(dict(places(vector)))
    assert compiled.course is not None
    pieces = html_of(msgspec.json.decode(to_json(compiled.course)))
    assert len(pieces) > 20
    assert [wrong for piece in pieces for wrong in judged(piece)] == []


@pytest.mark.parametrize(
    "vector",
    [
        vector
        for vector in VECTORS
        if re.match(r"<[a-zA-Z]+[\s>]", vector) and vector.endswith(">") and "\n\n" not in vector
    ],
)
def test_html_is_refused_with_a_message(desk: Desk, vector: str) -> None:
    assert "raw-html" in [one.code for one in desk.lesson(vector + "\n").errors]


def test_a_drawing_that_is_all_comments_is_judged_at_once():
    begun = time.perf_counter()
    assert describe("media/a.svg", b"<!-- -->" * 5000 + b"<x", Report()) is None
    assert time.perf_counter() - begun < 2  # it was 2 to the power of 5000
    assert describe("media/a.svg", b"<!-- a - b -- c -->\n<!---->\n<svg></svg>", Report()) is not None
