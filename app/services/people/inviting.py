"""Inviting people: an account without a password, and a link with which its owner chooses one."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.records.cohorts import Cohort
from app.records.database import uuid7
from app.records.people import Institution, Person, RoleGrant
from app.rules import filing
from app.rules.errors import NotFound, Refused
from app.rules.identity import looks_national
from app.rules.permissions import Role, within
from app.services import accounts, audit, certifying, learning, notices, scope
from app.services.office import Actor, Office, fold_name, token_hash
from app.services.people.reading import may_change
from app.services.wording import translator

ZONES = {
    "BZ": "America/Belize",
    "CA": "America/Toronto",
    "CR": "America/Costa_Rica",
    "DO": "America/Santo_Domingo",
    "GT": "America/Guatemala",
    "HN": "America/Tegucigalpa",
    "MX": "America/Mexico_City",
    "NI": "America/Managua",
    "PA": "America/Panama",
    "SV": "America/El_Salvador",
    "US": "America/New_York",
}
"""the time zone in which most people of a country live: a new account begins with it"""

LENGTHS = {"name": 92, "surname": 92, "email": 254, "rank": 60, "service_number": 40}
"""what the columns of the table hold; a longer name would not fit on the certificate either"""


@dataclass(frozen=True)
class Nominee:
    """What is said of a person: to invite them, or to correct their record."""

    name: str
    email: str
    institution: uuid.UUID
    rank: str = ""
    service_number: str = ""
    sex: str = ""
    """"f", "m", "x" or "" (not said): only for figures"""
    language: str = "es"
    surname: str = ""
    """as filed; "" to derive it from the name"""


@dataclass(frozen=True)
class Invitation:
    """An account just made or invited again. The link opens it once; it is not kept, so this is the only time to see
    it.
    """

    person_id: uuid.UUID
    name: str
    url: str


def tidy(nominee: Nominee) -> Nominee:
    """*nominee* as it will be kept. Raises the first ``Refused`` of :func:`faults`."""
    found = tidied(nominee)
    for fault in faults(found):
        raise fault
    return found


def tidied(nominee: Nominee) -> Nominee:
    """*nominee* as it will be kept, if nothing is wrong with it: each text one line, the address in lower case."""
    return replace(
        nominee,
        name=_line(nominee.name),
        email=_line(nominee.email).casefold(),
        rank=_line(nominee.rank),
        service_number=_line(nominee.service_number),
        surname=_line(nominee.surname),
    )


def faults(nominee: Nominee) -> Iterator[Refused]:
    """Everything wrong with what is said of a person (:func:`tidied` already), at most one for each ``field``.

    ``person-name-missing``, ``person-email-wrong``, ``person-long`` (with ``most``), ``person-unprintable`` (with the
    ``letter``), ``person-sex-unknown``, ``language-unknown``.
    """
    wrong = set()
    if len(nominee.name) < 2:
        wrong.add("name")
        yield Refused("person-name-missing", field="name")
    for field, most in LENGTHS.items():
        if len(getattr(nominee, field)) > most:
            wrong.add(field)
            yield Refused("person-long", field=field, most=most)
    if "email" not in wrong and not _can_exist(nominee.email):
        yield Refused("person-email-wrong", field="email")
    for field in ("name", "rank"):  # both stand on the certificate
        letter = "" if field in wrong else certifying.unprintable(getattr(nominee, field))
        if letter:
            yield Refused("person-unprintable", field=field, letter=letter)
    if nominee.sex not in ("", "f", "m", "x"):
        yield Refused("person-sex-unknown", field="sex")
    if nominee.language not in ("en", "es"):
        yield Refused("language-unknown", field="language")


def _can_exist(email: str) -> bool:
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def no_national_number(service_number: str, institution: Institution) -> None:
    """Raises ``Refused("person-national-id")`` if *service_number* is a national identity number of the country."""
    if looks_national(service_number, institution.country):
        raise Refused("person-national-id", field="service_number")


_UNTYPED = ("Cc", "Cf", "Cs", "Co")
"""Unicode's categories of signs that nobody types, or that turn a name round"""


def _line(text: str) -> str:
    """One line, composed, without such signs."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    plain = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in _UNTYPED)
    return " ".join(plain.split())


def invite(
    office: Office, actor: Actor, nominee: Nominee, course: str = "", cohort: uuid.UUID | None = None
) -> Invitation:
    """Make an account for *nominee*, send them a link to choose a password, and enrol them in *course* or *cohort* if
    named.

    Raises ``NotFound`` for an institution, course or cohort that is not the actor's, and ``Refused`` as :func:`faults`,
    ``person-national-id``, or ``person-known`` (the address has an account in the actor's institutions),
    ``person-elsewhere`` (in another's).
    """
    nominee = tidy(nominee)
    with office.transaction():
        institution = scope.open_institution(office, actor, nominee.institution)
        no_national_number(nominee.service_number, institution)
        known = by_email(office, nominee.email)
        if known is not None:
            raise Refused(known_code(actor, known), field="email")
        person = create(office, actor, nominee, institution)
        place = course_and_cohort(office, actor, course, cohort)
        if place:
            learning.enrol(office, actor, person, *place)
        url = send_link(office, person, institution.name)
    return Invitation(person.id, person.name, url)


def by_email(office: Office, email: str) -> Person | None:
    """Whose address *email* is, wherever they are."""
    return office.session.scalar(select(Person).where(Person.email == email))


def known_code(actor: Actor, person: Person) -> str:
    """Why no second account is made for the address of *person*."""
    return "person-known" if within(person.institution.path, actor.paths("enrol")) else "person-elsewhere"


def create(office: Office, actor: Actor, nominee: Nominee, institution: Institution) -> Person:
    """A new account, still without a password. Inside ``office.transaction()``; *nominee* is tidy, *institution* the
    actor's.
    """
    person = Person(
        **account(office, nominee, institution),
        institution=institution,
        grants=[RoleGrant(role=Role.LEARNER, granted_at=office.now(), granted_by=actor.person_id)],
    )
    office.session.add(person)
    try:
        office.session.flush()
    except IntegrityError:  # PostgreSQL: somebody else made it in this very moment
        raise Refused("person-known", field="email") from None
    audit.note(office, actor, "person.invite", str(person.id), {}, institution.id)
    return person


def course_and_cohort(
    office: Office, actor: Actor, course: str, cohort: uuid.UUID | None
) -> tuple[str, uuid.UUID | None] | None:
    """Where to enrol somebody: a cohort decides its course. ``None`` for nowhere.

    Raises ``NotFound`` for a cohort of another institution, ``Refused("cohort-other-course")`` when the two do not fit.
    """
    if cohort is None:
        return (course, None) if course else None
    row = office.session.scalar(
        select(Cohort).where(Cohort.id == cohort, scope.inside(Cohort.institution_id, actor.paths("enrol")))
    )
    if row is None:
        raise NotFound("cohort")
    if course and course != row.course_id:
        raise Refused("cohort-other-course", field="cohort")
    return row.course_id, row.id


def account(office: Office, nominee: Nominee, institution: Institution) -> dict[str, Any]:
    """What the table holds of a new account; *nominee* is tidy."""
    return {
        "id": uuid7(),
        "institution_id": institution.id,
        "email": nominee.email,
        "name": nominee.name,
        "sort_name": fold_name(nominee.name),
        **filing.columns(nominee.name, nominee.surname, institution.country),
        "rank": nominee.rank,
        "service_number": nominee.service_number,
        "sex": nominee.sex,
        "language": nominee.language,
        "time_zone": ZONES.get(institution.country, "America/Panama"),
        "created_at": office.now(),
    }


def send_link(office: Office, person: Person, institution: str) -> str:
    """A new invitation for *person*: queued as a message in their language, and returned.

    Inside ``office.transaction()``.
    """
    token = accounts.issue_link(office, person, "invitation", accounts.INVITATION_LASTS)
    url = accounts.link_url(office, "invitation", token)
    subject, body = invitation(person.name, person.language, institution, url)
    notices.queue(office, person, f"link/{token_hash(token)}", subject, body)
    return url


def invitation(name: str, language: str, institution: str, url: str) -> tuple[str, str]:
    """Subject and text of the message that hands over the link *url*."""
    _ = translator(language)
    body = _(
        "Hello %(name)s,\n\n%(institution)s has opened an account for you on Paso Seguro, the training platform for "
        "border and migration officers.\n\nTo choose your password, open this address within %(days)s days:"
        "\n\n%(url)s\n\nIf you do not know what this is about, you need do nothing."
    ) % {"name": name, "institution": institution, "days": accounts.INVITATION_LASTS.days, "url": url}
    return _("Your account on Paso Seguro"), body


def invite_again(office: Office, actor: Actor, person_id: uuid.UUID) -> Invitation:
    """Send somebody who has not chosen a password yet a new link; earlier ones end.

    Raises ``NotFound``, ``Refused``: ``person-accepted`` (they choose a new password by themselves),
    ``person-disabled``, ``person-duties``.
    """
    with office.transaction():
        person = locked(office, actor, person_id)
        if person.password_hash:
            raise Refused("person-accepted")
        if not person.active:
            raise Refused("person-disabled")
        url = send_link(office, person, person.institution.name)
        audit.note(office, actor, "person.invite-again", str(person.id), {}, person.institution_id)
    return Invitation(person.id, person.name, url)


def locked(office: Office, actor: Actor, person_id: uuid.UUID) -> Person:
    """A person of the actor's institutions whose account the actor may change, locked. Inside ``office.transaction()``.

    Raises ``NotFound``, or ``Refused``: ``person-erased``, ``person-duties`` for one who does more here than learn.
    """
    person = in_scope(office, actor, person_id, lock=True)
    if person.erased_at is not None:
        raise Refused("person-erased")
    if not may_change(actor, person):
        raise Refused("person-duties")
    return person


def in_scope(office: Office, actor: Actor, person_id: uuid.UUID, lock: bool = False) -> Person:
    """A person of the actor's institutions. Raises ``NotFound``."""
    query = select(Person).where(Person.id == person_id, scope.inside(Person.institution_id, actor.paths("enrol")))
    if lock:
        query = query.with_for_update(of=Person).execution_options(populate_existing=True)
    person = office.session.scalar(query)
    if person is None:
        raise NotFound("person")
    return person
