"""A browser without a screen, for a server that may be killed under it: real connections, cookies, and the forms of pages."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from tests.cast import PASSWORD
from tests.web.client import Forms

LOST = (OSError, http.client.HTTPException)
"""what a client meets when the server dies: no answer, or half of one"""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow: what the server said to a form is what a test asks about."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


class Visitor:
    """One device of one person. ``page`` and ``post`` raise one of ``LOST`` when the server is gone."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), _Stay)

    def _open(self, path: str, data: dict[str, Any] | None = None) -> tuple[int, str, str]:
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        request = urllib.request.Request(self.root + path, body, {"Accept-Language": "es"})  # noqa: S310 - our own server
        try:
            response = self.opener.open(request, timeout=20)
        except urllib.error.HTTPError as answer:
            response = answer
        with response:
            return response.status, response.headers.get("Location", ""), response.read().decode()

    def page(self, path: str) -> str:
        """The page at *path*; where it leads elsewhere, the page there."""
        for _step in range(5):
            status, to, text = self._open(path)
            if status not in (301, 302, 303):
                assert status == 200, f"{path}: {status}"
                return text
            path = to
        raise AssertionError(f"{path} leads nowhere")

    def form(self, page: str, action: str) -> dict[str, Any]:
        """The form of *page* whose action ends in *action*: its address and fields."""
        return next(f for f in Forms(page).forms if f["method"] == "post" and f["action"].endswith(action))

    def post(self, form: dict[str, Any], **fields: Any) -> tuple[int, str]:
        """Send *form* with *fields*; returns status and where it leads."""
        status, to, _text = self._open(form["action"], {**form["fields"], **fields})
        return status, to

    def send(self, form: dict[str, Any], field: str, name: str, content: bytes, **fields: Any) -> tuple[int, str]:
        """As :meth:`post`, with a file."""
        body, kind = multipart({**form["fields"], **fields}, field, name, content)
        request = urllib.request.Request(self.root + form["action"], body, {"Content-Type": kind})  # noqa: S310
        try:
            response = self.opener.open(request, timeout=20)
        except urllib.error.HTTPError as answer:
            response = answer
        with response:
            response.read()
            return response.status, response.headers.get("Location", "")

    def sync(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send *events* as a device does; returns what became of each that the server names."""
        session = json.loads(self.page("/learn/session.json"))
        body = {"device": "d", "sent_at": None, "events": [{**event, "user": session["user"]} for event in events]}
        headers = {"Content-Type": "application/json", "X-CSRFToken": session["csrf"], "Accept": "application/json"}
        request = urllib.request.Request(self.root + "/learn/sync", json.dumps(body).encode(), headers)  # noqa: S310
        with self.opener.open(request, timeout=20) as response:
            found: list[dict[str, Any]] = json.load(response)["results"]
        return found

    def sign_in(self, name: str) -> Visitor:
        """Sign in as *name* of the cast."""
        form = self.form(self.page("/account/sign-in"), "/account/sign-in")
        status, _to = self.post(form, email=f"{name}@paso.example", password=PASSWORD)
        assert status == 303
        return self


def multipart(fields: dict[str, Any], field: str, name: str, content: bytes) -> tuple[bytes, str]:
    """A form with a file as browsers send it (RFC 7578): its body and its type."""
    line = "paso-0123456789"
    fields = {key: value for key, value in fields.items() if key != field}
    parts = [f'--{line}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    parts.append(f'--{line}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n')
    return "".join(parts).encode() + content + f"\r\n--{line}--\r\n".encode(), f"multipart/form-data; boundary={line}"


def chosen(page: str) -> str:
    """The text of the answer that is ticked on *page*, "" for none."""
    found = re.search(r'<input type="radio"[^>]*checked[^>]*><span>([^<]*)', page)
    return found[1] if found else ""


def place(page: str, text: str) -> str:
    """The value of the choice that reads *text*."""
    found = re.search(rf'<input type="radio"[^>]*value="(\d+)"[^>]*><span>{re.escape(text)}', page)
    assert found, f"no choice {text!r}"
    return found[1]
