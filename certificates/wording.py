"""The fixed sentences of certificates, in English and Spanish, by the year of their form.

This is legal text, not interface text: it was agreed once, changes only with a new form year, and a form that was ever
used stays here, so that an old certificate can be drawn again as it was. English and Spanish say the same; neither is a
translation to be improved alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from certificates.facts import Facts, Kind, Language

MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip

NUMBERS: dict[Language, tuple[str, ...]] = {
    "en": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
           "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
    "es": ("dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece",
           "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte"),
}  # fmt: skip
"""from two to twenty; one is written out in each form, where its gender is known"""

OneMany: TypeAlias = tuple[str, str]
"""a phrase for one and for several"""


class FormUnknown(LookupError):
    """There is no form of this year."""


@dataclass(frozen=True)
class Form:
    """One language of one year's form. ``{}`` marks where a fact goes."""

    title: dict[Kind, str]
    certifies: str
    done: dict[Kind, str]
    hours: OneMany
    split: OneMany
    """hours online, hours in person; one or many of the latter"""
    online: OneMany
    in_person: OneMany
    modules: OneMany
    exam: str
    practices: OneMany
    lasting: str
    last: str
    """the word before the last part of an enumeration"""
    no_assessment: str
    completed: dict[Kind, str]
    issued: str
    issued_at: str
    refreshed: str
    valid_until: str
    no_power: str
    course: str
    verify: str
    scan: str
    number: str
    seal: str
    """read aloud for the seal"""
    code: str
    """read aloud for the square code; ``{}`` is the certificate's own"""
    signed: str
    """the name of the digital signature; ``{}`` is who signs"""


FORMS: dict[int, dict[Language, Form]] = {
    2026: {
        "en": Form(
            title={"completion": "CERTIFICATE OF COMPLETION", "participation": "CERTIFICATE OF PARTICIPATION"},
            certifies="This certifies that",
            done={
                "completion": "has completed and passed the regional course",
                "participation": "took part in {} of the regional course",
            },
            hours=("{} hour", "{} hours"),
            split=("({} online, {} in person)", "({} online, {} in person)"),
            online=("{} hour online", "{} hours online"),
            in_person=("{} hour in person", "{} hours in person"),
            modules=("one module", "{} modules"),
            exam="final examination",
            practices=("one supervised practical competency", "{} supervised practical competencies"),
            lasting="{}",
            last="and",
            no_assessment="It does not attest to assessment.",
            completed={"completion": "Completed on {}", "participation": "Attendance until {}"},
            issued="Issued on {}",
            issued_at="Issued in {} on {}",
            refreshed="Refresher on {}",
            valid_until="Valid for refresher purposes until {}",
            no_power="This certificate records training; it grants no rank or legal power.",
            course="Course {}, edition {}",
            verify="Verify this certificate",
            scan="Scan the code, or enter the number at",
            number="No.",
            seal="Seal of {}",
            code="QR code to verify certificate {}; a device that scans it needs no connection to read the facts",
            signed="Digital signature of {}",
        ),
        "es": Form(
            title={"completion": "CERTIFICADO DE APROBACIÓN", "participation": "CERTIFICADO DE PARTICIPACIÓN"},
            certifies="Se certifica que",
            done={
                "completion": "completó y aprobó el curso regional",
                "participation": "participó en {} del curso regional",
            },
            hours=("{} hora", "{} horas"),
            split=("({} en línea y {} presencial)", "({} en línea y {} presenciales)"),
            online=("{} hora en línea", "{} horas en línea"),
            in_person=("{} hora presencial", "{} horas presenciales"),
            modules=("un módulo", "{} módulos"),
            exam="examen final",
            practices=("una competencia práctica supervisada", "{} competencias prácticas supervisadas"),
            lasting="con una duración de {}",
            last="y",
            no_assessment="No acredita evaluación.",
            completed={"completion": "Concluido el {}", "participation": "Participación hasta el {}"},
            issued="Dado el {}",
            issued_at="Dado en {}, el {}",
            refreshed="Actualización el {}",
            valid_until="Vigente, a efectos de actualización, hasta el {}",
            no_power="Este certificado acredita formación; no confiere grado ni atribución legal.",
            course="Curso {}, edición {}",
            verify="Verifique este certificado",
            scan="Escanee el código o escriba el número en",
            number="N.º",
            seal="Sello de {}",
            code="Código QR para verificar el certificado {}; el dispositivo que lo escanea lee los datos sin conexión",
            signed="Firma digital de {}",
        ),
    }
}


@dataclass(frozen=True)
class Sentences:
    """What a certificate says in one language, in the order in which the page shows it."""

    language: Language
    issuer: str
    title: str
    certifies: str
    rank: str
    name: str
    institution: str
    country: str
    done: str
    course: str
    basis: str
    content: str
    dates: str
    conditions: str
    verify: str
    scan: str
    number: str
    seal: str
    code: str
    signed: str


def compose(facts: Facts, language: Language) -> Sentences:
    """The facts in the sentences of their form. Raises :class:`FormUnknown`."""
    if facts.form_year not in FORMS:
        raise FormUnknown(f"there is no certificate form of {facts.form_year}")
    form = FORMS[facts.form_year][language]
    return Sentences(
        language=language,
        issuer=facts.issuer[language],
        title=form.title[facts.kind],
        certifies=form.certifies,
        rank=facts.rank,
        name=facts.name,
        institution=facts.institution,
        country=facts.country[language],
        done=form.done[facts.kind].format(_counted(form.hours, facts.hours_total)),
        course=facts.course[language],
        basis=facts.course_basis[language],
        content=_content(facts, form, language),
        dates="  ·  ".join(_dates(facts, form, language)),
        conditions="  ·  ".join((form.no_power, form.course.format(facts.course_code, facts.edition.number))),
        verify=form.verify,
        scan=form.scan,
        number=f"{form.number} {facts.serial}",
        seal=form.seal.format(facts.issuer[language]),
        code=form.code.format(facts.serial),
        signed=form.signed.format(facts.issuer[language]),
    )


def long_date(day: date, language: Language) -> str:
    """``5 March 2026``, ``5 de marzo de 2026``: a month in words cannot be mistaken for a day."""
    month = MONTHS[language][day.month - 1]
    return f"{day.day} {month} {day.year}" if language == "en" else f"{day.day} de {month} de {day.year}"


def hours(value: float) -> str:
    """``64``, ``1.5``: our region writes a decimal point in both languages."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _content(facts: Facts, form: Form, language: Language) -> str:
    """What the course consisted of; for a participation, that it was not assessed."""
    if facts.kind == "participation":
        return form.no_assessment
    parts = [_duration(facts, form)]
    if facts.modules:
        parts.append(_in_words(form.modules, facts.modules, language))
    if facts.final_exam:
        parts.append(form.exam)
    if facts.practices:
        parts.append(_in_words(form.practices, facts.practices, language))
    return form.lasting.format(_enumerated(parts, form.last))


def _duration(facts: Facts, form: Form) -> str:
    if not facts.hours_in_person:
        return _counted(form.online, facts.hours_online)
    if not facts.hours_online:
        return _counted(form.in_person, facts.hours_in_person)
    split = form.split[facts.hours_in_person != 1].format(hours(facts.hours_online), hours(facts.hours_in_person))
    return f"{_counted(form.hours, facts.hours_total)} {split}"


def _dates(facts: Facts, form: Form, language: Language) -> list[str]:
    issued = long_date(facts.issued, language)
    dates = [
        form.completed[facts.kind].format(long_date(facts.completed, language)),
        form.issued_at.format(facts.place, issued) if facts.place else form.issued.format(issued),
    ]
    if facts.refreshed:
        dates.insert(1, form.refreshed.format(long_date(facts.refreshed, language)))
    if facts.expires:
        dates.append(form.valid_until.format(long_date(facts.expires, language)))
    return dates


def _counted(phrase: OneMany, value: float) -> str:
    return phrase[value != 1].format(hours(value))


def _in_words(phrase: OneMany, count: int, language: Language) -> str:
    words = NUMBERS[language]
    return phrase[count != 1].format(words[count - 2] if 2 <= count < len(words) + 2 else count)


def _enumerated(parts: list[str], last: str) -> str:
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
