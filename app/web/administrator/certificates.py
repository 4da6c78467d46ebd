"""One certificate by its code: what it states, what it is worth, and revoking it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString

from app.rules.errors import NotFound, Refused
from app.services import certifying, revoking
from app.services.certifying import Held
from app.web import entrance
from app.web.administrator.entry import door
from app.web.kit import refusals
from app.web.kit.forms import Form, Length, LongText, Required, ask, confirmed
from app.web.kit.i18n import _, lazy

ASKED = lazy("You asked to revoke this certificate. Another administrator decides; until then it stays valid.")


class ReasonForm(Form):
    reason = LongText(
        lazy("Reason"),
        [Required(lazy("Write the reason.")), Length(high=500)],
        description=lazy("It is kept in the log."),
    )


@door.get("/certificates", may="administer")
def certificates() -> ResponseReturnValue:
    """Look for a certificate."""
    text = request.args.get("code", "").strip()[:200]
    office = entrance.office()
    if not text:
        waiting = revoking.waiting(office, entrance.actor())
        return render_template("administrator/certificates.html", text="", verdict=None, waiting=waiting)
    code = certifying.canonical(text)
    try:
        held = certifying.find(office, entrance.actor(), code)
    except NotFound:
        verdict = certifying.verify(office, code)  # why there is none: never issued, or a slip
        return render_template("administrator/certificates.html", text=text, verdict=verdict)
    return redirect(url_for("administrator.certificate", code=held.row.serial))


@door.get("/certificates/<code>", may="administer")
def certificate(code: str) -> ResponseReturnValue:
    """A certificate and its state."""
    return _page(certifying.find(entrance.office(), entrance.actor(), code), ReasonForm(formdata=None))


def _page(held: Held, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    entrance.saw(held.row.person_id, "certificate.view")
    asked = revoking.asked(entrance.office(), entrance.actor(), held)
    return make_response(render_template("administrator/certificate.html", held=held, form=form, asked=asked), status)


@door.post("/certificates/<code>/correct", may="administer")
def correct_certificate(code: str) -> ResponseReturnValue:
    """Replace it by one with the name as it stands now, when the administrator has said yes."""
    office, who = entrance.office(), entrance.actor()
    serial = certifying.find(office, who, code).row.serial
    here = url_for("administrator.certificate", code=serial)
    if not confirmed():
        text = _("The old code will be answered as replaced. The officer downloads the new certificate.")
        return ask(_("Issue a corrected certificate?"), text, _("Issue a corrected certificate"), here)
    try:
        row = certifying.correct(office, who, serial)
    except Refused as no:
        flash(refusals.words(no), "warn")
        return redirect(here, 303)
    flash(_("The corrected certificate is issued."), "ok")
    return redirect(url_for("administrator.certificate", code=row.serial), 303)


@door.post("/certificates/<code>/revoke", may="administer")
def revoke_certificate(code: str) -> ResponseReturnValue:
    """Ask to revoke it; another administrator decides."""
    office, who = entrance.office(), entrance.actor()
    held = certifying.find(office, who, code)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(held, form, 422)
    return _done(held, lambda: revoking.ask(office, who, held.row.serial, form.reason.data or ""), ASKED)


@door.post("/certificates/<code>/revoke/confirm", may="administer")
def confirm_revocation(code: str) -> ResponseReturnValue:
    """Revoke it, as somebody else asked, when the administrator has said yes."""
    office, who = entrance.office(), entrance.actor()
    held = certifying.find(office, who, code)
    serial = held.row.serial
    if not confirmed():
        text = _(
            "Whoever checks certificate %(code)s will read that it is revoked. This cannot be undone.", code=serial
        )
        here = url_for("administrator.certificate", code=serial)
        return ask(_("Revoke this certificate?"), text, _("Revoke certificate"), here)
    return _done(held, lambda: revoking.confirm(office, who, serial), _("The certificate is revoked."))


@door.post("/certificates/<code>/revoke/decline", may="administer")
def decline_revocation(code: str) -> ResponseReturnValue:
    """Leave it as it is."""
    office, who = entrance.office(), entrance.actor()
    held = certifying.find(office, who, code)
    return _done(held, lambda: revoking.decline(office, who, held.row.serial), _("The certificate stays as it is."))


def _done(held: Held, deed: Callable[[], None], said: str | LazyString) -> ResponseReturnValue:
    """Do it, say so or why not, and go back to the certificate."""
    try:
        deed()
        flash(str(said), "ok")
    except Refused as no:
        flash(refusals.words(no), "warn")
    return redirect(url_for("administrator.certificate", code=held.row.serial), 303)
