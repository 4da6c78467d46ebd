"""Passkeys at the door: what the page's script (static/passkeys.js) asks for and sends. Behind it, forms as everywhere."""

from __future__ import annotations

import uuid

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import passkeys
from app.web import entrance
from app.web.kit import refusals, sessions
from app.web.kit.forms import ask, confirmed
from app.web.kit.guards import Door
from app.web.kit.i18n import _
from app.web.security import codes_page, enter, go_on, proven, safe


def hang(door: Door) -> None:
    """Put these addresses behind *door*."""
    _hang_own(door)
    _hang_signing(door)


def _options(text: str) -> Response:
    response = make_response(text)
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _hang_own(door: Door) -> None:
    @door.post("/security/passkeys/options", may="secure account")
    @proven
    def passkey_new_options() -> ResponseReturnValue:
        """What the browser needs to make a passkey."""
        return _options(passkeys.ask_new(entrance.office(), entrance.actor()))

    @door.post("/security/passkeys", may="secure account")
    @proven
    def passkey_add() -> ResponseReturnValue:
        """Keep the passkey that the browser made."""
        found = entrance.signed()
        try:
            codes = passkeys.add(
                entrance.office(),
                found.actor,
                request.form.get("answer", ""),
                request.form.get("name", ""),
                found.token_hash,
            )
        except Refused as no:
            flash(refusals.words(no), "bad")
            return redirect(url_for("account.security"), 303)
        flash(_("The passkey is kept. Other devices are signed out."), "ok")
        return codes_page(codes) if codes else redirect(url_for("account.security"), 303)

    @door.post("/security/passkeys/<uuid:passkey_id>/remove", may="secure account")
    @proven
    def passkey_remove(passkey_id: uuid.UUID) -> ResponseReturnValue:
        """Do without a passkey, when the person has said yes."""
        found = entrance.signed()
        if not confirmed():
            text = _("It signs you in no more. Delete it on the device too. Other devices are signed out.")
            return ask(_("Remove this passkey?"), text, _("Remove"), url_for("account.security"))
        try:
            passkeys.remove(entrance.office(), found.actor, passkey_id, found.token_hash)
        except Refused as no:
            flash(refusals.words(no), "bad")
        else:
            flash(_("The passkey is removed."), "ok")
        return redirect(url_for("account.security"), 303)


def _hang_signing(door: Door) -> None:
    @door.post("/passkey/options", may="visit")
    def passkey_options() -> ResponseReturnValue:
        """What the browser needs to prove itself: for who is signed in or waits for the second step, or for anybody."""
        found = entrance.waiting() or entrance.sign_in()
        text = passkeys.ask(
            entrance.office(),
            found.actor if found else None,
            bound=sessions.bound(),
            address=request.remote_addr or "",
        )
        return _options(text)

    @door.post("/sign-in/passkey", may="visit")
    def passkey_sign_in() -> ResponseReturnValue:
        """Sign in with a passkey alone."""
        back = safe(request.form.get("next", ""))
        try:
            token = passkeys.sign_in(
                entrance.office(),
                request.form.get("answer", ""),
                bound=sessions.bound(),
                device=request.user_agent.string,
                shared=request.form.get("shared", "") == "y",
            )
        except Refused as no:
            flash(refusals.words(no), "bad")
            return redirect(url_for("account.sign_in", next=back or None), 303)
        return enter(token, back)

    @door.post("/second/passkey", may="visit")
    def passkey_second() -> ResponseReturnValue:
        """The second step, with a passkey."""
        found, back = entrance.waiting(), safe(request.form.get("next", ""))
        if found is None:
            return redirect(url_for("account.sign_in", next=back or None), 303)
        try:
            token = passkeys.second(entrance.office(), found, request.form.get("answer", ""), bound=sessions.bound())
        except Refused as no:
            flash(refusals.words(no), "bad")
            return redirect(url_for("account.second", next=back or None), 303)
        return enter(token, back)

    @door.post("/confirm/passkey", may="secure account")
    def passkey_confirm() -> ResponseReturnValue:
        """Prove anew who one is, with a passkey."""
        back = safe(request.form.get("next", ""))
        try:
            token = passkeys.confirm(
                entrance.office(), entrance.signed(), request.form.get("answer", ""), bound=sessions.bound()
            )
        except Refused as no:
            flash(refusals.words(no), "bad")
            return redirect(url_for("account.confirm", next=back or None), 303)
        return go_on(token, back)
