"""Static files: named by content, compressed, immutable; pages compressed, downloads not."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from app.web.kit.assets import SOURCE, Assets, slim, slim_script
from tests.web.tiny import page, tiny


def write(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def test_a_name_changes_with_the_content_and_only_then(tmp_path: Path) -> None:
    source = write(tmp_path, site_css="a{}", mark_svg="<svg/>")
    first = Assets(source)
    assert first.url("site.css").startswith("/static/site.")
    assert Assets(source).names == first.names
    write(tmp_path, site_css="b{}")
    assert Assets(source).url("site.css") != first.url("site.css")
    assert Assets(source).url("mark.svg") == first.url("mark.svg")


def test_references_follow_their_files(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        site_css='a{src:url("font_woff2")} b{background:url(pic/p.svg)} c{mask:url("data:image/svg+xml,x.y")}'.replace(
            "font_woff2", "font.woff2"
        ),
        font_woff2="F",
        pic__p_svg="<svg/>",
        page_js='import { a } from "./part.js"; import("./part.js"); const from = "./else.js";',
        part_js="export const a = 1;",
    )
    assets = Assets(source)
    css = assets.contents[assets.names["site.css"]].decode()
    assert f'url("{assets.names["font.woff2"]}")' in css
    assert f"url({assets.names['pic/p.svg']})" in css
    assert "data:image/svg+xml,x.y" in css
    script = assets.contents[assets.names["page.js"]].decode()
    assert script.count(f'"./{assets.names["part.js"]}"') == 2
    assert '"./else.js"' in script
    before = assets.url("site.css")
    write(tmp_path, font_woff2="G")
    assert Assets(source).url("site.css") != before, "a new font is a new style sheet"


def test_dead_and_circular_references_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"site\.css: there is no static file 'gone\.woff2'"):
        Assets(write(tmp_path / "a", site_css="a{src:url(gone.woff2)}"))
    with pytest.raises(ValueError, match="in a circle"):
        Assets(write(tmp_path / "b", a_js='import "./b.js";', b_js='import "./a.js";'))


def test_a_wrong_name_is_an_error_that_helps(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no static file 'sit\.css'; there are: site\.css"):
        Assets(write(tmp_path, site_css="")).url("sit.css")


@pytest.mark.parametrize(
    ("css", "slimmed"),
    [
        ("a { b: c; d : e; }\n\n.f .g,\n.h > i { j: k }", "a{b:c;d:e}.f .g,.h > i{j:k}"),
        ('/* gone */ a::before { content: "/* stays */ ; { "; }', 'a::before{content:"/* stays */ ; { "}'),
        ("a :hover { margin: 0 -1px calc(1px + 2px) }", "a :hover{margin:0 -1px calc(1px + 2px)}"),
        ("@media (min-width: 4rem) { a { b: c; } }", "@media (min-width:4rem){a{b:c}}"),
    ],
)
def test_style_sheets_are_sent_without_space_that_means_nothing(css: str, slimmed: str) -> None:
    assert slim(css) == slimmed


def test_files_are_served_compressed_immutable_and_without_a_cookie(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path)
    client = app.test_client()
    client.get("/?lang=en")
    address = app.extensions["paso.assets"].url("site.css")
    plain = client.get(address)
    assert plain.status_code == 200
    for encoding, decompress in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = client.get(address, headers={"Accept-Encoding": encoding})
        assert answer.headers["Content-Encoding"] == encoding
        assert decompress(answer.data) == plain.data
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert client.get("/static/site.css").status_code == 404, "only by the hashed name"
    assert client.get("/static/../base.html").status_code == 404
    assert client.get(app.extensions["paso.assets"].url("site.js")).content_type.startswith("text/javascript")
    assert client.get(app.extensions["paso.assets"].url("paso-serif-600.woff2")).content_type == "font/woff2"


def test_pages_are_compressed_and_name_hashed_files(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path)
    answer = app.test_client().get("/", headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert answer.headers["Content-Encoding"] == "br"
    assert app.extensions["paso.assets"].url("site.css") in brotli.decompress(answer.data).decode()
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_addresses_follow_where_the_platform_is_mounted(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, here=lambda: page('{{ static_url("mark.svg") }}'))
    answer = app.test_client().get("/here", environ_overrides={"SCRIPT_NAME": "/paso"})
    assert 'href="/paso/static/site.' in answer.text
    assert 'href="/paso/verify"' in answer.text


def test_two_processes_may_start_at_once_and_a_half_written_file_is_replaced(tmp_path: Path) -> None:
    assets = Assets(SOURCE)
    assets.write(tmp_path)
    name = assets.names["site.css"]
    (tmp_path / name).write_bytes(b"half")
    assets.write(tmp_path)
    assert (tmp_path / name).read_bytes() == assets.contents[name]
    assert not list(tmp_path.glob(".new-*"))


def test_the_budget_of_a_weak_link_is_kept() -> None:
    assets = Assets(SOURCE)
    sizes = {name: len(brotli.compress(assets.contents[hashed], quality=11)) for name, hashed in assets.names.items()}
    assert sizes["site.css"] <= 6 * 1024
    assert sizes["site.js"] <= 2 * 1024
    assert sizes["mark.svg"] <= 512
    assert len(assets.contents[assets.names["paso-serif-600.woff2"]]) <= 19 * 1024


def test_the_scripts_of_an_officers_pages_keep_their_budget() -> None:
    assets = Assets(SOURCE)
    scripts = [name for name in assets.names if name.startswith("offline/") or name in ("site.js", "attempt.js")]
    assert len(scripts) >= 8
    sizes = [len(brotli.compress(assets.contents[assets.names[name]], quality=11)) for name in scripts]
    assert sum(sizes) <= 12 * 1024


def test_a_script_loses_what_only_its_readers_need() -> None:
    script = """// what this is for
const a = { b: "x  =  y", c: 'it //s', d: `two
  lines ${f(`in  side`)}  ` }; // why
  const e = /[/"]  ,/.test(a) && [1, 2] ?? 3;
if (e) {
    g ( );
}
return a + +b;
"""
    assert slim_script(script) == (
        """let a={b:"x  =  y",c:'it //s',d:`two
  lines ${f(`in  side`)}  `};let e=/[/"]  ,/.test(a)&&[1,2]??3;if(e){g();}
return a + +b;"""
    )
    assert slim_script("const far = 'https://example.org/'; // not this one\nh();") == (
        "let far='https://example.org/';h();"
    )
