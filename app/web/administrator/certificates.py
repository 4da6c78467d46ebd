"""One certificate by its code: what it states, what it is worth, and revoking it."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import certifying
from app.services.certifying import Held
from app.web import entrance
from app.web.administrator.entry import door
from app.web.kit import refusals
from app.web.kit.forms import Form, Length, LongText, Required, ask, confirmed
from app.web.kit.i18n import _, lazy


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
    if not text:
        return render_template("administrator/certificates.html", text="", verdict=None)
    office = entrance.office()
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
    return make_response(render_template("administrator/certificate.html", held=held, form=form), status)


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
    """Revoke it, when the administrator has said yes."""
    office, who = entrance.office(), entrance.actor()
    held = certifying.find(office, who, code)
    serial = held.row.serial
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(held, form, 422)
    here = url_for("administrator.certificate", code=serial)
    if not confirmed():
        text = _(
            "Whoever checks certificate %(code)s will read that it is revoked. This cannot be undone.", code=serial
        )
        return ask(_("Revoke this certificate?"), text, _("Revoke certificate"), here)
    certifying.revoke(office, who, serial, form.reason.data or "")
    flash(_("The certificate is revoked."), "ok")
    return redirect(here, 303)
