"""Cohorts: planning a run of a course, who is in it, and how far they are."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import bundling, people, practicedays
from app.services import cohorts as services
from app.services.cohorts import Plan, access, guests, joining
from app.web import entrance, running
from app.web.coordinator.entry import chosen, door, institution_choices, parse_id
from app.web.kit import refusals
from app.web.kit.downloads import download
from app.web.kit.forms import (
    Between,
    Choice,
    Day,
    Form,
    Length,
    LongText,
    Radios,
    Required,
    Text,
    Ticks,
    Whole,
    ask,
    confirmed,
)
from app.web.kit.i18n import _, language, lazy, ngettext


class CohortForm(Form):
    """What is said of a cohort."""

    name = Text(lazy("Name"), [Required(lazy("Give the cohort a name.")), Length(1, 120)])
    course = Choice(lazy("Course"), [Required()])
    institution = Choice(lazy("Institution"), [Required()])
    starts_on = Day(lazy("First day"), [Required(lazy("Enter the first day."))])
    ends_on = Day(lazy("Last day"), [Required(lazy("Enter the last day."))])
    place = Text(lazy("Place"), [Length(high=120)])
    languages = Ticks(lazy("Languages"), choices=[("es", lazy("in Spanish")), ("en", lazy("in English"))])
    trainers = Ticks(lazy("Trainers"))
    seats = Whole(lazy("Seats"), [Between(1, services.MOST_SEATS)])
    entry = Radios(
        lazy("How officers come in"),
        choices=[
            ("coordinators", lazy("Coordinators of this institution put them in")),
            ("nomination", lazy("Invited institutions nominate, you approve")),
            ("self", lazy("Officers ask, you or their own coordinator approves")),
        ],
        default="coordinators",
    )
    opens_on = Day(lazy("Applications from"))
    closes_on = Day(lazy("Applications until"))
    description = LongText(lazy("What officers read about it"), [Length(high=1000)])
    contact = Text(lazy("Contact"), [Length(high=200)])


def _form(**data: object) -> CohortForm:
    form = CohortForm(**data)
    office = entrance.office()
    courses = {course.id: course.title(language()) for course in people.courses(office)}
    form.course.choices = list(courses.items())
    form.institution.choices = institution_choices()
    home = entrance.actor().country
    able = sorted(services.trainers(office), key=lambda one: one[0].institution.country != home)  # by name within each
    form.trainers.choices = [(str(person.id), _trainer(person, taught, courses)) for person, taught in able]
    return form


def _trainer(person: Any, taught: Collection[str], courses: Mapping[str, str]) -> str:
    """Somebody's name and institution; and what they teach, where that is not everything."""
    said = f"{person.name} · {person.institution.label}"
    if set(courses) <= set(taught):
        return said
    return f"{said} ({', '.join(courses[one] for one in sorted(taught) if one in courses)})"


def _plan(form: CohortForm) -> Plan:
    return Plan(
        form.name.data or "",
        form.course.data,
        parse_id(form.institution.data),
        form.starts_on.data,
        form.ends_on.data,
        tuple(parse_id(one) for one in form.trainers.data or ()),
        form.place.data or "",
        form.seats.data,
        tuple(form.languages.data or ()),
        form.entry.data or "coordinators",
        form.opens_on.data,
        form.closes_on.data,
        form.description.data or "",
        form.contact.data or "",
    )


@door.get("/cohorts", may="read roster")
def cohorts() -> str:
    """The cohorts of the actor's institutions."""
    lines = services.listing(entrance.office(), entrance.actor(), invited=True)
    return render_template("coordinator/cohorts.html", lines=lines)


@door.get("/cohorts/new", may="enrol")
def cohort_new() -> str:
    """Plan a cohort."""
    form = _form()
    form.course.data = chosen(form.course.choices, request.args.get("course", "")) or form.course.data
    return render_template("coordinator/cohort_form.html", form=form, cohort=None)


@door.post("/cohorts/new", may="enrol")
def cohort_new_now() -> ResponseReturnValue:
    """Make it."""
    form = _form()
    if form.validate_on_submit():
        try:
            made = services.create(entrance.office(), entrance.actor(), _plan(form))
        except Refused as no:
            refusals.put(form, no)
        else:
            flash(_("The cohort is planned. Now add its officers."), "ok")
            return redirect(url_for(".cohort", cohort_id=made.id), 303)
    return make_response(render_template("coordinator/cohort_form.html", form=form, cohort=None), 422)


@door.get("/cohorts/<uuid:cohort_id>", may="read roster")
def cohort(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """A cohort: its officers with their progress, and whom to add."""
    return _page(cohort_id)


def _page(cohort_id: uuid.UUID, fault: str = "") -> ResponseReturnValue:
    office, who = entrance.office(), entrance.actor()
    table = running.table_of(cohort_id)
    line = services.line_at(office, who, table.place)
    wanted = request.args.get("add")
    found, more = services.candidates(office, who, cohort_id, wanted) if wanted is not None else ([], False)
    entrance.saw_list("cohort.view", table.place.paths, {"cohort": str(cohort_id)}, table.all)
    return make_response(
        render_template(
            "coordinator/cohort.html",
            line=line,
            cohort=line.cohort,
            table=table,
            asked=joining.waiting_for(office, table.place),
            guests=guests.listed(office, line.cohort),
            certificates=bundling.count(office, who, cohort_id),
            wanted=wanted,
            days=practicedays.of_cohort(office, who, cohort_id, "read roster") if line.side == "host" else [],
            candidates=found,
            more=more,
            fault=fault,
        ),
        422 if fault else 200,
    )


@door.get("/cohorts/<uuid:cohort_id>/certificates.zip", may="read roster")
def cohort_certificates(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """The certificates that its officers hold, in one archive, sent while it is made."""
    asked, paper = request.args.get("lang", language()), request.args.get("paper", "letter")
    made = bundling.bundle(entrance.office(), entrance.actor(), cohort_id, asked, paper)
    return download(made.content, made.name, "application/zip")


@door.get("/cohorts/<uuid:cohort_id>/edit", may="enrol")
def cohort_edit(cohort_id: uuid.UUID) -> str:
    """Change a cohort."""
    row = _hosted(cohort_id)
    form = _form(
        name=row.name,
        course=row.course_id,
        institution=str(row.institution_id),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        trainers=[str(person.id) for person in row.trainers],
        place=row.place,
        seats=row.seats,
        languages=row.languages.split(),
        entry=row.entry,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        description=row.description,
        contact=row.contact,
    )
    return render_template("coordinator/cohort_form.html", form=form, cohort=row)


def _hosted(cohort_id: uuid.UUID) -> Any:
    """The cohort, for its host alone. Raises ``NotFound``."""
    return access.hosted(entrance.office(), entrance.actor(), cohort_id)


@door.post("/cohorts/<uuid:cohort_id>/edit", may="enrol")
def cohort_edit_now(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the changes."""
    row = _hosted(cohort_id)
    form = _form()
    if form.validate_on_submit():
        try:
            services.edit(entrance.office(), entrance.actor(), cohort_id, _plan(form))
        except Refused as no:
            refusals.put(form, no)
        else:
            flash(_("Saved."), "ok")
            return redirect(url_for(".cohort", cohort_id=cohort_id), 303)
    return make_response(render_template("coordinator/cohort_form.html", form=form, cohort=row), 422)


@door.post("/cohorts/<uuid:cohort_id>/add", may="enrol")
def cohort_add(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Put officers into the cohort."""
    chosen_people = [parse_id(one) for one in request.form.getlist("person")]
    try:
        added = services.add(entrance.office(), entrance.actor(), cohort_id, chosen_people)
    except Refused as no:
        return _page(cohort_id, refusals.words(no))
    flash(ngettext("%(num)s officer added.", "%(num)s officers added.", added), "ok")
    return redirect(url_for(".cohort", cohort_id=cohort_id), 303)


@door.post("/cohorts/<uuid:cohort_id>/remove/<uuid:enrolment_id>", may="enrol")
def cohort_remove(cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> ResponseReturnValue:
    """Take an officer out of the cohort, after asking."""
    services.get(entrance.office(), entrance.actor(), cohort_id)  # another's is not found, and not asked about either
    back = url_for(".cohort", cohort_id=cohort_id)
    if not confirmed():
        text = _("They stay enrolled in the course with all their progress, without this cohort's dates and trainers.")
        return ask(_("Take the officer out of this cohort?"), text, _("Take out"), back)
    services.remove(entrance.office(), entrance.actor(), cohort_id, enrolment_id)
    flash(_("Taken out of the cohort."), "ok")
    return redirect(back, 303)


@door.post("/cohorts/<uuid:cohort_id>/delete", may="enrol")
def cohort_delete(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Delete a cohort without officers, after asking."""
    _hosted(cohort_id)
    back = url_for(".cohort", cohort_id=cohort_id)
    if not confirmed():
        return ask(_("Delete this cohort?"), _("Nobody is in it. It cannot be brought back."), _("Delete"), back)
    try:
        services.delete_empty(entrance.office(), entrance.actor(), cohort_id)
    except Refused as no:
        return _page(cohort_id, refusals.words(no))
    flash(_("The cohort is deleted."), "ok")
    return redirect(url_for(".cohorts"), 303)


def trail(cohort: Any) -> list[tuple[str, str]]:
    """From the list of cohorts to one of them."""
    return [(_("Cohorts"), url_for(".cohorts")), (cohort.name, url_for(".cohort", cohort_id=cohort.id))]


running.hang(door, "enrol", trail)
