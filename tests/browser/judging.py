"""What a real browser says of a saved page: axe, sizes of targets, and whether anything hangs over the edge."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, Page
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from app.web.kit.assets import PREFIX, Assets
from tests.web import inventory

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""the rules whose answer depends on the theme"""
PHONE, DESK, NARROW = ({"width": w, "height": h} for w, h in ((360, 740), (1280, 800), (320, 640)))
RUN = """async ({tags, only}) => {
  const options = {resultTypes: ["violations"], preload: false, elementRef: false};
  options.runOnly = only ? {type: "rule", values: only} : {type: "tag", values: tags};
  const found = await axe.run(document, options);
  const where = node => `${node.target.join(" ")} ${node.html.slice(0, 120)}`;
  return found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(where).join(" | ")}`);
}"""
SMALL = """() => {
  const least = 44, found = [];
  const shown = e => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  const words = e => (e.innerText || e.getAttribute("aria-label") || e.name || e.tagName).trim().slice(0, 40);
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!shown(e) || e.closest(".sr, .skip") || e.disabled) continue;
    let box = e.getBoundingClientRect();
    // a label that holds its control, or stands beside it, is pressed as well
    const label = e.matches("input[type=radio], input[type=checkbox]") && (e.closest("label") || e.labels[0]);
    if (label) {
      const wide = label.getBoundingClientRect();
      box = {width: Math.max(wide.width, box.width), height: Math.max(wide.height, box.height)};
    }
    const words_only = getComputedStyle(e).display === "inline";  // is as wide as its words
    if (box.height >= least - .5 && (words_only || box.width >= least - .5) || box.width < 2 || inline(e)) continue;
    found.push(`${e.tagName.toLowerCase()} “${words(e)}” ${Math.round(box.width)}×${Math.round(box.height)}`);
  }
  return found;
  // a link in running text, or in a line of a table or list, needs the room that WCAG 2.5.8 asks for: axe measures that
  function inline(e) {
    return getComputedStyle(e).display === "inline" && !e.closest("h1, h2, h3, h4, nav, footer, .error-summary");
  }
}"""
WIDE = """() => {
  const most = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= most) return [];
  return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > most + .5
    && ![...ancestors(e)].some(a => ["auto", "scroll", "hidden"].includes(getComputedStyle(a).overflowX))).slice(0, 3)
    .map(e => e.outerHTML.slice(0, 90));
  function* ancestors(e) { while (e = e.parentElement) if (e !== document.body && e !== document.documentElement) yield e; }
}"""


class Quiet(WSGIRequestHandler):
    def log_request(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(pages: Sequence[inventory.Page]) -> Iterator[str]:
    """An address at which page *n* stands at ``/n``, with the real static files."""
    assets = Assets()

    def answer(request: Request) -> Response:
        path = request.path
        if path.startswith(PREFIX):
            name = path.removeprefix(PREFIX)
            response = Response(assets.contents[name], mimetype=KINDS.get(Path(name).suffix, "text/plain"))
            response.headers["Cache-Control"] = "max-age=31536000, immutable"
            return response
        if path[1:].isdecimal():
            return Response(pages[int(path[1:])].html, mimetype="text/html")
        return Response(status=404)

    server = make_server("127.0.0.1", 0, Request.application(answer), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)


def judge(chromium: Browser, pages: Sequence[inventory.Page], thorough: bool = True) -> list[str]:
    """Everything that is wrong with *pages*, each looked at on a phone and a desk, in daylight and at night.

    Every rule is asked on both widths, those about colours in both themes too. What does not change with the words is
    asked in one language only: not *thorough* leaves it out.
    """
    found: list[str] = []
    source = AXE.read_text(encoding="utf-8")
    with served(pages) as address:
        context = chromium.new_context(base_url=address, bypass_csp=True, service_workers="block")
        tab = context.new_page()
        for number, page in enumerate(pages):
            tab.set_viewport_size(PHONE)
            tab.emulate_media(color_scheme="light")
            tab.goto(f"/{number}")
            tab.evaluate(source)
            found += [f"{page} {fault}" for fault in _faults(tab, thorough)]
        context.close()
    return found


def _faults(tab: Page, thorough: bool) -> Iterator[str]:
    def axe(where: str, only: list[str] | None = None) -> Iterator[str]:
        return (f"{where}, axe: {fault}" for fault in tab.evaluate(RUN, {"tags": TAGS, "only": only}))

    yield from axe("360 light")
    yield from (f"360, small target: {fault}" for fault in tab.evaluate(SMALL))
    if thorough:
        tab.emulate_media(color_scheme="dark")
        yield from axe("360 dark", COLOURS)
        tab.set_viewport_size(DESK)
        yield from axe("1280 dark")
        tab.emulate_media(color_scheme="light")
        yield from axe("1280 light", COLOURS)
    else:
        tab.emulate_media(color_scheme="dark")
        tab.set_viewport_size(DESK)
        yield from axe("1280 dark", COLOURS)
    tab.set_viewport_size(NARROW)
    yield from (f"320, over the edge: {fault}" for fault in tab.evaluate(WIDE))
