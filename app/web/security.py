"""How one signs in: the password, a second step, recovery codes, and where one is signed in.

:func:`hang` puts these pages behind the door of everyone with an account. What changes how somebody signs in asks first
that they prove anew who they are, unless they just did.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import accounts, federated, passkeys, signins, twosteps
from app.web import entrance
from app.web.kit import refusals, sessions
from app.web.kit.forms import Form, Hidden, Password, Required, Same, Text, ask, confirmed
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language, lazy, ngettext

View = Callable[..., ResponseReturnValue]


class NewPasswordForm(Form):
    password = Password(lazy("New password"), [Required(lazy("Enter a new password."))])
    again = Password(
        lazy("The same password again"),
        [Required(lazy("Enter it again.")), Same("password", lazy("The two passwords differ."))],
    )


class ChangePasswordForm(NewPasswordForm):
    current = Password(lazy("Current password"), [Required(lazy("Enter your current password."))])


class CodeForm(Form):
    code = Text(lazy("Code"), [Required(lazy("Enter the code."))])
    next = Hidden()


class ConfirmForm(Form):
    password = Password(lazy("Password"), [Required(lazy("Enter your password."))])
    next = Hidden()


def safe(address: str) -> str:
    """*address* if it is a page of ours, else "": a link to sign in must not lead to somebody else's site."""
    parts = urlsplit(address.replace("\\", "/"))
    ours = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    return address if ours and "\\" not in address and address.isprintable() else ""


def enter(token: str, back: str) -> ResponseReturnValue:
    """Begin the session of the sign-in *token*, and go on: to the second step if it waits for one, else to *back* (a page of
    ours) or where such a person begins.
    """
    found = signins.signed_in(entrance.office(), token)
    assert found is not None  # begun a moment ago
    sessions.begin(token, found, lasting=not found.shared)
    if found.waits:
        return redirect(url_for("account.second", next=safe(back) or None), 303)
    return redirect(safe(back) or entrance.start_of(found.actor), 303)


def go_on(token: str, back: str) -> ResponseReturnValue:
    """Keep the new token of a sign-in whose person has just proved who they are, and go on to *back*, a page of ours."""
    found = signins.signed_in(entrance.office(), token)
    assert found is not None
    sessions.begin(token, found, lasting=not found.shared)
    return redirect(safe(back) or url_for("account.security"), 303)


def proven(view: View) -> View:
    """For who proved a short while ago who they are; everybody else is asked to, and then comes back to try again."""

    @wraps(view)
    def guarded(*args: Any, **values: Any) -> ResponseReturnValue:
        if entrance.signed().proved:
            return view(*args, **values)
        flash(_("Show first that it is you. Then try again."), "info")
        return redirect(url_for("account.confirm", next=url_for("account.security")), 303)

    return guarded


def private(page: str, status: int = 200) -> Response:
    """*page*, never kept: it shows a secret."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def codes_page(codes: list[str]) -> Response:
    """The page that shows new recovery codes, once."""
    return private(render_template("account/codes.html", codes=codes))


def passkeys_possible() -> bool:
    """Whether the platform has a name that passkeys can be bound to."""
    return passkeys.party(entrance.office().settings) is not None


def provider_name(language: str) -> str:
    """What the institution's own sign-in service is called; "" where there is none."""
    provider = entrance.office().settings.provider
    return provider.name[language] if provider else ""


def hang(door: Door) -> None:
    """Put these pages behind *door*."""
    _hang_overview(door)
    _hang_authenticator(door)
    _hang_second(door)


def page(form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """The page about how one signs in, with the form for another password as it is."""
    found, office = entrance.signed(), entrance.office()
    return make_response(
        render_template(
            "account/security.html",
            form=form or ChangePasswordForm(formdata=None),
            who=found.actor,
            set_up=found.set_up,
            state=twosteps.state(office, found.actor),
            passkeys_possible=passkeys_possible(),
            service=provider_name(language()),
            identity=federated.mine(office, found.actor.person_id) if office.settings.provider else None,
            sign_ins=signins.sign_ins(office, found.actor),
            here=found.token_hash,
        ),
        status,
    )


def _hang_overview(door: Door) -> None:
    @door.get("/security", may="secure account")
    def security() -> ResponseReturnValue:
        """Password, second step, and where one is signed in."""
        return page()

    @door.post("/password", may="secure account")
    def password() -> ResponseReturnValue:
        """Change the password; every other device is signed out."""
        form = ChangePasswordForm()
        if form.validate_on_submit():
            found = entrance.signed()
            try:
                accounts.change_password(
                    entrance.office(), found.actor, form.current.data or "", form.password.data or "", found.token_hash
                )
            except Refused as no:
                refusals.put(form, no, {"password-wrong": "current"}, other="password")
            else:
                flash(_("Your password is changed. Other devices are signed out."), "ok")
                return redirect(url_for("account.security"), 303)
        return page(form, 422)

    @door.post("/sign-out-others", may="secure account")
    @proven
    def sign_out_others() -> ResponseReturnValue:
        """End the sign-ins of every other device."""
        found = entrance.signed()
        signins.sign_out_others(entrance.office(), found.actor, found.token_hash)
        flash(_("Other devices are signed out."), "ok")
        return redirect(url_for("account.security"), 303)

    @door.post("/security/sign-out-one", may="secure account")
    @proven
    def sign_out_one() -> ResponseReturnValue:
        """End one of one's sign-ins."""
        signins.sign_out_one(entrance.office(), entrance.actor(), request.form.get("sign_in", ""))
        flash(_("That device is signed out."), "ok")
        return redirect(url_for("account.security"), 303)

    @door.post("/security/codes", may="secure account")
    @proven
    def new_codes() -> ResponseReturnValue:
        """New recovery codes, when the person has said yes."""
        if not confirmed():
            text = _("The codes that you have now stop working.")
            return ask(_("Make new recovery codes?"), text, _("Make new codes"), url_for("account.security"))
        return codes_page(twosteps.new_codes(entrance.office(), entrance.actor()))

    @door.get("/confirm", may="secure account")
    def confirm() -> ResponseReturnValue:
        """Prove anew who one is."""
        return _confirm_page(ConfirmForm(next=request.args.get("next", "")))

    @door.post("/confirm", may="secure account")
    def confirm_now() -> ResponseReturnValue:
        """Check the password again."""
        form = ConfirmForm()
        if form.validate_on_submit():
            found = entrance.signed()
            try:
                accounts.confirm_password(entrance.office(), found.actor, form.password.data or "")
            except Refused as no:
                refusals.put(form, no, other="password")
            else:
                return go_on(signins.prove(entrance.office(), found), form.next.data or "")
        return _confirm_page(form, 422)


def _confirm_page(form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    state = twosteps.state(entrance.office(), entrance.actor())
    with_passkey = bool(state.passkeys) and passkeys_possible()
    return make_response(render_template("account/proving.html", form=form, with_passkey=with_passkey), status)


def _hang_authenticator(door: Door) -> None:
    @door.post("/security/authenticator", may="secure account")
    @proven
    def authenticator_new() -> ResponseReturnValue:
        """Make a secret for an authenticator app."""
        twosteps.new_secret(entrance.office(), entrance.actor())
        return redirect(url_for("account.authenticator"), 303)

    @door.get("/security/authenticator", may="secure account")
    @proven
    def authenticator() -> ResponseReturnValue:
        """The secret, as a square code and in letters, until the app has proved that it has it."""
        return _authenticator_page(CodeForm())

    @door.post("/security/authenticator/confirm", may="secure account")
    @proven
    def authenticator_confirm() -> ResponseReturnValue:
        """Take the first code of the app."""
        form = CodeForm()
        if form.validate_on_submit():
            found = entrance.signed()
            try:
                codes = twosteps.confirm(
                    entrance.office(), found.actor, "".join((form.code.data or "").split()), found.token_hash
                )
            except Refused as no:
                refusals.put(form, no, other="code")
            else:
                flash(_("The authenticator app is set up. Other devices are signed out."), "ok")
                return codes_page(codes) if codes else redirect(url_for("account.security"), 303)
        return _authenticator_page(form, 422)

    @door.post("/security/authenticator/remove", may="secure account")
    @proven
    def authenticator_remove() -> ResponseReturnValue:
        """Do without the app, when the person has said yes."""
        found = entrance.signed()
        if not confirmed():
            text = _("Its codes stop working. Other devices are signed out.")
            return ask(_("Remove the authenticator app?"), text, _("Remove"), url_for("account.security"))
        try:
            twosteps.remove_authenticator(entrance.office(), found.actor, found.token_hash)
        except Refused as no:
            flash(refusals.words(no), "bad")
        else:
            flash(_("The authenticator app is removed."), "ok")
        return redirect(url_for("account.security"), 303)


def _authenticator_page(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    try:
        secret = twosteps.secret(entrance.office(), entrance.actor())
    except NotFound:  # confirmed already, or never begun: the overview says which
        return redirect(url_for("account.security"), 303)
    return private(render_template("account/authenticator.html", form=form, secret=secret), status)


def _hang_second(door: Door) -> None:
    @door.get("/second", may="visit")
    def second() -> ResponseReturnValue:
        """The second step of a sign-in."""
        return _second_page(CodeForm(next=request.args.get("next", "")))

    @door.post("/second", may="visit")
    def second_now() -> ResponseReturnValue:
        """Check the code and go in."""
        form, found = CodeForm(), entrance.waiting()
        if found is None:
            return redirect(url_for("account.sign_in"), 303)
        if form.validate_on_submit():
            try:
                token, left = twosteps.answer(entrance.office(), found, form.code.data or "")
            except Refused as no:
                refusals.put(form, no, other="code")
            else:
                went = enter(token, form.next.data or "")
                if left is not None:
                    flash(
                        ngettext(
                            "You used a recovery code: %(num)s is left. Make new ones before they are used up.",
                            "You used a recovery code: %(num)s are left. Make new ones before they are used up.",
                            left,
                        ),
                        "warn",
                    )
                return went
        return _second_page(form, 422)


def _second_page(form: CodeForm, status: int = 200) -> ResponseReturnValue:
    found = entrance.waiting()
    if found is None:
        return redirect(url_for("account.sign_in", next=safe(request.args.get("next", "")) or None))
    state = twosteps.state(entrance.office(), found.actor)
    with_passkey = bool(state.passkeys) and passkeys_possible()
    return make_response(
        render_template("account/second.html", form=form, state=state, with_passkey=with_passkey), status
    )
