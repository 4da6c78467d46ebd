"""The furnished house (tests/web/inventory.py), served: for tests that only look, with keys or in other colours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.browser.judging import Quiet
from tests.cast import PASSWORD


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve *app*, threads and all; gives the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)


@dataclass
class House:
    """The application, where it is served, and the browsers that look at it: one for each reader and way of looking."""

    app: Flask
    address: str
    chromium: Browser
    values: dict[str, object]
    """what the addresses of its routes take"""
    _pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    _sign_ins: dict[str, Any] = field(default_factory=dict)

    def page(self, name: str = "", **ways: Any) -> Page:
        """A page of *name*'s own browser ("": a stranger's), signed in once; *ways* are options of Playwright's contexts."""
        key = (name, repr(sorted(ways.items())))
        if key not in self._pages:
            context = self._context(**ways, storage_state=self._state(name))
            self._pages[key] = context.new_page()
        return self._pages[key]

    def _context(self, **ways: Any) -> BrowserContext:
        ways = {"viewport": {"width": 360, "height": 780}, "locale": "es-PA", **ways}
        context = self.chromium.new_context(base_url=self.address, service_workers="block", **ways)
        context.set_default_timeout(15_000)
        return context

    def _state(self, name: str) -> Any:
        if not name:
            return None
        if name not in self._sign_ins:
            context = self._context()
            page = context.new_page()
            page.goto("/account/sign-in")
            page.fill("[name=email]", f"{name}@paso.example")
            page.fill("[name=password]", PASSWORD)
            page.click("main form button[type=submit]")
            page.wait_for_url(lambda url: "sign-in" not in url)
            self._sign_ins[name] = context.storage_state()
            context.close()
        return self._sign_ins[name]

    def close(self) -> None:
        """Close every browser."""
        for page in self._pages.values():
            page.context.close()
