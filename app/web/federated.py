"""The institution's own sign-in service at the door. The way there is a link on a page that a form led to: forms may not
send anybody elsewhere (content security policy), and no other site can begin it.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import federated
from app.web import entrance
from app.web.kit import refusals, sessions
from app.web.kit.forms import ask, confirmed
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language
from app.web.security import enter, private, proven, provider_name, safe


def hang(door: Door) -> None:
    """Put these addresses behind *door*."""

    @door.post("/provider", may="visit")
    def provider() -> ResponseReturnValue:
        """On the way to sign in at the service."""
        back = safe(request.form.get("next", ""))
        return _on_the_way(url_for("account.sign_in", next=back or None), back, request.form.get("shared") == "y")

    @door.post("/security/provider", may="account")
    @proven
    def provider_connect() -> ResponseReturnValue:
        """On the way to connect one's identity there."""
        return _on_the_way(url_for("account.security"), "", False)

    @door.get("/provider/back", may="visit")
    def provider_back() -> ResponseReturnValue:
        """Back from the service."""
        found = entrance.sign_in()
        try:
            came = federated.come_back(
                entrance.office(),
                request.args,
                found.actor if found else None,
                bound=sessions.bound(),
                device=request.user_agent.string,
            )
        except Refused as no:
            flash(refusals.words(no), "bad")
            return redirect(url_for("account.security" if found else "account.sign_in"), 303)
        if came.token:
            return enter(came.token, came.back)
        flash(_("Your account is connected with %(service)s.", service=provider_name(language())), "ok")
        return redirect(url_for("account.security"), 303)

    @door.post("/security/provider/remove", may="account")
    @proven
    def provider_remove() -> ResponseReturnValue:
        """Connect one's account no more, when the person has said yes."""
        if not confirmed():
            text = _("Then you sign in with your password or a passkey.")
            return ask(_("Disconnect your account?"), text, _("Disconnect"), url_for("account.security"))
        try:
            federated.disconnect(entrance.office(), entrance.actor())
        except Refused as no:
            flash(refusals.words(no), "bad")
        else:
            flash(_("Your account is not connected any more."), "ok")
        return redirect(url_for("account.security"), 303)


def _on_the_way(cancel: str, back: str, shared: bool) -> ResponseReturnValue:
    found = entrance.sign_in()
    try:
        address = federated.ask(
            entrance.office(),
            found.actor if found else None,
            bound=sessions.bound(),
            address=request.remote_addr or "",
            back=back,
            shared=shared,
        )
    except Refused as no:
        flash(refusals.words(no), "bad")
        return redirect(cancel, 303)
    service = provider_name(language())
    return private(render_template("account/provider.html", address=address, service=service, cancel=cancel))
