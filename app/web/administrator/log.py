"""The audit log, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.services import audit, auditchain, institutions, spreadsheets
from app.services.audit import LogQuery
from app.services.spreadsheets import Heading
from app.web import entrance
from app.web.administrator.entry import ROLES, door, page_number
from app.web.institutions import options
from app.web.kit.downloads import download
from app.web.kit.i18n import _, language, lazy, timezone, zone_name

MOST_FINDINGS = 50

DEEDS: dict[str, Any] = {
    "account.export": lazy("One’s own data downloaded"),
    "account.invitation": lazy("Invitation accepted"),
    "account.password": lazy("Password changed"),
    "account.view": lazy("Account and roles looked at"),
    "audit.export": lazy("Audit log downloaded"),
    "certificate.view": lazy("Certificate looked at"),
    "cohort.view": lazy("List of a cohort or course read"),
    "erasure.ask": lazy("Erasure asked for"),
    "erasure.decline": lazy("Erasure declined"),
    "erasure.take-back": lazy("Wish to be erased withdrawn"),
    "exam.view": lazy("Exam of an officer looked at"),
    "export.share": lazy("Sharing of an export recorded"),
    "links.download": lazy("Invitation links downloaded"),
    "people.export": lazy("List of people downloaded"),
    "people.view": lazy("List of people read"),
    "person.erase": lazy("Person erased"),
    "record.view": lazy("Record looked at"),
    "rescue.bring": lazy("Rescue file of an officer brought"),
    "roster.view": lazy("Roster read"),
    "sheet.view": lazy("Practical sheet looked at"),
    "account.sign-out-others": lazy("Other devices signed out"),
    "attendance.close": lazy("Attendance of a practice day signed"),
    "attendance.correct": lazy("Attendance corrected after it was signed"),
    "attendance.download": lazy("Attendance of a cohort downloaded"),
    "attendance.mark": lazy("Attendance of a practice day marked"),
    "attendance.walk-in": lazy("Officers added on a practice day"),
    "certificate.issue": lazy("Certificate issued"),
    "certificate.correct": lazy("Certificate corrected"),
    "certificate.ask-revoke": lazy("Revocation of a certificate asked for"),
    "certificate.decline-revoke": lazy("Revocation of a certificate declined"),
    "certificate.renew": lazy("Certificate renewed after a refresher"),
    "certificate.revoke": lazy("Certificate revoked"),
    "cohort.announce": lazy("Announcement to a cohort"),
    "cohort.announcement-edit": lazy("Announcement changed"),
    "cohort.announcement-withdraw": lazy("Announcement withdrawn"),
    "cohort.approve": lazy("Application for a cohort approved"),
    "cohort.ask": lazy("Asked to join a cohort"),
    "cohort.ask-withdraw": lazy("Application for a cohort withdrawn"),
    "cohort.deadlines": lazy("Deadlines of a cohort set"),
    "cohort.decline": lazy("Application for a cohort declined"),
    "cohort.download": lazy("Progress of a cohort downloaded"),
    "cohort.extend": lazy("Deadline extended for an officer"),
    "cohort.invite": lazy("Institution invited to a cohort"),
    "cohort.nominate": lazy("Nominated for a cohort"),
    "cohort.remind": lazy("Reminders of a cohort sent"),
    "cohort.reminder-cancel": lazy("Reminder of a cohort cancelled"),
    "cohort.reminder-restore": lazy("Reminder of a cohort restored"),
    "cohort.reminder-write": lazy("Reminder of a cohort written"),
    "cohort.uninvite": lazy("Invitation to a cohort ended"),
    "cohort.create": lazy("Cohort created"),
    "cohort.delete": lazy("Cohort deleted"),
    "cohort.edit": lazy("Cohort changed"),
    "course.create": lazy("Course created"),
    "day.cancel": lazy("Practice day cancelled"),
    "day.change": lazy("Practice day changed"),
    "day.plan": lazy("Practice day planned"),
    "demo.fill": lazy("Demonstration filled"),
    "draft.arrange": lazy("Pages of a draft arranged"),
    "draft.discard": lazy("Draft thrown away"),
    "draft.import": lazy("Questions imported into a draft"),
    "draft.make": lazy("Pages begun in a draft"),
    "draft.remove": lazy("Page removed from a draft"),
    "draft.save": lazy("Page of a draft saved"),
    "draft.upload": lazy("Files uploaded to a draft"),
    "edition.publish": lazy("Edition published"),
    "attempt.regrade": lazy("Attempt regraded upward"),
    "enrolment.add": lazy("Officer enrolled"),
    "enrolment.change": lazy("Enrolment changed"),
    "enrolment.complete": lazy("Course completed"),
    "enrolment.remove": lazy("Enrolment removed when a list was undone"),
    "enrolment.withdraw": lazy("Officer withdrawn"),
    "exam.appeal": lazy("Appeal against an exam"),
    "exam.appeal-answer": lazy("Appeal against an exam answered"),
    "exam.ruling": lazy("Question annulled, or another answer accepted"),
    "exam.ruling-applied": lazy("Earlier answers to a question regraded upward"),
    "exam.paper-cancel": lazy("Copy of an exam cancelled"),
    "exam.paper-confirm": lazy("First entry of an exam on paper confirmed"),
    "exam.paper-copy": lazy("Copy of an exam made"),
    "exam.paper-entry": lazy("Answers of an exam on paper entered"),
    "exam.paper-print": lazy("Copy of an exam printed"),
    "exam.paper-resolve": lazy("Differences between two entries decided"),
    "exam.plan": lazy("Remedial plan before the last exam recorded"),
    "exam.time-grant": lazy("Extra time for exams granted"),
    "exam.time-withdraw": lazy("Extra time for exams withdrawn"),
    "institution.add": lazy("Institution added"),
    "institution.change": lazy("Institution corrected"),
    "institution.close": lazy("Institution closed"),
    "institution.merge": lazy("Institution merged into another"),
    "institution.move": lazy("Institution moved"),
    "institution.reopen": lazy("Institution opened again"),
    "key.end": lazy("Key of a program ended"),
    "key.issue": lazy("Key for a program issued"),
    "key.read": lazy("Read by a program"),
    "notice.retry": lazy("Message tried again"),
    "people.import": lazy("List of people imported"),
    "people.import-discard": lazy("List of people thrown away"),
    "people.import-links": lazy("Invitation links of a list of people taken away"),
    "people.import-send": lazy("List of people sent"),
    "people.import-undo": lazy("List of people undone"),
    "progress.repair": lazy("Progress computed anew from its events"),
    "person.remove": lazy("Account removed when a list was undone"),
    "person.correct": lazy("Account corrected"),
    "person.deactivate": lazy("Account closed"),
    "person.invite": lazy("Person invited"),
    "person.invite-again": lazy("Person invited again"),
    "person.reactivate": lazy("Account opened again"),
    "practice.sign": lazy("Practice sheet signed"),
    "survey.download": lazy("Figures of a survey downloaded"),
    "role.give": lazy("Role given"),
    "role.grant": lazy("Role given by a command"),
    "role.revoke": lazy("Role taken back"),
    "roster.download": lazy("Roster downloaded"),
    "roster.sealed": lazy("Roster sealed"),
    "certificates.download": lazy("Certificates of a cohort downloaded"),
}
"""what the log says of each action; one that is not here is shown by its own name"""

PARTICULARS: dict[str, Any] = {
    "acronym": lazy("acronym"),
    "certificates": lazy("certificates"),
    "export": lazy("export"),
    "purpose": lazy("purpose"),
    "recipient": lazy("recipient"),
    "remarks": lazy("remarks"),
    "rows": lazy("rows"),
    "until": lazy("to be deleted by"),
    "attempt": lazy("attempt"),
    "code": lazy("code"),
    "cohort": lazy("cohort"),
    "cohorts": lazy("cohorts"),
    "count": lazy("count"),
    "country": lazy("country"),
    "decision": lazy("decision"),
    "differences": lazy("differences"),
    "edition": lazy("edition"),
    "entry": lazy("entry"),
    "passed": lazy("passed by it"),
    "question": lazy("question"),
    "risen": lazy("marks risen"),
    "course": lazy("course"),
    "fields": lazy("fields"),
    "format": lazy("format"),
    "held_on": lazy("date"),
    "filter": lazy("filter"),
    "institution": lazy("institution"),
    "into": lazy("into"),
    "institutions": lazy("institutions"),
    "language": lazy("language"),
    "people": lazy("people"),
    "key": lazy("key"),
    "read": lazy("what was read"),
    "days": lazy("days"),
    "kind": lazy("kind"),
    "name": lazy("name"),
    "minutes": lazy("minutes"),
    "number": lazy("number"),
    "parent": lazy("belongs to"),
    "path": lazy("path"),
    "percent": lazy("percent"),
    "reason": lazy("reason"),
    "role": lazy("role"),
    "to": lazy("now"),
}
VALUES: dict[str, Any] = {
    **ROLES,
    "completion": lazy("completion"),
    "participation": lazy("participation"),
    "report": lazy("Report on training to superiors or a ministry"),
    "planning": lazy("Planning of courses and postings"),
    "cooperation": lazy("Cooperation with a partner organisation"),
    "inspection": lazy("Inspection or audit"),
    "obligation": lazy("Legal obligation"),
    "other": lazy("something else"),
    "present": lazy("Present"),
    "late": lazy("Late"),
    "absent": lazy("Absent"),
    "excused": lazy("Excused"),
}


def deed(action: str) -> str:
    """An action in words."""
    return str(DEEDS.get(action, action))


def particulars(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an entry says besides, as (what, value); a change is shown as before → after."""
    return [
        (str(PARTICULARS.get(key, key)), _value(key, value))
        for key, value in detail.items()
        if key != "person" and value not in ("", {}, None)
    ]


def _value(key: str, value: Any) -> str:
    if key in ("role", "kind", "purpose", "to") and value in VALUES:
        return str(VALUES[value])
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list) and len(value) == 2 and not any(isinstance(part, list | dict) for part in value):
        return " → ".join(str(part) or "–" for part in value)
    if isinstance(value, dict):
        return "; ".join(f"{PARTICULARS.get(part, part)}: {_value(part, inner)}" for part, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_value("", part) for part in value)
    return str(value)


def spoken_of(page: audit.Page) -> dict[str, Callable[..., Any]]:
    """What a template needs to print entries of *page*."""
    return {"deed": deed, "particulars": particulars, "subject": lambda entry: subject_of(entry, page.names)}


def subject_of(entry: Any, names: Mapping[str, str]) -> str:
    """What an entry is about: the thing it names, or the person whom its private part names."""
    about = entry.subject or str((entry.private or {}).get("person", ""))
    return names.get(about, about)


@door.get("/audit", may="administer", endpoint="audit")
def log() -> str:
    """The log, by action, by person or thing, by institution, and by day in the reader's time zone."""
    office, who = entrance.office(), entrance.actor()
    known, tree = audit.actions(office, who), institutions.tree(office, who)
    wanted = _wanted(known, tree)
    found = audit.entries(office, who, wanted, page=page_number())
    first, last = _day("first"), _day("last")
    asked = {
        "text": wanted.text,
        "action": wanted.action,
        "institution": str(wanted.institution or ""),
        "first": first.isoformat() if first else "",
        "last": last.isoformat() if last else "",
    }
    return render_template(
        "administrator/audit.html",
        log=found,
        said=spoken_of(found),
        actions=sorted(((name, deed(name)) for name in known), key=lambda pair: pair[1].casefold()),
        institutions=options(tree),
        asked={name: value for name, value in asked.items() if value},
        head=auditchain.head(office),
        zone=zone_name(),
    )


def _wanted(known: Sequence[str], tree: Sequence[institutions.Node]) -> LogQuery:
    """What the address asks for; what does not exist is not asked for."""
    action, within = request.args.get("action", ""), request.args.get("institution", "")
    first, last = _day("first"), _day("last")
    return LogQuery(
        action if action in known else "",
        request.args.get("text", "").strip()[:120],
        _midnight(first) if first else None,
        _midnight(last + dt.timedelta(days=1)) if last else None,
        next((node.institution.id for node in tree if str(node.institution.id) == within), None),
    )


@door.get("/audit.csv", may="administer", endpoint="audit_csv")
def log_csv() -> ResponseReturnValue:
    """What the filters of the page ask for, as a file. It is noted in the log itself."""
    office, who = entrance.office(), entrance.actor()
    wanted = _wanted(audit.actions(office, who), institutions.tree(office, who))
    heads = [
        Heading(_("Number"), "whole"),
        Heading(f"{_('When')} (UTC)"),
        Heading(_("What")),
        Heading(_("Action")),
        Heading(_("Who")),
        Heading(_("About")),
        Heading(_("Particulars")),
        Heading(_("Digest")),
    ]
    body = spreadsheets.csv_stream(heads, _lines(audit.taken_away(office, who, wanted)))
    word = _("audit-log")
    name = f"paso-seguro-{word}-{office.now().date().isoformat()}.csv"
    return download(body, name, "text/csv", language())


def _lines(parts: Iterator[tuple[list[Any], dict[str, str]]]) -> Iterator[list[Any]]:
    for rows, names in parts:
        for entry in rows:
            yield [
                entry.number,
                entry.at.isoformat(" ", "seconds")[:19],
                deed(entry.action),
                entry.action,
                entry.actor.name if entry.actor else _("The platform"),
                subject_of(entry, names),
                "; ".join(f"{name}: {value}" for name, value in particulars(entry.told)),
                entry.digest,
            ]


@door.get("/audit/check", may="administer", endpoint="audit_check")
def log_check() -> str:
    """Whether the log is as it was written: the whole chain is computed again."""
    report = auditchain.check(entrance.office())
    return render_template("administrator/audit_check.html", report=report, most=MOST_FINDINGS)


def _day(name: str) -> dt.date | None:
    """A day of the address; what is no day, or beyond those that have a midnight everywhere, asks for nothing."""
    try:
        day = dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 1970 <= day.year <= 9000 else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), timezone())
