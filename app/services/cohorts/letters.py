"""The messages about seats in a cohort, each in its reader's language."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from app.records.cohorts import Cohort
from app.records.joining import CohortApplication
from app.records.people import Person, RoleGrant
from app.rules.permissions import Role
from app.services import notices
from app.services.office import Office
from app.services.rosters.columns import LOCALES
from app.services.wording import translator


class Letter(StrEnum):
    NOMINATED = "nominated"
    APPROVED = "approved"
    WAITING = "waiting"
    PROMOTED = "promoted"
    DECLINED = "declined"


def tell(office: Office, person: Person, cohort: Cohort, application: CohortApplication, letter: Letter) -> None:
    """Queue what became of an application, once for each time that it was made. Inside ``office.transaction()``."""
    _ = translator(person.language)
    values = {
        "name": person.name,
        "cohort": cohort.name,
        "course": cohort.course.title(person.language),
        "first": format_date(cohort.starts_on, "long", LOCALES[person.language]),
        "reason": application.reason,
        "url": f"{office.settings.public_url}/learn/cohorts/{cohort.id}/",
    }
    body = "\n\n".join((_("Hello %(name)s,"), _said(letter, _), _("You find it here:") + "\n\n%(url)s"))
    notices.queue(
        office,
        person,
        f"seat/{letter}/{application.id}/{application.asked_at:%Y-%m-%dT%H:%M:%S}",
        _("Your seat in the cohort %(cohort)s") % values,
        body % values,
    )


def _said(letter: Letter, _: Callable[[str], str]) -> str:
    match letter:
        case Letter.NOMINATED:
            return _(
                "Your institution has nominated you for the cohort “%(cohort)s” of the course “%(course)s”. You will be "
                "told when it is decided."
            )
        case Letter.APPROVED:
            return _("You have a seat in the cohort “%(cohort)s” of the course “%(course)s”. It begins on %(first)s.")
        case Letter.WAITING:
            return _(
                "You are approved for the cohort “%(cohort)s” of the course “%(course)s”, and no seat is free at the "
                "moment. You are in line, in the order in which officers asked; as soon as a seat is free, it is yours "
                "and you are told."
            )
        case Letter.PROMOTED:
            return _(
                "A seat has become free: you are now in the cohort “%(cohort)s” of the course “%(course)s”. It begins on "
                "%(first)s."
            )
    return _(
        "You have not been given a seat in the cohort “%(cohort)s” of the course “%(course)s”. The reason: %(reason)s"
    )


def tell_hosts(office: Office, cohort: Cohort, application: CohortApplication) -> None:
    """Queue for the coordinators of the host, once a day, that there is somebody to decide about."""
    people = office.session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.COORDINATOR, RoleGrant.institution_id == cohort.institution_id, Person.active)
        .options(lazyload(Person.grants))
    )
    for person in people:
        if person.id == application.asked_by:
            continue
        _ = translator(person.language)
        body = _(
            "Hello %(name)s,\n\nOfficers ask to join the cohort “%(cohort)s”. You decide about them here:\n\n%(url)s"
        ) % {
            "name": person.name,
            "cohort": cohort.name,
            "url": f"{office.settings.public_url}/coordinate/cohorts/{cohort.id}/applications",
        }
        key = f"applications/{cohort.id}/{person.id}/{office.now():%Y-%m-%d}"
        notices.queue(office, person, key, _("Applications for the cohort %(cohort)s") % {"cohort": cohort.name}, body)
