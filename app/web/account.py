"""The door of everyone with an account: signing in and out, links that were sent, settings.

One's data, security and passkeys are hung behind it by :mod:`app.web.privacy`, :mod:`app.web.security`, :mod:`app.web.passkeys`
and :mod:`app.web.federated`.
"""

from __future__ import annotations

import time

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import accounts, signins
from app.web import entrance, federated, passkeys, privacy, security
from app.web.kit import refusals, sessions
from app.web.kit.forms import Choice, Email, Form, Hidden, Password, Radios, Required, Tick
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language, lazy
from app.web.security import NewPasswordForm, enter, safe

door = Door("account", __name__, url_prefix="/account")
privacy.hang(door)
security.hang(door)
passkeys.hang(door)
federated.hang(door)


SAME_TIME = 0.25
"""seconds, more than making a link takes: how long the answer to "password forgotten" takes at least"""


class SignInForm(Form):
    email = Email(lazy("E-mail address"), [Required(lazy("Enter your e-mail address."))])
    password = Password(lazy("Password"), [Required(lazy("Enter your password."))])
    shared = Tick(lazy("This is a shared computer"))
    next = Hidden()


class ForgottenForm(Form):
    email = Email(lazy("E-mail address"), [Required(lazy("Enter your e-mail address."))])


class SettingsForm(Form):
    language = Radios(lazy("Language"), choices=[("en", "English"), ("es", "Español")])
    time_zone = Choice(lazy("Time zone"))


@door.get("/sign-in", may="visit")
def sign_in() -> ResponseReturnValue:
    """The sign-in form; who is signed in already goes on."""
    who = entrance.visitor()
    if who is not None:
        return redirect(safe(request.args.get("next", "")) or entrance.start_of(who))
    if entrance.waiting() is not None:
        return redirect(url_for(".second", next=request.args.get("next")))
    return _sign_in_page(SignInForm(next=request.args.get("next", "")))


def _sign_in_page(form: SignInForm, status: int = 200) -> ResponseReturnValue:
    possible, service = security.passkeys_possible(), security.provider_name(language())
    page = render_template("account/sign_in.html", form=form, passkeys_possible=possible, service=service)
    return make_response(page, status)


@door.post("/sign-in", may="visit")
def sign_in_now() -> ResponseReturnValue:
    """Check the password and begin."""
    form = SignInForm()
    if form.validate_on_submit():
        office = entrance.office()
        shared = bool(form.shared.data)
        try:
            token = accounts.sign_in(
                office,
                form.email.data or "",
                form.password.data or "",
                address=request.remote_addr or "",
                device=request.user_agent.string,
                shared=shared,
            )
        except Refused as no:
            form.password.errors = [refusals.words(no)]
        else:
            return enter(token, form.next.data or "")
    return _sign_in_page(form, 422)


@door.post("/sign-out", may="visit")
def sign_out() -> ResponseReturnValue:
    """End the sign-in of this device; its cached pages go too."""
    found = entrance.sign_in() or entrance.waiting()
    if found is not None:
        signins.sign_out(entrance.office(), found.token_hash)
    sessions.end()
    response = redirect(url_for("account.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    flash(_("You have signed out."), "ok")
    return response


@door.get("/", may="account")
def home() -> ResponseReturnValue:
    """Who one is here, settings, and the ways to security and one's data."""
    return _home(_settings_form())


def _settings_form() -> SettingsForm:
    who = entrance.actor()
    form = SettingsForm(language=who.language, time_zone=who.time_zone)
    known = accounts.zones()
    zones = known if who.time_zone in known else (who.time_zone, *known)
    form.time_zone.choices = [(zone, zone.partition("/")[2].replace("_", " ").replace("/", ", ")) for zone in zones]
    return form


def _home(form: SettingsForm, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("account/home.html", form=form, who=entrance.actor()), status)


@door.post("/settings", may="account")
def settings() -> ResponseReturnValue:
    """Keep language and time zone."""
    form = _settings_form()
    if not form.validate_on_submit():
        return _home(form, 422)
    accounts.set_settings(entrance.office(), entrance.actor(), form.language.data, form.time_zone.data)
    flash(_("Saved.") if form.language.data == language() else _saved_in(form.language.data), "ok")
    return redirect(url_for("account.home"), 303)


def _saved_in(chosen: str) -> str:
    return "Guardado." if chosen == "es" else "Saved."


@door.get("/forgotten", may="visit")
def forgotten() -> ResponseReturnValue:
    """Ask for a link to choose a new password."""
    return render_template("account/forgotten.html", form=ForgottenForm(), sent=False)


@door.post("/forgotten", may="visit")
def forgotten_now() -> ResponseReturnValue:
    """Send it, if the account exists; the answer is the same either way."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return make_response(render_template("account/forgotten.html", form=form, sent=False), 422)
    begun = time.monotonic()
    accounts.ask_new_password(entrance.office(), form.email.data or "", address=request.remote_addr or "")
    # a link takes a moment to make: the time of the answer must not tell who has an account
    time.sleep(max(0.0, SAME_TIME - (time.monotonic() - begun)))
    return render_template("account/forgotten.html", form=form, sent=True)


@door.get("/accept/<token>", may="visit")
def accept(token: str) -> ResponseReturnValue:
    """An invitation: choose a password."""
    return _link_page(token, "invitation", NewPasswordForm())


@door.post("/accept/<token>", may="visit")
def accept_now(token: str) -> ResponseReturnValue:
    """Keep the password chosen and let the person sign in."""
    return _use(token, "invitation")


@door.get("/reset/<token>", may="visit")
def reset(token: str) -> ResponseReturnValue:
    """A link of "password forgotten": choose a new one."""
    return _link_page(token, "password", NewPasswordForm())


@door.post("/reset/<token>", may="visit")
def reset_now(token: str) -> ResponseReturnValue:
    """Keep the new password; every sign-in ends."""
    return _use(token, "password")


def _link_page(token: str, purpose: str, form: NewPasswordForm, status: int = 200) -> ResponseReturnValue:
    try:
        person = accounts.person_of_link(entrance.office(), token, purpose)
    except NotFound:
        return make_response(render_template("account/link_over.html", purpose=purpose), 410)
    response = make_response(render_template("account/link.html", form=form, purpose=purpose, invited=person), status)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the token
    return response


def _use(token: str, purpose: str) -> ResponseReturnValue:
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            accounts.use_link(entrance.office(), token, purpose, form.password.data or "", language())
        except Refused as no:
            form.password.errors = [refusals.words(no)]
        except NotFound:
            return make_response(render_template("account/link_over.html", purpose=purpose), 410)
        else:
            flash(_("Your password is kept. Sign in with it now."), "ok")
            return redirect(url_for("account.sign_in"), 303)
    return _link_page(token, purpose, form, 422)
