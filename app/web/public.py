"""The door that is open to everyone: what Paso Seguro is, checking a certificate, and what machines ask of a server."""

from __future__ import annotations

import hmac
import json

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import accounts, badges, certifying, overview, proving, rosters, verifying
from app.web import entrance, installing, verifier
from app.web.kit import metrics, refusals
from app.web.kit.forms import Extension, Form, Length, Required, Text, Upload
from app.web.kit.guards import Door
from app.web.kit.i18n import LANGUAGES, _, lazy

door = Door("public", __name__)


FILES = 60
"""files that one address may have judged in a quarter of an hour"""


class CodeForm(Form):
    code = Text(
        lazy("Certificate code"),
        [
            Required(lazy("Write the code that is printed on the certificate.")),
            Length(high=200, message=lazy("This is too long. The code has 14 letters and digits.")),
        ],
    )


@door.get("/", may="visit")
def home() -> ResponseReturnValue:
    """What Paso Seguro is; whoever is signed in goes on to where they begin."""
    who = entrance.visitor()
    if who is not None:
        return redirect(entrance.start_of(who))
    return render_template("public/home.html")


# Checking a certificate -----------------------------------------------------------------------------------------------


@door.get("/verify", may="visit")
def verify() -> ResponseReturnValue:
    """Ask for a code. A scan comes here too, with signed facts behind the ``#``, which only the page itself sees."""
    return _asking(CodeForm(formdata=None))


@door.post("/verify", may="visit")
def verify_now() -> ResponseReturnValue:
    """Go to the answer, which has an address of its own: the one that is printed."""
    form = CodeForm()
    if form.validate_on_submit():
        code = certifying.canonical(form.code.data or "")
        if code:
            return _private(redirect(url_for("public.verify_code", code=code, **_spoken()), 303))
        form.code.errors = [_("Write the code that is printed on the certificate.")]
    return _asking(form, 422)


def _asking(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    try:
        keys = verifying.public_keys(entrance.office())
    except NotFound:  # then nothing is signed either, and the page takes typed codes
        keys = None
    page = render_template(
        "public/verify.html", form=form, keys=keys, show=verifier.places(), checker=verifier.checker, taken=False
    )
    return _private(make_response(page, status))


class FileForm(Form):
    file = Upload(
        lazy("PDF of a certificate, or file of a roster"),
        [Required(lazy("Choose the file.")), Extension("pdf", "csv", "xlsx", "json")],
        description=lazy("It is read in memory and not kept."),
    )


@door.get("/verify/file", may="visit")
def verify_file() -> ResponseReturnValue:
    """Ask for the PDF itself."""
    return _private(make_response(render_template("public/verify_file.html", form=FileForm(formdata=None))))


@door.post("/verify/file", may="visit")
def verify_file_now() -> ResponseReturnValue:
    """Whether it is as it was issued, to the last byte, and what it is worth today."""
    office = entrance.office()
    form = FileForm()
    proof = told = roster = None
    if form.validate_on_submit():
        accounts.count_try(office, f"verify-file/{request.remote_addr or ''}", FILES)
        content = form.file.data.stream.read(rosters.LARGEST + 1)
        try:
            roster = rosters.check(office, content)
        except Refused as no:
            form.file.errors = [refusals.words(no)]
        else:
            if roster.outcome == "no-roster" and content.startswith(b"%PDF-"):
                roster, proof = None, proving.of_file(office, content[: proving.LARGEST + 1])
                told = verifier.told(proof.facts) if proof.facts else None
    page = render_template(
        "public/verify_file.html", form=form, proof=proof, told=told, roster=roster, now=office.now()
    )
    return _private(make_response(page, 200 if proof or roster else 422))


@door.get("/verify/keys.json", may="visit")
def verify_keys() -> ResponseReturnValue:
    """The public keys, for the script in the page."""
    return verifier.shared(json.dumps(verifying.public_keys(entrance.office())).encode(), "application/json")


@door.get("/verify/root.pem", may="visit")
def verify_root() -> ResponseReturnValue:
    """The root's certificate, which answers for the signatures inside the PDFs."""
    return verifier.shared(verifying.root(entrance.office()), "application/x-pem-file")


@door.get("/verify/revoked.cbor", may="visit")
def verify_revoked() -> ResponseReturnValue:
    """The signed list of certificates that ended early: the same for everyone, so that asking tells us nothing."""
    return verifier.shared(verifying.revoked(entrance.office()), "application/cbor")


@door.get("/verify/worker.js", may="visit")
def verify_worker() -> ResponseReturnValue:
    """What keeps the page where there is no connection."""
    shared = (url_for("public.verify_keys"), url_for("public.verify_revoked"))
    return verifier.worker(url_for("public.verify"), shared)


@door.get("/verify/<code>", may="visit")
def verify_code(code: str) -> ResponseReturnValue:
    """What the certificate of *code* is worth today.

    Every code is answered with status 200, the unknown ones too: the question was understood and this page is its
    answer, where some proxies and browsers replace a 404 with a page of their own. The address is right; what is not
    there is the certificate.
    """
    office = entrance.office()
    verdict = verifying.ask(office, code, request.remote_addr or "")
    told = verifier.told(verdict.facts) if verdict.facts else None
    page = render_template(
        "public/verdict.html", verdict=verdict, told=told, now=office.now(), form=CodeForm(formdata=None)
    )
    response = _private(make_response(page))
    response.headers["X-Robots-Tag"] = "noindex"  # not by robots.txt: what may not be read cannot say so
    return response


def _private(response: Response) -> Response:
    """Where the reader goes next is not told where they come from: these addresses open somebody's certificate."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# What other people's software asks about badges ---------------------------------------------------------------------------


@door.get("/.well-known/did.json", may="visit")
@door.get("/did.json", may="visit")
def identity() -> ResponseReturnValue:
    """Who vouches for badges, and the keys of every generation. The second address is for a platform below a path."""
    return _published(badges.identity(entrance.office()), "application/did+ld+json", 3600)


@door.get("/verify/status/<int:number>", may="visit")
def status(number: int) -> ResponseReturnValue:
    """A list of bits: which badges were revoked or replaced. It does not tell us which of them somebody was shown."""
    content = badges.status_list(entrance.office(), number)
    return _published(content, badges.MEDIA_TYPE, int(badges.FRESH.total_seconds()))


def _published(content: bytes, media_type: str, seconds: int) -> ResponseReturnValue:
    """The same for everyone, from any cache, and for pages of other sites too."""
    response = make_response(content)
    response.mimetype = media_type
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    return response.make_conditional(request)


def _spoken() -> dict[str, str]:
    """The language of the address, kept on the way to the next one."""
    asked = request.args.get("lang", "")
    return {"lang": asked} if asked in LANGUAGES else {}


# What machines ask ----------------------------------------------------------------------------------------------------


@door.get("/healthz", may="visit")
def healthz() -> ResponseReturnValue:
    """This process answers."""
    return _plain("ok\n")


@door.get("/readyz", may="visit")
def readyz() -> ResponseReturnValue:
    """It can serve: the database answers and has the newest schema, and certificates can be signed. 503 otherwise,
    naming what is missing.
    """
    lacking = overview.lacking(entrance.office())
    return _plain(f"not ready: {', '.join(lacking)}\n", 503) if lacking else _plain("ready\n")


@door.get("/metrics", may="visit")
def figures() -> ResponseReturnValue:
    """Figures for Prometheus: for whoever holds the token of PASO_METRICS, or without one for this machine itself."""
    token = current_app.extensions["paso.config"].metrics
    if token in ("", "off"):
        # behind a proxy that nobody told us of, everybody would come from this machine
        near = request.remote_addr in ("127.0.0.1", "::1") and "X-Forwarded-For" not in request.headers
        if token or not near:
            raise NotFound("metrics")
    elif not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        raise NotFound("metrics")
    try:
        now = overview.queues(entrance.office())
    except Exception:  # what the processes counted is worth knowing most when the database is away
        current_app.logger.exception("the queues could not be counted")
        now = {}
    return metrics.answer({**now, "database_answers": ("Whether the database answers", float(bool(now)))})


# What makes it an application on a device ---------------------------------------------------------------------------------


@door.get("/sw.js", may="visit")
def worker() -> ResponseReturnValue:
    """The service worker: saved modules without a network."""
    return installing.worker()


@door.get("/manifest.webmanifest", may="visit")
def manifest() -> ResponseReturnValue:
    """What a device needs to install the platform."""
    return installing.manifest(_("Training for humane border management"))


@door.get("/offline", may="visit")
def no_connection() -> ResponseReturnValue:
    """What a device without a network shows where nothing is saved. It is kept without a cookie, so it names nobody."""
    return render_template("offline/none.html", person=None, nav=(), alone=True)


@door.get("/robots.txt", may="visit")
def robots() -> ResponseReturnValue:
    """Search engines need to know the front page only."""
    doors = ("account", "learn", "teach", "coordinate", "admin", "api")
    response = _plain("User-agent: *\n" + "".join(f"Disallow: {request.script_root}/{name}/\n" for name in doors))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@door.get("/favicon.ico", may="visit")
def favicon() -> ResponseReturnValue:
    """The mark, for browsers that look for it without being told."""
    response = redirect(current_app.jinja_env.globals["static_url"]("mark.svg"))  # type: ignore[operator]
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _plain(text: str, status: int = 200) -> ResponseReturnValue:
    response = make_response(text, status)
    response.mimetype = "text/plain"
    response.headers["Cache-Control"] = "no-store"
    return response
