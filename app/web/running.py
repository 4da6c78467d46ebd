"""What those who run a cohort do, its host's coordinators and its trainers alike: see how far its officers are, set
deadlines, look through reminders, announce.

:func:`hang` puts these pages behind a door; each door has its own address for them and its own way back.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Literal

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import cohorts
from app.services.cohorts import announcing, deadlines, reminding, tracking
from app.services.cohorts.announcing import MOST_BODY, MOST_SUBJECT, Text
from app.services.cohorts.tracking import Table
from app.services.rosters import Reader
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.forms import Day, Form, Hidden, Length, LongText, OneOf, Radios, Required, Tick, ask, confirmed
from app.web.kit.forms import Text as Line
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language, lazy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Trail = Callable[[Any], Sequence[tuple[str, str]]]
"""the links from a door's first page to a cohort"""


class WordsForm(Form):
    """A message in one language or in both."""

    subject_es = Line(lazy("Subject in Spanish"), [Length(high=MOST_SUBJECT)])
    body_es = LongText(lazy("Text in Spanish"), [Length(high=MOST_BODY)])
    subject_en = Line(lazy("Subject in English"), [Length(high=MOST_SUBJECT)])
    body_en = LongText(lazy("Text in English"), [Length(high=MOST_BODY)])

    def text(self) -> Text:
        """What was written."""
        return Text(
            {"en": self.subject_en.data or "", "es": self.subject_es.data or ""},
            {"en": self.body_en.data or "", "es": self.body_es.data or ""},
        )


class AnnouncementForm(WordsForm):
    """An announcement and who gets it."""

    audience = Radios(
        lazy("To whom"),
        [OneOf(("all", "behind"))],
        choices=[
            ("all", lazy("The whole cohort, also those who come later")),
            ("behind", lazy("Officers who are behind")),
        ],
    )
    by_mail = Tick(lazy("Also send it by e-mail"))
    minted = Hidden()


class ReminderForm(WordsForm):
    """A reminder for a day."""

    on = Day(lazy("Day on which it is sent"), [Required(lazy("Enter the day."))])


class ExtensionForm(Form):
    """A later day for one officer."""

    target = Radios(lazy("Deadline"), [Required(lazy("Choose a deadline."))])
    due_on = Day(lazy("New last day"), [Required(lazy("Enter the day."))])
    reason = Line(lazy("Reason"), [Length(high=deadlines.MOST_REASON)])


class DayForm(Form):
    """Nothing but the token: the days of deadlines are read by name."""


def page(template: str, form: Form | None = None, **values: Any) -> ResponseReturnValue:
    """The page of *template*; 422 where *form* has errors."""
    body = render_template(f"running/{template}.html", form=form, **values)
    return make_response(body, 422 if form is not None and form.errors else 200)


def asked_page() -> int:
    """The ``?page=`` of the address; 1 for anything that is no page."""
    text = request.args.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 8 else 1


def table_of(cohort_id: uuid.UUID) -> Table:
    """The table of a cohort as the address asks for it."""
    return tracking.table(
        entrance.office(),
        entrance.actor(),
        cohort_id,
        sort=request.args.get("sort", ""),
        pace=request.args.get("pace", ""),
        page=asked_page(),
    )


def progress_file(cohort_id: uuid.UUID, form: Literal["csv", "xlsx"]) -> ResponseReturnValue:
    """The table of a cohort to take away."""
    office, who = entrance.office(), entrance.actor()
    reader = Reader.of(office, who, language(), _)
    cohort, body = tracking.file(office, who, cohort_id, form, reader, request.args.get("pace", ""))
    name = f"{cohort.name} {cohorts.today_of(office, who).isoformat()}.{form}"
    return download(body, name, "text/csv" if form == "csv" else XLSX, language())


def hang(door: Door, may: str, trail: Trail) -> None:
    """Put the pages behind *door*, for those who hold *may* ("enrol" or "sign practice")."""

    @door.get("/cohorts/<uuid:cohort_id>/progress.csv", may=may)
    def cohort_progress_csv(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """How far the officers are, as CSV."""
        return progress_file(cohort_id, "csv")

    @door.get("/cohorts/<uuid:cohort_id>/progress.xlsx", may=may)
    def cohort_progress_xlsx(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """How far the officers are, as a workbook."""
        return progress_file(cohort_id, "xlsx")

    # Deadlines

    @door.get("/cohorts/<uuid:cohort_id>/deadlines", may=may)
    def cohort_deadlines(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """The last day for each module and the exam."""
        return days_page(cohort_id, DayForm(formdata=None))

    def days_page(
        cohort_id: uuid.UUID, form: Form, given: dict[str, str] | None = None, faults: dict[str, str] | None = None
    ) -> ResponseReturnValue:
        plan = deadlines.plan(entrance.office(), entrance.actor(), cohort_id)
        values = given or {target: day.isoformat() for target, day in plan.days.items()}
        body = render_template(
            "running/deadlines.html",
            form=form if not faults else None,
            plan=plan,
            cohort=plan.place.cohort,
            trail=trail(plan.place.cohort),
            given=values,
            faults=faults or {},
        )
        return make_response(body, 422 if faults or form.errors else 200)

    @door.post("/cohorts/<uuid:cohort_id>/deadlines", may=may)
    def cohort_deadlines_put(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """Set them."""
        office, who = entrance.office(), entrance.actor()
        plan = deadlines.plan(office, who, cohort_id)
        form = DayForm()
        given = {target: request.form.get(f"due-{target}", "").strip() for target in plan.targets}
        days: dict[str, dt.date | None] = {}
        faults: dict[str, str] = {}
        for target, text in given.items():
            try:
                days[target] = dt.date.fromisoformat(text) if text else None
            except ValueError:
                faults[target] = _("Enter a date that exists.")
        if not faults and form.validate_on_submit():
            try:
                deadlines.put(office, who, cohort_id, days)
            except Refused as no:
                faults[str(no.values.get("field", "")).removeprefix("due-")] = refusals.words(no)
            else:
                flash(_("The deadlines are set. Officers see them on their pages."), "ok")
                return redirect(url_for(".cohort_deadlines", cohort_id=cohort_id), 303)
        return days_page(cohort_id, form, given, faults)

    @door.get("/cohorts/<uuid:cohort_id>/officers/<uuid:enrolment_id>", may=may)
    def cohort_officer(cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> ResponseReturnValue:
        """The deadlines of one officer."""
        return officer_page(cohort_id, enrolment_id, ExtensionForm(formdata=None))

    def officer_page(cohort_id: uuid.UUID, enrolment_id: uuid.UUID, form: ExtensionForm) -> ResponseReturnValue:
        own = deadlines.of_officer(entrance.office(), entrance.actor(), cohort_id, enrolment_id)
        form.target.choices = [(due.target, due.target) for due in own.dues]
        return page("officer", form, own=own, cohort=own.place.cohort, trail=trail(own.place.cohort))

    @door.post("/cohorts/<uuid:cohort_id>/officers/<uuid:enrolment_id>", may=may)
    def cohort_officer_extend(cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> ResponseReturnValue:
        """Give the officer a later day."""
        office, who = entrance.office(), entrance.actor()
        own = deadlines.of_officer(office, who, cohort_id, enrolment_id)
        if not own.dues:  # the deadlines went while the page was open
            return redirect(url_for(".cohort_officer", cohort_id=cohort_id, enrolment_id=enrolment_id), 303)
        form = ExtensionForm()
        form.target.choices = [(due.target, due.target) for due in own.dues]
        if form.validate_on_submit() and form.due_on.data:
            try:
                deadlines.extend(
                    office, who, cohort_id, enrolment_id, form.target.data, form.due_on.data, form.reason.data or ""
                )
            except Refused as no:
                refusals.put(form, no)
            else:
                flash(_("The new day holds for this officer alone."), "ok")
                return redirect(url_for(".cohort_officer", cohort_id=cohort_id, enrolment_id=enrolment_id), 303)
        return officer_page(cohort_id, enrolment_id, form)

    # Reminders

    @door.get("/cohorts/<uuid:cohort_id>/reminders", may=may)
    def cohort_reminders(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """What is to be sent, before it is; and a form to write one by hand."""
        return reminders_page(cohort_id, ReminderForm(formdata=None))

    def reminders_page(cohort_id: uuid.UUID, form: ReminderForm) -> ResponseReturnValue:
        found = reminding.listed(entrance.office(), entrance.actor(), cohort_id, language())
        cohort = found.place.cohort
        mail = entrance.office().settings.mail
        return page("reminders", form, found=found, cohort=cohort, trail=trail(cohort), mail=mail)

    @door.post("/cohorts/<uuid:cohort_id>/reminders", may=may)
    def cohort_reminders_write(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """Write one by hand."""
        form = ReminderForm()
        cohorts.get(entrance.office(), entrance.actor(), cohort_id)
        if form.validate_on_submit() and form.on.data:
            try:
                reminding.write(entrance.office(), entrance.actor(), cohort_id, form.on.data, form.text())
            except Refused as no:
                refusals.put(form, no)
            else:
                flash(_("The reminder is planned. It is sent in the morning of that day."), "ok")
                return redirect(url_for(".cohort_reminders", cohort_id=cohort_id), 303)
        return reminders_page(cohort_id, form)

    @door.post("/cohorts/<uuid:cohort_id>/reminders/cancel", may=may)
    def cohort_reminder_cancel(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """Cancel one."""
        reminding.cancel(entrance.office(), entrance.actor(), cohort_id, request.form.get("key", ""))
        flash(_("The reminder is cancelled."), "ok")
        return redirect(url_for(".cohort_reminders", cohort_id=cohort_id), 303)

    @door.post("/cohorts/<uuid:cohort_id>/reminders/restore", may=may)
    def cohort_reminder_restore(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """Let one be sent after all."""
        reminding.restore(entrance.office(), entrance.actor(), cohort_id, request.form.get("key", ""))
        flash(_("The reminder will be sent."), "ok")
        return redirect(url_for(".cohort_reminders", cohort_id=cohort_id), 303)

    # Announcements

    @door.get("/cohorts/<uuid:cohort_id>/news/", may=may)
    def cohort_news(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """What was announced, and how many have read it."""
        place, told = announcing.listed(entrance.office(), entrance.actor(), cohort_id)
        return page("news", told=told, cohort=place.cohort, trail=trail(place.cohort))

    @door.get("/cohorts/<uuid:cohort_id>/news/new", may=may)
    def cohort_news_new(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """Write an announcement; ``?to=behind`` to those who are behind, with words to begin with."""
        form = AnnouncementForm(formdata=None, audience="all", minted=str(uuid.uuid4()))
        if request.args.get("to") == "behind":
            form.audience.data = "behind"
            form.subject_es.data, form.body_es.data = announcing.to_behind("es")
            form.subject_en.data, form.body_en.data = announcing.to_behind("en")
        return news_page(cohort_id, form)

    def news_page(cohort_id: uuid.UUID, form: WordsForm, row: Any = None) -> ResponseReturnValue:
        table = tracking.table(entrance.office(), entrance.actor(), cohort_id)
        cohort = announcing.must_run(table.place)
        mail = entrance.office().settings.mail
        return page("news_form", form, cohort=cohort, trail=trail(cohort), row=row, table=table, mail=mail)

    @door.post("/cohorts/<uuid:cohort_id>/news/new", may=may)
    def cohort_news_write(cohort_id: uuid.UUID) -> ResponseReturnValue:
        """Tell it."""
        form = AnnouncementForm()
        if form.validate_on_submit():
            try:
                announcing.write(
                    entrance.office(),
                    entrance.actor(),
                    cohort_id,
                    form.text(),
                    form.audience.data or "all",
                    by_mail=form.by_mail.data,
                    minted=_minted(form.minted.data),
                )
            except Refused as no:
                refusals.put(form, no)
            else:
                flash(_("The announcement stands on the officers' pages."), "ok")
                return redirect(url_for(".cohort_news", cohort_id=cohort_id), 303)
        return news_page(cohort_id, form)

    @door.get("/cohorts/<uuid:cohort_id>/news/<uuid:announcement_id>", may=may)
    def cohort_news_one(cohort_id: uuid.UUID, announcement_id: uuid.UUID) -> ResponseReturnValue:
        """Change an announcement."""
        _place, row = announcing.get(entrance.office(), entrance.actor(), cohort_id, announcement_id)
        form = WordsForm(
            formdata=None,
            subject_es=row.subject_es,
            body_es=row.body_es,
            subject_en=row.subject_en,
            body_en=row.body_en,
        )
        return news_page(cohort_id, form, row)

    @door.post("/cohorts/<uuid:cohort_id>/news/<uuid:announcement_id>", may=may)
    def cohort_news_edit(cohort_id: uuid.UUID, announcement_id: uuid.UUID) -> ResponseReturnValue:
        """Keep the changes."""
        _place, row = announcing.get(entrance.office(), entrance.actor(), cohort_id, announcement_id)
        form = WordsForm()
        if form.validate_on_submit():
            try:
                announcing.edit(entrance.office(), entrance.actor(), cohort_id, announcement_id, form.text())
            except Refused as no:
                refusals.put(form, no)
            else:
                flash(_("Saved."), "ok")
                return redirect(url_for(".cohort_news", cohort_id=cohort_id), 303)
        return news_page(cohort_id, form, row)

    @door.post("/cohorts/<uuid:cohort_id>/news/<uuid:announcement_id>/withdraw", may=may)
    def cohort_news_withdraw(cohort_id: uuid.UUID, announcement_id: uuid.UUID) -> ResponseReturnValue:
        """Take an announcement back, after asking."""
        announcing.get(entrance.office(), entrance.actor(), cohort_id, announcement_id)
        back = url_for(".cohort_news", cohort_id=cohort_id)
        if not confirmed():
            text = _("It disappears from every officer's page. E-mails that have left cannot be called back.")
            return ask(_("Withdraw this announcement?"), text, _("Withdraw"), back)
        announcing.withdraw(entrance.office(), entrance.actor(), cohort_id, announcement_id)
        flash(_("The announcement is withdrawn."), "ok")
        return redirect(back, 303)


def _minted(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
