"""The pedant sees what it should, and only that."""

from __future__ import annotations

import pytest

from tests.web.pages import check_page

HEAD = '<meta charset="utf-8"><title>Paso</title><meta name="viewport" content="width=device-width">'
GOOD = f"""<!DOCTYPE html>
<html lang="es"><head>{HEAD}
<link rel="stylesheet" href="/static/site.1.css"><script src="/static/site.1.js"></script></head>
<body><a href="#main">Aa</a><nav aria-label="Bb"><ul><li><a href="/x" lang="en">Sign out</a></li></ul></nav>
<main id="main"><h1>Aa</h1>BODY</main></body></html>"""


def with_body(body: str) -> str:
    return GOOD.replace("BODY", body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<h2>Aa</h2><h3>Bb</h3><h2>Cc</h2>",
        '<label for="a">Aa</label><input id="a"><label>Bb <input></label><input aria-label="Cc"><input type="hidden">',
        '<p id="p">Aa</p><select aria-labelledby="p"><option value="1">1</option></select>',
        '<img src="/a.png" alt=""><a href="/x"><img src="/a.png" alt="Aa"></a><button aria-label="Aa"></button>',
        '<form method="post"><input type="hidden" name="csrf_token" value="x"><button>Aa</button></form>',
        '<form method="get"><button>Aa</button></form>',
        '<script type="application/json">{"a": "</b>"}</script>',
        '<svg viewBox="0 0 1 1" aria-hidden="true"><path d="M0 0"/></svg>',
        "<p>Cerrar sesión</p><p>«Error:»</p>",
        '<p lang="en">Sign out</p>',
        '<a href="https://example.org/">Aa</a><a href="mailto:a@example.org">Bb</a>',
        "<dl><div><dt>Aa</dt><dd>Bb</dd></div></dl>",
        '<details><summary>Aa</summary><form method="dialog"><button>Aa</button></form></details>',
    ],
)
def test_good_pages_pass(body: str) -> None:
    assert check_page(with_body(body), "es").tag == "#page"
    check_page(with_body(body), None)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p>Aa", "comes while this is open"),
        ("<p>Aa</div>", "comes while this is open"),
        ("</br>", "closes what cannot be open"),
        ("<div/>", "a slash does not close it"),
        ('<p id="a" id="b"></p>', "an attribute stands twice"),
        ('<p id="a"></p><p id="a"></p>', "stands twice"),
        ('<p id="a b"></p>', "an id without a name"),
        ("<h1>Bb</h1>", "there must be one <h1>; there are 2"),
        ("<h3>Bb</h3>", "after h1 comes h3"),
        ("<h2> </h2>", "an empty heading"),
        ("<script>alert(1)</script>", "an inline script"),
        ('<script src="https://cdn.example/x.js"></script>', "an address that may not be here"),
        ('<img src="//cdn.example/x.png" alt="">', "an address of another site"),
        ("<style>a{}</style>", "an inline style sheet"),
        ('<p style="color:red">Aa</p>', "an inline style"),
        ('<p onclick="x()">Aa</p>', "an inline handler"),
        ('<a href="javascript:x()">Aa</a>', "an address that may not be here"),
        ('<iframe src="/x"></iframe>', "has no place here"),
        ("<input>", "without a label"),
        ('<label for="a"></label><input id="a">', "without a label"),
        ('<label for="gone">Aa</label>', "which is not on the page"),
        ("<select><option>1</option></select>", "without a label"),
        ('<textarea name="x"></textarea>', "without a label"),
        ('<input aria-labelledby="gone">', "names 'gone', which is not on the page"),
        ('<p aria-describedby="gone">Aa</p>', "names 'gone', which is not on the page"),
        ('<a href="/x"></a>', "without words"),
        ('<a href="/x"><svg aria-hidden="true"></svg></a>', "without words"),
        ('<a href="/x"><span aria-hidden="true">→</span></a>', "without words"),
        ("<button></button>", "without words"),
        ('<a href="#gone">Aa</a>', "a link to nowhere on the page"),
        ('<img src="/a.png">', "a picture without alt"),
        ("<svg></svg>", "a drawing without a name"),
        ('<a href="/x">Aa <a href="/y">Bb</a></a>', "nested controls"),
        ('<a href="/x"><button>Aa</button></a>', "nested controls"),
        ('<form method="get"><button>Aa</button><form method="get"></form></form>', "a form in a form"),
        ("<p><div>Aa</div></p>", "<div> may not stand in <p>"),
        ("<ul><p>Aa</p></ul>", "<ul> may not hold <p>"),
        ("<ul>Aa</ul>", "loose text 'Aa'"),
        ("<li>Aa</li>", "<li> may not stand in <main>"),
        ("<section><table><tr><td>Aa</td></tr></table></section>", "<tr> may not stand in <table>"),
        ('<form method="post"><button>Aa</button></form>', "a form that posts holds one csrf_token"),
        (
            '<form method="post"><input type="hidden" name="csrf_token" value=""><button>Aa</button></form>',
            "a form that posts holds one csrf_token",
        ),
        (
            '<form><input type="hidden" name="csrf_token" value="x"><button>Aa</button></form>',
            "a csrf_token must not get into an address",
        ),
        ('<form><input type="password" aria-label="Aa"><button>Aa</button></form>', "this must be posted"),
        (
            '<form method="post"><input type="hidden" name="csrf_token" value="x"><input type="file" aria-label="Aa">'
            "<button>Aa</button></form>",
            "files need enctype",
        ),
        ("<fieldset><p>Aa</p></fieldset>", "a fieldset without a legend"),
        ("<fieldset><p>Aa</p><legend>Bb</legend></fieldset>", "a legend comes first"),
        ("<progress></progress>", "without a name"),
        ('<nav aria-label="Bb"></nav>', "two navigations of one name"),
        ('<p tabindex="3">Aa</p>', "a tabindex of its own"),
        ("<p>Sign out</p>", "not translated: 'Sign out' stands in text of 'es'"),
        ("<p>\n  Sign   out </p>", "not translated"),
        ('<button aria-label="Sign out"></button>', "not translated"),
        ('<img src="/a.png" alt="Sign out">', "not translated"),
        ('<p data-confirm="Too many tries">Aa</p>', "not translated"),
        ('<p lang="en">Cerrar sesión</p>', "not translated: 'Cerrar sesión' stands in text of 'en'"),
        (
            "<p>Page 2 of 25</p><p>You can try again in 5 minutes.</p>",
            "not translated: 'You can try again in 5 minutes.'",
        ),
    ],
)
def test_faults_are_named(body: str, fault: str) -> None:
    with pytest.raises(AssertionError) as caught:
        check_page(with_body(body), "es")
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<!DOCTYPE html>\n", "", "the doctype is missing"),
        ('lang="es"', "", "does not say its language"),
        ('lang="es"', 'lang="fr"', "does not say its language"),
        ("<title>Paso</title>", "", "there must be one <title>; there are 0"),
        ("<title>Paso</title>", "<title> – </title>", "the title is empty"),
        ("<h1>Aa</h1>", "", "there must be one <h1>; there are 0"),
        ("<h1>Aa</h1>", "<h1></h1>", "the h1 is empty"),
        ('<meta charset="utf-8">', "", "does not say that it is UTF-8"),
        ("viewport", "author", "there is no viewport"),
    ],
)
def test_the_frame_is_checked(old: str, new: str, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_page(with_body("").replace(old, new), "es")


def test_the_language_served_is_the_language_said() -> None:
    with pytest.raises(AssertionError, match="says it is in 'es' and is served as 'en'"):
        check_page(with_body(""), "en")
