"""Takes a picture of every kind of page of the demo: `make screenshots`, then open build/screens/index.html.

python docs/screenshots.py [role …] [--language es] [--width 360] [--theme dark] [--page coordinator.roster]

Each role signs in and follows the links of its pages. Of every route that is met, the lightest, the middle and the heaviest
page are taken (what is empty, what is usual, what is full), on a phone and a desk, by day and by night, in both languages.
It needs Chromium. PASO_URL names a demo that runs already; without it one is started, with its data in build/screens-demo.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect

from app.config import Config
from app.factory import create_app

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "build" / "screens"
DEMO = ROOT / "build" / "screens-demo"
ROLES = {
    "visitor": "/",
    "learner": "/learn/",
    "trainer": "/teach/",
    "coordinator": "/coordinate/",
    "administrator": "/admin/",
}
PASSWORD = "paso-seguro-demo"
WIDTHS, THEMES, LANGUAGES = (360, 1280), ("light", "dark"), ("en", "es")
MOST_READ = 7
"""pages of one route that are read to choose three"""
STEPS = ("sign-out", "/language")
"""links that do something"""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def stop(text: str) -> None:
    """Say what is missing, and end."""
    print(text, file=sys.stderr)
    raise SystemExit(1)


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo: of the one that PASO_URL names, or of one of our own for as long as it is needed."""
    given = os.environ.get("PASO_URL", "").rstrip("/")
    if given:
        yield given
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    print("Starting the demo (a new one takes a minute or two) …", flush=True)
    environment = {**os.environ, "PASO_INSTANCE": str(DEMO), "PASO_PORT": str(port), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 900
        while not _answers(address):
            if server.poll() is not None or time.monotonic() > deadline:
                stop("The demo did not start; `make run` says why.")
            time.sleep(1)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Routes:
    """Which route an address belongs to."""

    def __init__(self) -> None:
        os.environ.setdefault("PASO_INSTANCE", str(DEMO))
        self.adapter = create_app(Config.from_env()).url_map.bind("localhost")

    def of(self, address: str) -> str:
        """The route's name; "" for an address that is none of ours."""
        try:
            return str(self.adapter.match(urlsplit(address).path, "GET")[0])
        except (NotFound, RequestRedirect, HTTPException):
            return ""


def sign_in(context: BrowserContext, role: str) -> None:
    """Let *context* be a browser of the demo's person of that role."""
    if role == "visitor":
        return
    tab = context.new_page()
    tab.goto("/account/sign-in")
    tab.fill("[name=email]", f"{'admin' if role == 'administrator' else role}@demo.example")
    tab.fill("[name=password]", PASSWORD)
    tab.click("main form button[type=submit]")
    tab.wait_for_url(lambda url: "sign-in" not in url)
    tab.close()


def crawl(context: BrowserContext, base: str, routes: Routes, start: str) -> dict[str, list[str]]:
    """route → up to three addresses of it: its lightest page, one in the middle, its heaviest."""
    waiting, seen = [start], {start}
    read: dict[str, list[tuple[int, str]]] = defaultdict(list)
    while waiting:
        address = waiting.pop(0)
        route = routes.of(address)
        if not route or len(read[route]) >= MOST_READ:
            continue
        response = context.request.get(base + address, max_redirects=3)
        if response.status != 200 or "text/html" not in response.headers.get("content-type", ""):
            continue
        text = response.text()
        read[route].append((len(text), address))
        for found in re.findall(r'href="([^"]+)"', text):
            target = urlsplit(urljoin(response.url, html.unescape(found)))
            path = target.path + (f"?{target.query}" if target.query else "")
            ours = f"{target.scheme}://{target.netloc}" == base and not any(step in path for step in STEPS)
            if ours and path not in seen and "lang=" not in path and not path.startswith("/static/"):
                seen.add(path)
                waiting.append(path)
    return {route: _three(sorted(pages)) for route, pages in read.items() if pages}


def _three(pages: list[tuple[int, str]]) -> list[str]:
    """The first, the middle and the last of *pages*; of pages that weigh nearly the same, one."""
    chosen = [pages[0], pages[len(pages) // 2], pages[-1]]
    kept = [chosen[0]]
    kept += [page for page in chosen[1:] if page[0] > kept[-1][0] * 1.15]
    return [address for _size, address in kept]


def take(browser: Browser, base: str, role: str, found: dict[str, list[str]], wanted: argparse.Namespace) -> list[Path]:
    """Pictures of everything *found*, in every way that is *wanted*."""
    taken: list[Path] = []
    folder = SCREENS / role
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(base_url=base)
    sign_in(context, role)
    tab = context.new_page()
    for language in wanted.language or LANGUAGES:
        tab.goto(f"{ROLES[role]}?lang={language}")
        for route, addresses in sorted(found.items()):
            for number, address in enumerate(addresses, 1):
                tab.set_viewport_size({"width": 1280, "height": 800})
                tab.goto(address)
                for width in wanted.width or WIDTHS:
                    tab.set_viewport_size({"width": width, "height": 800})
                    for theme in wanted.theme or THEMES:
                        tab.emulate_media(color_scheme=theme)
                        name = f"{route}.{number}.{language}.{width}.{theme}.jpg"
                        tab.screenshot(path=folder / name, full_page=True, type="jpeg", quality=72)
                        taken.append(folder / name)
    context.close()
    return taken


def contact_sheet(pictures: list[Path]) -> None:
    """build/screens/index.html: every picture beside the others of its page."""
    rows: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for picture in sorted(pictures):
        rows[picture.parent.name, picture.stem.rsplit(".", 3)[0]].append(picture)
    body = ""
    for (role, page), shots in sorted(rows.items()):
        body += f"<h2>{html.escape(role)}: {html.escape(page)}</h2><div>"
        for shot in shots:
            said = html.escape(" ".join(shot.stem.split(".")[-3:]))
            path = html.escape(shot.relative_to(SCREENS).as_posix())
            shown = f'<a href="{path}"><img src="{path}" alt="" loading="lazy"></a>'
            body += f"<figure>{shown}<figcaption>{said}</figcaption></figure>"
        body += "</div>"
    style = (
        "body{font:15px sans-serif;margin:2rem}div{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}"
        "figure{margin:0}img{height:22rem;width:13rem;object-fit:cover;object-position:top;border:1px solid #999}"
    )
    page = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Paso Seguro</title><style>{style}</style></head>'
    (SCREENS / "index.html").write_text(
        f"{page}<body><h1>Paso Seguro, page by page</h1>{body}</body></html>", encoding="utf-8"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", nargs="*", choices=[*ROLES], help="whose pages (all)")
    parser.add_argument("--language", action="append", choices=LANGUAGES)
    parser.add_argument("--width", action="append", type=int)
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--page", default="", help="a part of a route's name")
    wanted = parser.parse_args()
    program = os.environ.get("PASO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        stop("Screenshots need Chromium: apt-get install chromium, or name one in PASO_CHROMIUM.")
    taken: list[Path] = []
    with demo() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        routes = Routes()
        for role in wanted.role or ROLES:
            context = browser.new_context(base_url=base)
            sign_in(context, role)
            found = crawl(context, base, routes, ROLES[role])
            context.close()
            found = {route: pages for route, pages in found.items() if wanted.page in route}
            print(f"{role}: {len(found)} kinds of pages", flush=True)
            taken += take(browser, base, role, found, wanted)
        browser.close()
    contact_sheet(sorted(SCREENS.glob("*/*.jpg")))
    print(f"{len(taken)} pictures: {SCREENS / 'index.html'}")


if __name__ == "__main__":
    main()
