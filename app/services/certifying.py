"""Certificates: issued once, frozen, verified by anyone, corrected only by a new one."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import uuid
from dataclasses import dataclass, replace
from typing import Literal

from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.courseware.course import Course
from app.records.certificates import Certificate, CertificateFile
from app.records.editions import Edition
from app.records.learning import Enrolment
from app.records.people import Person
from app.rules import progress
from app.rules.errors import NotFound, Refused
from app.rules.permissions import within
from app.services import audit, badges, notices, register
from app.services.office import Actor, Office
from app.services.wording import translator
from certificates import drawing, facts, fonts, serial, signing, token
from certificates.facts import Facts, FactsRefused

LANGUAGES: dict[str, tuple[facts.Language, ...]] = {"en": ("en",), "es": ("es",), "both": ("es", "en")}
PAPERS = ("a4", "letter")
FORM_YEAR = 2026

Kind = Literal["participation", "completion"]


def issue(office: Office, enrolment: Enrolment, course: Course, kind: Kind) -> Certificate:
    """The certificate of *kind* for an enrolment: made now, or the one there is.

    Call inside ``office.transaction()`` with the enrolment locked; unique per enrolment, kind and issue, so a second
    completion, however simultaneous, is the same certificate. Raises ``Refused`` with the code of what cannot be
    printed.
    """
    known = _current(office, enrolment.id, kind)
    if known is not None:
        return known
    person = office.session.get_one(Person, enrolment.person_id)
    edition = office.session.get_one(Edition, enrolment.edition_id)
    stated = _facts(office, enrolment, course, edition, person, kind)
    row = keep(office, enrolment, stated, issue_number=1)
    audit.note(office, None, "certificate.issue", row.serial, {"kind": kind}, enrolment.institution_id)
    _ = translator(person.language)
    title = stated.course["en" if person.language == "en" else "es"]
    body = _(
        "Hello %(name)s,\n\nYour certificate for the course “%(course)s” has been issued. Its code is %(code)s.\n\n"
        "You can download it here:\n\n%(url)s"
    ) % {
        "name": person.name,
        "course": title,
        "code": row.serial,
        "url": f"{office.settings.public_url}/learn/certificates/",
    }
    notices.queue(office, person, f"certificate/{row.serial}", _("Your Paso Seguro certificate"), body)
    return row


def ask_participation(office: Office, actor: Actor, course_id: str, course: Course) -> Certificate:
    """The actor's certificate of participation. Raises ``NotFound``, or ``Refused("participation-early")``."""
    with office.transaction():
        enrolment = office.session.scalar(
            select(Enrolment)
            .where(Enrolment.person_id == actor.person_id, Enrolment.course_id == course_id)
            .with_for_update()
        )
        if enrolment is None or "participation" not in course.certificate.kinds:
            raise NotFound("enrolment")
        if not progress.participated(course, progress.from_json(enrolment.progress)):
            raise Refused("participation-early")
        return issue(office, enrolment, course, "participation")


def _facts(office: Office, enrolment: Enrolment, course: Course, edition: Edition, person: Person, kind: Kind) -> Facts:
    state = progress.from_json(enrolment.progress)
    lessons = sum(len(module.lessons) for module in course.modules)
    done = sum(progress.lessons_done(module, state) for module in course.modules)
    if kind == "completion":
        online, in_person = course.hours.online, course.hours.practice + course.hours.final
    else:  # no hours that were not done
        online, in_person = float(math.floor(course.hours.online * done / max(1, lessons))), 0.0
    today = office.now().date()
    completed = (enrolment.completed_at or office.now()).date()
    months = course.certificate.valid_months if kind == "completion" else 0
    country = enrolment.institution.country
    names = {language: Locale.parse(language).territories.get(country, country) for language in ("en", "es")}
    try:
        return Facts(
            serial=new_serial(office),
            kind=kind,
            name=person.name,
            rank=person.rank,
            institution=enrolment.institution.name,
            country=facts.Words.of(names),
            course_code=course.code,
            course=facts.Words.of({language: page.title for language, page in course.pages.items()}),
            hours_total=online + in_person,
            hours_online=online,
            hours_in_person=in_person,
            modules=len(course.modules),
            practices=sum(1 for module in course.modules if module.practice) if kind == "completion" else 0,
            final_exam=kind == "completion" and course.completion.exam is not None and bool(course.exam),
            completed=completed,
            issued=today,
            place=office.settings.place,
            expires=add_months(completed, months) if months else None,
            issuer=facts.Words.of(office.settings.issuer),
            signers=tuple(facts.Signer(name, facts.Words.of(role)) for name, role in office.settings.signers),
            language="en" if person.language == "en" else "es",
            form_year=FORM_YEAR,
            edition=facts.Edition(edition.number, edition.digest),
        )
    except FactsRefused as no:
        raise Refused(f"certificate-{no.code}", **no.values) from no


def new_serial(office: Office) -> serial.Serial:
    """60 random bits: a clash is not to be expected, and is looked for all the same."""
    while True:
        code = serial.new()
        if office.session.scalar(select(Certificate.id).where(Certificate.serial == code)) is None:
            return code


def keep(office: Office, enrolment: Enrolment, stated: Facts, issue_number: int) -> Certificate:
    """Enter a certificate with these facts, and make its first sheet. Call inside ``office.transaction()``."""
    text = facts.to_json(stated)
    row = Certificate(
        serial=stated.serial,
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        institution_id=enrolment.institution_id,
        course_id=enrolment.course_id,
        kind=stated.kind,
        issue=issue_number,
        facts=text,
        facts_sha256=facts.digest(stated),
        status_index=badges.new_index(office),
        issued_at=office.now(),
        expires_on=stated.expires,
    )
    office.session.add(row)
    office.session.flush()
    register.enter(office, "issue", row.serial, row.facts_sha256, {"kind": row.kind, "issue": issue_number})
    _make(office, row, stated, stated.language, "letter")
    return row


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day *months* later, or the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day.day, last))


def _current(office: Office, enrolment_id: uuid.UUID, kind: str) -> Certificate | None:
    return office.session.scalar(
        select(Certificate)
        .where(Certificate.enrolment_id == enrolment_id, Certificate.kind == kind, Certificate.superseded_at.is_(None))
        .order_by(Certificate.issue.desc())
    )


# Reading --------------------------------------------------------------------------------------------------------------


State = Literal["valid", "expired", "replaced", "revoked"]


@dataclass(frozen=True)
class Held:
    """A certificate as its holder, or their coordinator, sees it."""

    row: Certificate
    facts: Facts
    state: State


def state_of(row: Certificate, today: dt.date) -> State:
    """What a certificate is worth on *today*. Revoked outweighs replaced, replaced outweighs expired."""
    if row.revoked_at is not None:
        return "revoked"
    if row.superseded_at is not None:
        return "replaced"
    return "expired" if row.expires_on is not None and row.expires_on < today else "valid"


def held(office: Office, row: Certificate) -> Held:
    """A row with its facts and what it is worth now. The caller has checked the scope."""
    return Held(row, facts.from_json(row.facts), state_of(row, office.now().date()))


def mine(office: Office, actor: Actor) -> list[Held]:
    """The actor's certificates, the newest first."""
    rows = office.session.scalars(
        select(Certificate)
        .where(Certificate.person_id == actor.person_id, Certificate.erased_at.is_(None))
        .order_by(Certificate.issued_at.desc())
    )
    return [held(office, row) for row in rows]


def find(office: Office, actor: Actor, code: str) -> Held:
    """One certificate by its code, for its holder, their coordinators and administrators. Raises ``NotFound``."""
    return held(office, for_actor(office, actor, code))


def of_enrolment(office: Office, enrolment_id: uuid.UUID) -> list[Held]:
    """The certificates of an enrolment, the newest first. The caller has checked the scope."""
    rows = office.session.scalars(
        select(Certificate)
        .where(Certificate.enrolment_id == enrolment_id, Certificate.erased_at.is_(None))
        .order_by(Certificate.issued_at.desc())
    )
    return [held(office, row) for row in rows]


def pdf(office: Office, actor: Actor, code: str, languages: str, paper: str) -> tuple[bytes, str]:
    """The stored bytes of one form of a certificate, and a file name for them.

    *languages* is "en", "es" or "both" (the holder's language first), *paper* "a4" or "letter". Each form is drawn
    once, from the frozen facts, and kept. Only the holder, their coordinators and administrators may: anything else is
    ``NotFound``.
    """
    if languages not in LANGUAGES or paper not in PAPERS:
        raise NotFound("form")
    row = for_actor(office, actor, code)
    form = f"{languages}-{paper}"
    stored = office.session.get(CertificateFile, (row.id, form))
    if stored is None:
        stated = facts.from_json(row.facts)
        with office.transaction():
            row = office.session.scalars(select(Certificate).where(Certificate.id == row.id).with_for_update()).one()
            stored = office.session.get(CertificateFile, (row.id, form)) or _make(office, row, stated, languages, paper)
    return stored.content, f"paso-seguro-{row.serial}-{form}.pdf"


def credential(office: Office, actor: Actor, code: str) -> tuple[bytes, str]:
    """The badge of a certificate (Open Badges 3.0), and a file name for it. For whom :func:`pdf` is.

    Raises ``NotFound``, ``Refused("certificate-keys-missing")``.
    """
    row = for_actor(office, actor, code)
    content = badges.stored(office, row)
    if content is None:  # issued before there were badges
        with office.transaction():
            row = office.session.scalars(select(Certificate).where(Certificate.id == row.id).with_for_update()).one()
            content = badges.made(office, row, facts.from_json(row.facts))
    return content, f"paso-seguro-{row.serial}.json"


def _make(office: Office, row: Certificate, stated: Facts, languages: str, paper: str) -> CertificateFile:
    keys = office.settings.keys
    if keys is None:
        raise Refused("certificate-keys-missing")
    # the recipient's language comes first on a sheet in both
    inside = [badges.attachment(office, row, stated)]
    digits = token.encode(stated, keys.signing)
    verify = f"{office.settings.public_url}/verify"
    sheet = drawing.render(stated, LANGUAGES[languages], paper, verify, digits, attachments=inside)
    content = signing.sign(sheet, keys.signing)
    stored = CertificateFile(
        certificate_id=row.id,
        form=f"{languages}-{paper}",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=office.now(),
    )
    office.session.add(stored)
    register.enter(office, "sheet", row.serial, row.facts_sha256, {"form": stored.form, "sha256": stored.sha256})
    return stored


def for_actor(office: Office, actor: Actor, code: str) -> Certificate:
    """The row of *code*, for its holder, their coordinators and administrators. Raises ``NotFound``, also for one that was
    erased."""
    try:
        wanted = serial.parse(code)
    except serial.SerialMistyped:
        raise NotFound("certificate") from None
    row = office.session.scalar(
        select(Certificate)
        .where(Certificate.serial == wanted, Certificate.erased_at.is_(None))
        .options(joinedload(Certificate.enrolment).joinedload(Enrolment.institution))
    )
    if row is None:
        raise NotFound("certificate")
    if row.person_id != actor.person_id:
        roots = actor.paths("read roster") if actor.may("read roster") else ()
        if not within(row.enrolment.institution.path, roots):
            raise NotFound("certificate")
    return row


def unprintable(text: str) -> str:
    """The name of the first letter of *text* that no certificate can print, or "". Asked where names are entered."""
    missing = fonts.missing(text)
    return fonts.letter_name(missing[0]) if missing else ""


def canonical(text: str) -> str:
    """*text* as certificate codes are written, or (typed wrongly) as it is, tidied: for the address of the answer.

    The whole address on the paper will do as well.
    """
    _before, address, after = text.rpartition("/verify/")
    text = after.partition("?")[0] if address else text
    try:
        return serial.parse(text)
    except serial.SerialMistyped:
        return "-".join(text.replace("/", " ").upper().split()).strip(".-")[:60]


@dataclass(frozen=True)
class Verdict:
    """The answer to a code. ``facts`` only where the paper itself is still good to show: valid, expired.

    ``withdrawn``: issued, and its content removed at its holder's wish. ``unknown``: well formed, never issued.
    ``mistyped``: the check symbols do not fit; ``suggestion`` is the likely code.
    """

    outcome: Literal["valid", "expired", "replaced", "revoked", "withdrawn", "unknown", "mistyped"]
    code: str = ""
    facts: Facts | None = None
    on: dt.date | None = None
    """when it was replaced, revoked or withdrawn"""
    suggestion: str = ""


def verify(office: Office, text: str) -> Verdict:
    """What the certificate named by *text* (typed or scanned) is worth today; shows no more than the paper."""
    try:
        code = serial.parse(text)
    except serial.SerialMistyped as slip:
        return Verdict("mistyped", text, suggestion=str(slip.suggestion or ""))
    row = office.session.scalar(select(Certificate).where(Certificate.serial == code))
    if row is None:
        return Verdict("unknown", code)
    state = state_of(row, office.now().date())
    if row.erased_at is not None and row.revoked_at is None and row.superseded_at is None:
        return Verdict("withdrawn", code, on=row.erased_at.date())
    changed = row.revoked_at or row.superseded_at
    shown = facts.from_json(row.facts) if state in ("valid", "expired") else None
    return Verdict(state, code, shown, changed.date() if changed else None)


def correct(office: Office, actor: Actor, code: str) -> Certificate:
    """Issue a certificate with the holder's name and rank as they stand now; it replaces the one named by *code*.

    Everything else it states stays as it was: what was learned has not changed. Nothing is edited. For administrators.
    Raises ``NotFound``, and ``Refused``: ``correction-needless`` (nothing differs), ``certificate-over`` (replaced or
    revoked already), or what cannot be printed.
    """
    actor.paths("administer")
    with office.transaction():
        old = for_actor(office, actor, code)
        old = office.session.scalars(select(Certificate).where(Certificate.id == old.id).with_for_update()).one()
        if old.revoked_at is not None or old.superseded_at is not None:
            raise Refused("certificate-over")
        stated = facts.from_json(old.facts)
        person = office.session.get_one(Person, old.person_id)
        if (person.name, person.rank) == (stated.name, stated.rank):
            raise Refused("correction-needless")
        enrolment = office.session.get_one(Enrolment, old.enrolment_id)
        try:
            corrected = replace(
                stated, serial=new_serial(office), name=person.name, rank=person.rank, issued=office.now().date()
            )
        except FactsRefused as no:
            raise Refused(f"certificate-{no.code}", **no.values) from no
        row = keep(office, enrolment, corrected, issue_number=old.issue + 1)
        old.superseded_at = office.now()
        register.enter(office, "replace", old.serial, old.facts_sha256, {"by": row.serial})
        audit.note(office, actor, "certificate.correct", row.serial, {"replaces": old.serial}, old.institution_id)
        return row
