"""What browsers are told about every answer, and requests that another site sent in our reader's name."""

from __future__ import annotations

from collections.abc import Collection

from flask import Flask, Response, abort, request

SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Nothing from elsewhere and nothing inline: text that an attacker gets into a page stays text."""

UNUSED = (
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{kind} {allowed}" for kind, allowed in SOURCES.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


def init_headers(app: Flask, https: bool = False, cross_site: Collection[str] = ()) -> None:
    """Send :data:`HEADERS` with every answer of *app*, and refuse what other sites make browsers post here.

    *https*: the platform is only ever reached by HTTPS (adds HSTS). *cross_site*: endpoints that another site may
    post to, for a sign-in service that answers by a form.
    """

    @app.before_request
    def refuse_much_text() -> None:
        # Flask limits the text of forms with files; a form without is read in one piece, up to the limit for files.
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = app.config["MAX_FORM_MEMORY_SIZE"]

    @app.before_request
    def refuse_cross_site() -> None:
        site = request.headers.get("Sec-Fetch-Site", "none")
        if (
            request.method not in SAFE_METHODS
            and site not in ("same-origin", "none")
            and request.endpoint not in cross_site
        ):
            abort(403)

    @app.after_request
    def send(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "Cache-Control" not in response.headers:
            # A page may be kept (the Back button) but is asked for again, and never by a cache that others share.
            response.headers["Cache-Control"] = "private, no-cache"
        return response
