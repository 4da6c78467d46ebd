"""The door of everyone with an account: signing in and out, passwords, settings, where one is signed in."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import NotFound, Refused
from app.services import accounts
from app.web import entrance, privacy
from app.web.kit import refusals, sessions, stale, typed
from app.web.kit.errors import page_before
from app.web.kit.forms import Choice, Email, Form, Hidden, Password, Radios, Required, Same, Tick
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language, lazy, settle_language

door = Door("account", __name__, url_prefix="/account")
privacy.hang(door)


SAME_TIME = 0.25
"""seconds, more than making a link takes: how long the answer to "password forgotten" takes at least"""


class SignInForm(Form):
    email = Email(lazy("E-mail address"), [Required(lazy("Enter your e-mail address."))])
    password = Password(lazy("Password"), [Required(lazy("Enter your password."))])
    shared = Tick(lazy("This is a shared computer"))
    next = Hidden()
    kept = Hidden()


class NewPasswordForm(Form):
    password = Password(lazy("New password"), [Required(lazy("Enter a new password."))])
    again = Password(
        lazy("The same password again"),
        [Required(lazy("Enter it again.")), Same("password", lazy("The two passwords differ."))],
    )


class ChangePasswordForm(NewPasswordForm):
    current = Password(lazy("Current password"), [Required(lazy("Enter your current password."))])


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
        return redirect(_safe(request.args.get("next", "")) or entrance.start_of(who))
    form = SignInForm(next=request.args.get("next", ""))
    return render_template("account/sign_in.html", form=form)


def sign_in_first() -> Response:
    """What a visitor is answered where an account is needed: the sign-in form, which leads back.

    What they were sending goes along in it, sealed, if it came from their own form: their session ended meanwhile.
    """
    what = typed.sent()
    kept = request.form.get("kept", "")  # in a form of signing in whose token does not fit any more
    if not kept and what is not None and typed.is_somebodys(what.mark) and (what.fields or what.files):
        kept = typed.sealed(what)
    if not kept or what is None:
        back = request.full_path.rstrip("?") if request.method == "GET" else page_before() or None
        return redirect(url_for("account.sign_in", next=back))  # type: ignore[return-value]
    form = SignInForm(formdata=None, next=page_before(), kept=kept)
    settle_language(None)
    response = make_response(render_template("account/sign_in.html", form=form, files=what.files), 401)
    response.headers["Cache-Control"] = "private, no-store"
    return response


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
            found = accounts.signed_in(office, token)
            assert found is not None  # begun a moment ago
            whose = str(found.actor.person_id)
            sessions.begin(token, found, whose=whose, lasting=not shared)
            if form.kept.data:
                what = typed.opened(form.kept.data, whose)
                if what is not None:
                    return stale.offer(what)
                flash(
                    _("What was typed here before you signed in was somebody else's, or is too old: it is gone."),
                    "info",
                )
                return redirect(entrance.start_of(found.actor), 303)
            return redirect(_safe(form.next.data or "") or entrance.start_of(found.actor), 303)
    return make_response(render_template("account/sign_in.html", form=form), 422)


def _safe(address: str) -> str:
    """*address* if it is a page of ours, else "": a link to sign in must not lead to somebody else's site."""
    parts = urlsplit(address.replace("\\", "/"))
    ours = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    return address if ours and "\\" not in address and address.isprintable() else ""


@door.post("/sign-out", may="visit")
def sign_out() -> ResponseReturnValue:
    """End the sign-in of this device; its cached pages go too."""
    found = entrance.sign_in()
    if found is not None:
        accounts.sign_out(entrance.office(), found.token_hash)
    sessions.end()
    response = redirect(url_for("account.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    flash(_("You have signed out."), "ok")
    return response


@door.get("/", may="account")
def home() -> ResponseReturnValue:
    """Settings, password, and where one is signed in."""
    return _home(_settings_form(), ChangePasswordForm(formdata=None))


def _settings_form() -> SettingsForm:
    who = entrance.actor()
    form = SettingsForm(language=who.language, time_zone=who.time_zone)
    known = accounts.zones()
    zones = known if who.time_zone in known else (who.time_zone, *known)
    form.time_zone.choices = [(zone, zone.partition("/")[2].replace("_", " ").replace("/", ", ")) for zone in zones]
    return form


def _home(settings: SettingsForm, password: ChangePasswordForm, status: int = 200) -> ResponseReturnValue:
    found = entrance.sign_in()
    assert found is not None
    return make_response(
        render_template(
            "account/home.html",
            settings=settings,
            password=password,
            who=found.actor,
            sign_ins=accounts.sign_ins(entrance.office(), found.actor),
            here=found.token_hash,
        ),
        status,
    )


@door.post("/settings", may="account")
def settings() -> ResponseReturnValue:
    """Keep language and time zone."""
    form = _settings_form()
    if not form.validate_on_submit():
        return _home(form, ChangePasswordForm(formdata=None), 422)
    accounts.set_settings(entrance.office(), entrance.actor(), form.language.data, form.time_zone.data)
    flash(_("Saved.") if form.language.data == language() else _saved_in(form.language.data), "ok")
    return redirect(url_for("account.home"), 303)


def _saved_in(chosen: str) -> str:
    return "Guardado." if chosen == "es" else "Saved."


@door.post("/password", may="account")
def password() -> ResponseReturnValue:
    """Change the password; every other device is signed out."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        found = entrance.sign_in()
        assert found is not None
        try:
            accounts.change_password(
                entrance.office(), found.actor, form.current.data or "", form.password.data or "", found.token_hash
            )
        except Refused as no:
            field = form.current if no.code == "password-wrong" else form.password
            field.errors = [refusals.words(no)]
        else:
            flash(_("Your password is changed. Other devices are signed out."), "ok")
            return redirect(url_for("account.home"), 303)
    return _home(_settings_form_unposted(), form, 422)


def _settings_form_unposted() -> SettingsForm:
    who = entrance.actor()
    form = SettingsForm(formdata=None, language=who.language, time_zone=who.time_zone)
    form.time_zone.choices = [(zone, zone) for zone in {who.time_zone, *accounts.zones()}]
    return form


@door.post("/sign-out-others", may="account")
def sign_out_others() -> ResponseReturnValue:
    """End the sign-ins of every other device."""
    found = entrance.sign_in()
    assert found is not None
    accounts.sign_out_others(entrance.office(), found.actor, found.token_hash)
    flash(_("Other devices are signed out."), "ok")
    return redirect(url_for("account.home"), 303)


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
