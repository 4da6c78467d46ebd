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
    "require-trusted-types-for": "'script'",
    "trusted-types": "paso-editor paso-page paso-verify paso-worker",
}
"""Nothing from elsewhere and nothing inline: text that an attacker gets into a page stays text. In our own scripts text becomes
markup, or the address of a script, only where one of these policies lets it (editor/page.js, offline/sealed.js,
verify/page.js, and kit/assets.py for workers); a browser that knows
trusted types refuses every other place.
"""

UNUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{kind} {allowed}" for kind, allowed in SOURCES.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Referrer-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Content-Type-Options": "nosniff",
}

HSTS = "max-age=31536000; includeSubDomains"
"""where the platform is only ever reached by HTTPS"""

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


def init_headers(app: Flask, https: bool = False, cross_site: Collection[str] = ()) -> None:
    """Send :data:`HEADERS` with every answer of *app*, and refuse what other sites make browsers post here.

    *https*: the platform is only ever reached by HTTPS (adds HSTS). *cross_site*: endpoints that another site may
    post to, for a sign-in service that answers by a form.
    """

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
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if "Cache-Control" not in response.headers:
            # A page may be kept (the Back button) but is asked for again, and never by a cache that others share.
            response.headers["Cache-Control"] = "private, no-cache"
        return response
