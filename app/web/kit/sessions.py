"""The signed-in person of a request: the only module that imports flask_login.

The session cookie holds a random token; what it opens is a row in the database, so a sign-in can be ended from elsewhere.
No "remember me" cookie: on a personal device the session itself lasts, on a shared one it ends with the browser.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import flask_login
from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect, generate_csrf

from app.web.kit import typed

LASTS = dt.timedelta(days=30)


class Visitor(flask_login.UserMixin):  # type: ignore[misc]
    """Who is signed in: ``subject`` is whatever the loader found for the token."""

    def __init__(self, token: str, subject: Any) -> None:
        self.token = token
        self.subject = subject

    def get_id(self) -> str:
        return self.token


class Sessions(SecureCookieSessionInterface):
    """Flask's, but for answers that are the same for everyone (``Cache-Control: public``): those depend on no cookie,
    though the lock of the door looked at one, and caches that many share may keep them.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if response.cache_control.public and not session.modified:
            return
        super().save_session(app, session, response)


class _Manager(flask_login.LoginManager):  # type: ignore[misc]
    def _update_remember_cookie(self, response: Response) -> Response:
        # We have no such cookie. To look for it opens the session, and then caches think that every answer depends on it.
        return response


def init_sessions(app: Flask, load: Callable[[str], Any | None], *, https: bool) -> None:
    """Teach *app* sessions; *load* finds the subject of a token, or ``None`` when the sign-in is over."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-paso" if https else "paso",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LASTS,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form filled in over a night shift must not be lost
        # Pages whose address is a secret (links, codes) send no Referer, so their forms could not be sent over HTTPS;
        # the token, the __Host- cookie and Sec-Fetch-Site (kit.headers) say what it would have said.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = Sessions()
    manager = _Manager(app)
    manager.session_protection = None  # its fingerprint of address and browser signs phones out as they move
    CSRFProtect(app)

    @app.after_request
    def forget(response: Response) -> Response:
        # On a shared computer the Back button must not show the next person what the last one read. Who has no session
        # is not asked for one: the cookie of a sign-in that ends with the browser is the mark of such a computer.
        if "Cache-Control" in response.headers:
            return response
        if app.config["SESSION_COOKIE_NAME"] in request.cookies and "_user_id" in session and not session.permanent:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @manager.user_loader  # type: ignore[untyped-decorator]
    def find(token: str) -> Visitor | None:
        subject = load(token)
        return Visitor(token, subject) if subject is not None else None


def subject() -> Any | None:
    """What the loader found for this request's sign-in, or ``None`` for a visitor."""
    user = flask_login.current_user
    return user.subject if user.is_authenticated else None


def begin(token: str, found: Any, *, whose: str, lasting: bool) -> None:
    """Sign in: forget whatever the session held, and keep *token*, beyond the browser's life if *lasting*.

    The forms of this sign-in are marked as *whose* they are (kit.typed).
    """
    session.clear()
    session.permanent = lasting
    session["csrf_token"] = typed.mark_for(whose)
    g.pop("csrf_token", None)  # the one that was signed for the form of signing in
    flask_login.login_user(Visitor(token, found))


def token() -> str:
    """A fresh token for what this sign-in posts, for a script that has no form to take it from."""
    return str(generate_csrf())


def end() -> None:
    """Sign out on this device."""
    flask_login.logout_user()
    session.clear()
