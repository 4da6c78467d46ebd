"""One's own data: who looked at it, what is held and for how long, taking it away, being forgotten.

:func:`hang` puts these pages behind the door of everyone with an account.
"""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import erasing, sightings, takeout
from app.services.office import Retention
from app.services.takeout import Words
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.forms import Form, Length, LongText, Password, Required, Tick, ask, confirmed
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language, lazy, ngettext, zone_name

LOOKED: dict[str, Any] = {
    "record.view": lazy("Opened your record"),
    "account.view": lazy("Opened your account and roles"),
    "sheet.view": lazy("Opened a practical sheet of yours"),
    "exam.view": lazy("Opened your exam"),
    "certificate.view": lazy("Opened a certificate of yours"),
    "rescue.bring": lazy("Brought your rescue file, and your answers were counted"),
    "roster.view": lazy("Read a roster that covered you"),
    "roster.download": lazy("Downloaded a roster that covered you"),
    "people.view": lazy("Read a list of people that covered you"),
    "people.export": lazy("Downloaded a list of people that covered you"),
    "cohort.view": lazy("Read the list of your cohort or course"),
    "cohort.download": lazy("Downloaded how far the officers of your cohort are"),
    "attendance.download": lazy("Downloaded the attendance of your cohort"),
    "certificates.download": lazy("Downloaded the certificates of your cohort"),
    "key.read": lazy("A program whose key this person issued read a roster that covered you"),
    "export.share": lazy("Handed on a file that covered you"),
    "links.download": lazy("Downloaded invitation links of people that covered you"),
}
"""what others did, said to whose record it was"""

ROLES: dict[str, Any] = {
    "administrator": lazy("Administrator"),
    "coordinator": lazy("Coordinator"),
    "trainer": lazy("Trainer"),
    "observer": lazy("Observer"),
    "learner": lazy("Officer"),
}

SECTIONS: dict[str, Any] = {
    "account": lazy("Your account"),
    "roles": lazy("Your roles"),
    "sign-ins": lazy("Where you are signed in"),
    "second-step": lazy("What you sign in with besides the password"),
    "links": lazy("Links that were sent to you"),
    "courses": lazy("Your courses and your progress in them"),
    "events": lazy("Every step of your learning"),
    "attempts": lazy("Your attempts at quizzes and exams"),
    "saved-quizzes": lazy("Quizzes in modules that you saved on a device"),
    "answers": lazy("Your answers"),
    "practice-sheets": lazy("Your practical sheets"),
    "refreshers": lazy("Your refreshers"),
    "extra-time": lazy("Extra time granted to you"),
    "plans": lazy("Remedial plans agreed with you"),
    "appeals": lazy("Your appeals"),
    "exams-on-paper": lazy("Your exams on paper"),
    "notes": lazy("Your bookmarks and notes at lessons"),
    "note-events": lazy("When bookmarks and notes reached us"),
    "certificates": lazy("Your certificates"),
    "messages": lazy("Messages to you"),
    "erasure": lazy("Your wishes to be erased"),
    "applications": lazy("Your requests to join cohorts"),
    "later-deadlines": lazy("Later deadlines given to you"),
    "attendance": lazy("Your attendance on practice days"),
    "reminders": lazy("Reminders on your page"),
    "surveys": lazy("Whether you answered a survey: the answers themselves name nobody"),
    "lists": lazy("Lines about you in lists that were imported"),
    "practice-days": lazy("Practice days that you train"),
    "cohorts-trained": lazy("Cohorts that you train"),
    "files-sent": lazy("Files that you sent as a trainer"),
    "texts-typed": lazy("Texts that you typed and did not save"),
    "log": lazy("What the log says about you, and what you did"),
    "looks": lazy("Who looked at your record, by role and institution"),
}
"""the parts of an export, for people"""


class PasswordForm(Form):
    password = Password(lazy("Your password"), [Required(lazy("Enter your password."))])


class ErasureForm(Form):
    certificates = Tick(lazy("Erase my certificates too"))
    reason = LongText(
        lazy("Reason"),
        [Length(high=erasing.MOST_REASON)],
        description=lazy(
            "You need not give one. An administrator reads it; it is deleted when the request is decided."
        ),
    )


def kept_for(days: int) -> str:
    """How long something is kept, in words."""
    if not days:
        return _("For ever")
    if days % 365 == 0:
        return ngettext("%(num)s year", "%(num)s years", days // 365)
    return ngettext("%(num)s day", "%(num)s days", days)


def held(keep: Retention) -> list[tuple[str, str, str]]:
    """What is held of a person, why, and for how long."""
    while_there = _("As long as your account exists")
    return [
        (
            _("Name, rank, service number, institution, e-mail address"),
            _("To know whom the training and the certificates belong to, and to write to you."),
            while_there,
        ),
        (_("Sex, if you gave it"), _("For figures only; groups under five are never shown."), while_there),
        (
            _("Courses, answers, exams, practical sheets"),
            _("To follow your progress, to grade, and to answer appeals."),
            _("For ever; once you are erased, without your name"),
        ),
        (
            _("Certificates"),
            _("So that anyone to whom you show one can verify it."),
            _("For ever, unless you ask for them to be erased"),
        ),
        (
            _("Sign-ins: times and device"),
            _("So that you can see where you are signed in, and end it."),
            kept_for(keep.sign_ins),
        ),
        (
            _("Authenticator app, passkeys and recovery codes, if you use them"),
            _("To let nobody in but you. The secrets are kept encrypted or as fingerprints of them."),
            _("Until you remove them"),
        ),
        (_("Messages that were sent to you"), _("To see whether they arrived."), kept_for(keep.notices)),
        (
            _("Who looked at your record"),
            _("So that you can see it, and that nobody looks without being seen."),
            kept_for(keep.views),
        ),
        (
            _("The log: who did what, and when"),
            _("To answer for what was done. It holds no names, and cannot be changed."),
            _("For ever; reasons in people’s own words go when you are erased"),
        ),
    ]


def hang(door: Door) -> None:
    """Put the pages behind *door*."""

    @door.get("/privacy", may="account")
    def privacy() -> str:
        """Who looked at my record; what is held; what I can do about it."""
        office, who = entrance.office(), entrance.actor()
        return render_template(
            "account/privacy.html",
            seen=sightings.of_person(office, who.person_id, request.args.get("before", "")[:100]),
            first=not request.args.get("before"),
            looked=LOOKED,
            roles=ROLES,
            held=held(office.settings.keep),
            erasure=erasing.last_of(office, who.person_id),
            views=kept_for(office.settings.keep.views),
            zone=zone_name(),
        )

    @door.get("/data", may="account")
    def data() -> ResponseReturnValue:
        """Before everything is taken away: the password once more."""
        return _data_page(PasswordForm(formdata=None))

    @door.get("/data.zip", may="account")
    def data_where() -> ResponseReturnValue:
        """The archive is made for a password: to where it is asked for."""
        return redirect(url_for("account.data"))

    @door.post("/data.zip", may="account")
    def data_zip() -> ResponseReturnValue:
        """Everything that is held of me."""
        form = PasswordForm()
        if not form.validate_on_submit():
            return _data_page(form)
        office, who = entrance.office(), entrance.actor()
        try:
            body = takeout.archive(office, who, form.password.data or "", _words())
        except Refused as no:
            form.password.errors = [refusals.words(no)]
            return _data_page(form)
        day = office.now().date().isoformat()
        word = _("my-data")
        return download(body, f"paso-seguro-{word}-{day}.zip", "application/zip", language())

    @door.get("/erasure", may="account")
    def erasure() -> ResponseReturnValue:
        """What being erased means, and the form that asks for it."""
        return _erasure_page(ErasureForm(formdata=None))

    @door.post("/erasure", may="account")
    def erasure_ask() -> ResponseReturnValue:
        """Ask for it, after asking back."""
        form = ErasureForm()
        if not form.validate_on_submit():
            return _erasure_page(form)
        if not confirmed():
            text = _(
                "An administrator decides. Once it is done it cannot be undone: you can no longer sign in, and nobody can "
                "give your name back to what you learned."
            )
            if form.certificates.data:
                text += " " + _(
                    "Your certificates are erased too: whoever types their code is told that you withdrew them."
                )
            return ask(_("Ask to be erased?"), text, _("Ask to be erased"), url_for("account.erasure"))
        try:
            erasing.ask(entrance.office(), entrance.actor(), bool(form.certificates.data), form.reason.data or "")
        except Refused as no:
            form.form_errors.append(refusals.words(no))
            return _erasure_page(form)
        flash(_("You asked to be erased. An administrator decides; until then everything stays as it is."), "ok")
        return redirect(url_for("account.privacy"), 303)

    @door.post("/erasure/withdraw", may="account")
    def erasure_withdraw() -> ResponseReturnValue:
        """Not after all."""
        erasing.take_back(entrance.office(), entrance.actor())
        flash(_("Your request is withdrawn. Nothing was erased."), "ok")
        return redirect(url_for("account.privacy"), 303)


def _data_page(form: PasswordForm) -> ResponseReturnValue:
    page = render_template("account/data.html", form=form, sections=SECTIONS)
    return make_response(page, 422 if form.errors else 200)


def _erasure_page(form: ErasureForm) -> ResponseReturnValue:
    office, who = entrance.office(), entrance.actor()
    page = render_template(
        "account/erasure.html", form=form, open=erasing.open_of(office, who.person_id), duties=len(who.grants) > 0
    )
    return make_response(page, 422 if form.errors else 200)


def _words() -> Words:
    lead = _(
        "Everything that Paso Seguro holds about you, as it was when you asked for it. Each part is also in a file of its "
        "own; data.json holds all of them for programs. Your certificates are in the folder “certificates”."
    )
    return Words(
        language(),
        _("My data in Paso Seguro"),
        lead,
        _("Nothing is held here."),
        {name: str(words) for name, words in SECTIONS.items()},
    )
