"""Practice days, for those who plan them: trainers and coordinators of a cohort, each behind their own door.

:func:`hang` puts the pages behind a door; each has its own way back. Marking and signing are the trainer's alone
(``trainer/days.py``).
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import accounts
from app.services import practicedays as services
from app.services.practicedays import Offer, Plan, Roll
from app.web import entrance
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.forms import Choice, Day, Form, Length, LongText, Matches, Radios, Required, Text, Ticks, Whole
from app.web.kit.guards import Door
from app.web.kit.i18n import _, language, lazy
from app.web.reading import say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Trail = Callable[[Any], Sequence[tuple[str, str]]]
"""the links from a door's first page to a cohort"""

WORDS: dict[str, Any] = {
    "present": lazy("Present"),
    "late": lazy("Late"),
    "absent": lazy("Absent"),
    "excused": lazy("Excused"),
    "officer": lazy("Officer"),
    "institution": lazy("Institution"),
    "attended": lazy("Attended"),
    "days": lazy("Practice days"),
    "attendance": lazy("Attendance"),
}
"""what an attendance is called, and the heads of its table"""

_CLOCK = r"([01]?[0-9]|2[0-3]):[0-5][0-9]"


class DayForm(Form):
    """What is said of a practice day."""

    on = Day(lazy("Date"), [Required(lazy("Enter the date."))])
    starts = Text(
        lazy("Begins at"),
        [Required(lazy("Enter when it begins.")), Matches(_CLOCK, lazy("Enter a time such as 08:00."))],
    )
    ends = Text(
        lazy("Ends at"), [Required(lazy("Enter when it ends.")), Matches(_CLOCK, lazy("Enter a time such as 16:00."))]
    )
    zone = Choice(lazy("Time zone of the place"), [Required()])
    place = Text(lazy("Place"), [Required(lazy("Enter the place.")), Length(high=services.MOST_PLACE)])
    directions = LongText(
        lazy("How to get there"),
        [Length(high=services.MOST_TEXT)],
        description=lazy("For example: gate, boat, whom to ask for."),
    )
    sheets = Ticks(lazy("What is practised"), [Required(lazy("Tick at least one practical sheet."))])
    trainers = Ticks(lazy("Trainers"))
    bring = LongText(
        lazy("What to bring"),
        [Length(high=services.MOST_TEXT)],
        description=lazy("For example: life jacket, uniform, water, identity card."),
    )
    most = Whole(lazy("Most officers"), description=lazy("How many there is room for; empty where it does not matter."))
    who = Radios(
        lazy("Who is expected"),
        [Required()],
        choices=[("everybody", lazy("everybody of the cohort")), ("chosen", lazy("those ticked below"))],
    )
    expected = Ticks(lazy("Officers expected"))


class ReasonForm(Form):
    """Why a day is cancelled."""

    reason = LongText(
        lazy("Reason"),
        [Required(lazy("Write the reason.")), Length(high=services.MOST_TEXT)],
        description=lazy("The officers read it in the message that they receive."),
    )


def word(state: str) -> str:
    """What an attendance is called in the reader's language."""
    return str(WORDS.get(state, state))


def _form(offer: Offer, here: str, day: Any = None, **data: Any) -> DayForm:
    form = DayForm(**data)
    zones = {here: here, **{name: name for name in accounts.zones()}}
    form.zone.choices = [(name, name.partition("/")[2].replace("_", " ").replace("/", ", ") or name) for name in zones]
    sheets = [(key, _sheet_label(key, sheet)) for key, sheet in offer.sheets.items()]
    kept = [key for key in (day.sheets if day else ()) if key not in offer.sheets]
    form.sheets.choices = sheets + [(key, _("A sheet no longer in the course")) for key in kept]
    trainers = {person.id: person.name for person in (*offer.cohort.trainers, *(day.trainers if day else ()))}
    form.trainers.choices = [(str(key), name) for key, name in trainers.items()]
    form.expected.choices = [(str(one.id), f"{one.person.name} · {one.institution.name}") for one in offer.officers]
    return form


def _sheet_label(key: str, sheet: Any) -> str:
    title = str(say(sheet.title))
    return _("Integrated exercise: %(title)s", title=title) if key == "exercise" else title


def _plan(form: DayForm) -> Plan:
    assert form.on.data is not None  # the form is valid
    return Plan(
        form.on.data,
        _clock(form.starts.data),
        _clock(form.ends.data),
        form.zone.data,
        form.place.data or "",
        tuple(form.sheets.data or ()),
        form.directions.data or "",
        form.bring.data or "",
        tuple(uuid.UUID(one) for one in form.trainers.data or ()),
        form.most.data,
        None if form.who.data == "everybody" else tuple(uuid.UUID(one) for one in form.expected.data or ()),
    )


def _clock(text: str | None) -> dt.time:
    hours, minutes = re.split(":", text or "0:0")
    return dt.time(int(hours), int(minutes))


def _data(said: Plan) -> dict[str, Any]:
    return {
        "on": said.on,
        "starts": said.starts.strftime("%H:%M"),
        "ends": said.ends.strftime("%H:%M"),
        "zone": said.zone,
        "place": said.place,
        "sheets": list(said.sheets),
        "directions": said.directions,
        "bring": said.bring,
        "trainers": [str(one) for one in said.trainers],
        "most": said.most,
        "who": "everybody" if said.expected is None else "chosen",
        "expected": [str(one) for one in said.expected or ()],
    }


def hang(door: Door, may_plan: str, may_see: str, trail: Trail) -> None:
    """Put the pages behind *door*: planning for those who hold *may_plan*, files for those who hold *may_see*."""

    def roll_of(cohort: uuid.UUID, day: uuid.UUID, may: str = may_see) -> Roll:
        return services.roll(entrance.office(), entrance.actor(), cohort, day, may)

    def form_page(offer: Offer, form: DayForm, day: Any = None) -> ResponseReturnValue:
        page = render_template("practicedays/form.html", form=form, offer=offer, day=day, trail=trail(offer.cohort))
        return make_response(page, 422 if form.errors else 200)

    @door.get("/cohorts/<uuid:cohort>/days/new", may=may_plan)
    def cohort_day_new(cohort: uuid.UUID) -> ResponseReturnValue:
        """Plan a practice day."""
        office, who = entrance.office(), entrance.actor()
        offer = services.offer(office, who, cohort, may_plan)
        zone = services.zone_for(who, offer.cohort)
        trainers = [str(person.id) for person in offer.cohort.trainers]
        data = {"zone": zone, "who": "everybody", "starts": "08:00", "ends": "16:00", "trainers": trainers}
        return form_page(offer, _form(offer, zone, formdata=None, **data))

    @door.post("/cohorts/<uuid:cohort>/days/new", may=may_plan)
    def cohort_day_plan(cohort: uuid.UUID) -> ResponseReturnValue:
        """Plan it, and tell the officers."""
        office, who = entrance.office(), entrance.actor()
        offer = services.offer(office, who, cohort, may_plan)
        form = _form(offer, services.zone_for(who, offer.cohort))
        if form.validate_on_submit():
            try:
                made = services.plan(office, who, cohort, _plan(form), may_plan)
            except Refused as no:
                offer = services.offer(office, who, cohort, may_plan)
                refusals.put(form, no)
            else:
                over = made.ends_at <= office.now()
                told = _("The practice day is planned, and its officers are told.")
                flash(_("The practice day is entered. Nobody is told: it is over.") if over else told, "ok")
                return redirect(url_for(".cohort_day", cohort=cohort, day=made.id), 303)
        return form_page(offer, form)

    @door.get("/cohorts/<uuid:cohort>/days/<uuid:day>/edit", may=may_plan)
    def cohort_day_edit(cohort: uuid.UUID, day: uuid.UUID) -> ResponseReturnValue:
        """Change a practice day."""
        office, who = entrance.office(), entrance.actor()
        row = services.day_of(office, who, cohort, day, may_plan)
        if row.state == "cancelled" or row.closed_at is not None:
            flash(_("This day is over or cancelled: it stays as it is."), "info")
            return redirect(url_for(".cohort_day", cohort=cohort, day=day))
        offer = services.offer(office, who, cohort, may_plan)
        return form_page(offer, _form(offer, row.zone, row, formdata=None, **_data(services.plan_of(office, row))), row)

    @door.post("/cohorts/<uuid:cohort>/days/<uuid:day>/edit", may=may_plan)
    def cohort_day_change(cohort: uuid.UUID, day: uuid.UUID) -> ResponseReturnValue:
        """Keep the changes, and tell the officers."""
        office, who = entrance.office(), entrance.actor()
        row = services.day_of(office, who, cohort, day, may_plan)
        offer = services.offer(office, who, cohort, may_plan)
        form = _form(offer, row.zone, row)
        if form.validate_on_submit():
            try:
                changed = services.change(office, who, cohort, day, _plan(form), may_plan)
            except Refused as no:
                offer = services.offer(office, who, cohort, may_plan)
                row = services.day_of(office, who, cohort, day, may_plan)
                refusals.put(form, no)
            else:
                flash(_("Saved. The officers concerned are told.") if changed else _("Nothing changed."), "ok")
                return redirect(url_for(".cohort_day", cohort=cohort, day=day), 303)
        return form_page(offer, form, row)

    @door.get("/cohorts/<uuid:cohort>/days/<uuid:day>/cancel", may=may_plan)
    def cohort_day_cancel(cohort: uuid.UUID, day: uuid.UUID) -> ResponseReturnValue:
        """Cancel a practice day: the reason."""
        return cancel_page(cohort, day, ReasonForm(formdata=None))

    def cancel_page(cohort: uuid.UUID, day: uuid.UUID, form: ReasonForm) -> ResponseReturnValue:
        roll = roll_of(cohort, day, may_plan)
        page = render_template("practicedays/cancel.html", form=form, roll=roll, trail=trail(roll.day.cohort))
        return make_response(page, 422 if form.errors else 200)

    @door.post("/cohorts/<uuid:cohort>/days/<uuid:day>/cancel", may=may_plan)
    def cohort_day_cancel_now(cohort: uuid.UUID, day: uuid.UUID) -> ResponseReturnValue:
        """Cancel it, and tell the officers."""
        form = ReasonForm()
        if not form.validate_on_submit():
            return cancel_page(cohort, day, form)
        try:
            services.cancel(entrance.office(), entrance.actor(), cohort, day, form.reason.data or "", may_plan)
        except Refused as no:
            refusals.put(form, no)
            return cancel_page(cohort, day, form)
        flash(_("The practice day is cancelled, and its officers are told."), "ok")
        return redirect(url_for(".cohort_day", cohort=cohort, day=day), 303)

    @door.get("/cohorts/<uuid:cohort>/days/<uuid:day>/list", may=may_see)
    def cohort_day_print(cohort: uuid.UUID, day: uuid.UUID) -> str:
        """The attendance sheet on paper, with a line for each signature."""
        roll = roll_of(cohort, day)
        return render_template("practicedays/print.html", roll=roll, trail=trail(roll.day.cohort))

    @door.get("/cohorts/<uuid:cohort>/days/<uuid:day>.ics", may=may_see)
    def cohort_day_ics(cohort: uuid.UUID, day: uuid.UUID) -> ResponseReturnValue:
        """The day as a calendar file."""
        row = services.day_of(entrance.office(), entrance.actor(), cohort, day, may_see)
        return calendar(row, url_for(".cohort_day", cohort=cohort, day=day))

    @door.get("/cohorts/<uuid:cohort>/attendance.csv", may=may_see)
    def cohort_attendance_csv(cohort: uuid.UUID) -> ResponseReturnValue:
        """The attendance of the cohort as CSV."""
        body = services.attendance_csv(entrance.office(), entrance.actor(), cohort, may_see, word)
        return download(body, _file("csv"), "text/csv", language())

    @door.get("/cohorts/<uuid:cohort>/attendance.xlsx", may=may_see)
    def cohort_attendance_xlsx(cohort: uuid.UUID) -> ResponseReturnValue:
        """The attendance of the cohort as a workbook."""
        body = services.attendance_xlsx(entrance.office(), entrance.actor(), cohort, may_see, word)
        return download(body, _file("xlsx"), XLSX, language())


def _file(extension: str) -> str:
    word = _("attendance")
    return f"paso-seguro-{word}-{entrance.office().now():%Y-%m-%d}.{extension}"


def calendar(day: Any, path: str) -> ResponseReturnValue:
    """*day*, which the reader may see, as a calendar file in their language; *path* is that of its page."""
    office = entrance.office()
    body = services.calendar_file(office, day, language(), office.settings.public_url + path)
    name = _("practice-day")
    on = services.date_of(day)
    return download(body, f"paso-seguro-{name}-{on.isoformat()}.ics", "text/calendar", language())


def init_practicedays(app: Flask) -> None:
    """Give the templates of *app* what they need to say of a practice day."""
    app.jinja_env.globals.update(
        attendance_word=word,
        day_when=lambda day: services.when(day, language()),
        day_sheets=lambda day, course: services.sheet_titles(day, course, language()),
    )
