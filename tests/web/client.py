"""A test client that behaves like a browser: it reads the forms it fetched, sends their tokens, and checks every page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import PASSWORD
from tests.sample import KEY_WORDS
from tests.web.pages import check_page

DEVICES = ("/learn/", "/account/", "/coordinate/", "/verify")


class Forms(HTMLParser):
    """The forms of a page: action, method, and the values of their fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select = ""
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = dict(attributes)
        if tag == "form":
            self.forms.append(
                {"action": has.get("action") or "", "method": (has.get("method") or "get").lower(), "fields": {}}
            )
            self._inside = True
        elif not self._inside or not self.forms:
            return
        elif tag == "input" and has.get("name") and (has.get("type") not in ("radio", "checkbox") or "checked" in has):
            self.forms[-1]["fields"][has["name"]] = has.get("value") or ""
        elif tag == "select":
            self._select = has.get("name") or ""
        elif tag == "option" and self._select and "selected" in has:
            self.forms[-1]["fields"][self._select] = has.get("value") or ""
        elif tag == "textarea" and has.get("name"):
            self.forms[-1]["fields"].setdefault(has["name"], "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""


class Browser(FlaskClient):
    """Checks every HTML page it is given; ``submit`` fills in and sends a form of the last page."""

    last: TestResponse | None = None
    here: str = "/"

    def open(self, *args: Any, **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", None) or {})
        headers.setdefault("Accept-Language", "es")
        more.setdefault("buffered", True)  # a streamed download is read to its end, as a browser does
        response = super().open(*args, headers=headers, **more)
        if response.request.path.startswith(DEVICES) and not response.is_streamed:
            # whatever travels to an officer's device: pages, JSON, files
            said = response.get_data()
            assert not any(word.encode() in said for word in KEY_WORDS), f"a trainers' key at {response.request.path}"
        if response.mimetype == "text/html" and response.data and response.status_code not in (301, 302, 303, 307, 308):
            page = response.get_data(as_text=True)
            check_page(page, response.headers.get("Content-Language"))
            self.last = response
            self.here = response.request.path
        return response

    def page(self, path: str, status: int = 200, **more: Any) -> str:
        """The page at *path*, as text."""
        response = self.get(path, **more)
        assert response.status_code == status, f"{path}: {response.status} {response.location or ''}"
        return response.get_data(as_text=True)

    def submit(self, action: str = "", follow: bool = True, **fields: Any) -> TestResponse:
        """Send the form of the last page whose action ends in *action* (or holds the given fields), filled in."""
        assert self.last is not None, "no page was fetched"
        forms = [f for f in Forms(self.last.get_data(as_text=True)).forms if f["method"] == "post"]
        wanted = [f for f in forms if not action or f["action"].endswith(action) or re.search(action, f["action"])]
        exact = [
            f
            for f in wanted
            if all(str(f["fields"].get(k, v)) == str(v) for k, v in fields.items() if k in ("check", "choice"))
        ]
        chosen = (exact or wanted)[0] if wanted else None
        assert chosen is not None, f"no form for {action!r} among {[f['action'] for f in forms]}"
        data = {**chosen["fields"], **fields}
        return self.post(chosen["action"] or self.here, data=data, follow_redirects=follow)

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Sign in through the form."""
        self.page("/account/sign-in")
        response = self.submit("sign-in", email=email, password=password, follow=False)
        assert response.status_code == 303, response.get_data(as_text=True)
        return response
