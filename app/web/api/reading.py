"""What programs read."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from app.services import certifying, cohorts, figures, people, rosters, scope
from app.services.rosters import Reader, RosterQuery
from app.web import entrance
from app.web.api.entry import door, machine, note
from app.web.kit.i18n import _, language


def _list(items: list[dict[str, Any]]) -> Response:
    return jsonify({"items": items, "count": len(items)})


@door.get("/me", may="read by machine")
def me() -> Response:
    """The key: what it is for, over which institution, until when."""
    program = machine()
    return jsonify(
        {
            "name": program.name,
            "institution": {"id": str(program.actor.institution_id), "name": program.actor.institution_name},
            "expires_at": program.expires_at.isoformat(),
        }
    )


@door.get("/institutions", may="read by machine")
def institutions() -> Response:
    """The institution and all below it, each after the one that it belongs to."""
    program = note("institutions")
    return _list(
        [
            {
                "id": str(row.id),
                "parent": str(row.parent_id) if row.id != program.actor.institution_id and row.parent_id else None,
                "name": row.name,
                "language": row.language,
                "acronym": row.acronym,
                "country": row.country,
                "kind": row.kind,
                "open": row.closed_at is None,
            }
            for row in scope.institutions(entrance.office(), program.actor)
        ]
    )


@door.get("/courses", may="read by machine")
def courses() -> Response:
    """The courses that officers can be enrolled in."""
    note("courses")
    found = people.courses(entrance.office())
    return _list([{"id": row.id, "title": {"en": row.title_en, "es": row.title_es}} for row in found])


@door.get("/cohorts", may="read by machine")
def cohort_list() -> Response:
    """The cohorts of the institution and all below it, the latest first."""
    program = note("cohorts")
    return _list(
        [
            {
                "id": str(line.cohort.id),
                "name": line.cohort.name,
                "course": line.cohort.course_id,
                "institution": str(line.cohort.institution_id),
                "starts_on": line.cohort.starts_on.isoformat(),
                "ends_on": line.cohort.ends_on.isoformat(),
                "state": line.state,
                "officers": line.officers,
                "started": line.started,
                "completed": line.completed,
            }
            for line in cohorts.listing(entrance.office(), program.actor)
        ]
    )


@door.get("/roster", may="read by machine")
def roster() -> Response:
    """The roster, as the page for people has it: the same filters, codes instead of words, sent as it is read."""
    query = RosterQuery.parse(request.args)
    program = note("roster", query.asked)
    office = entrance.office()
    reader = Reader.of(office, program.actor, language(), _, True)
    body = rosters.json_file(office, program.actor, query, reader)
    return Response(body, mimetype="application/json")


@door.get("/figures", may="read by machine")
def sums() -> Response:
    """How many are enrolled, on their way, done; the filters of the roster hold."""
    query = RosterQuery.parse(request.args)
    program = note("figures", query.asked)
    tally = figures.figures(entrance.office(), program.actor, query).tally
    return jsonify(
        {
            "officers": figures.officers(entrance.office(), program.actor, query),
            "enrolled": tally.enrolled,
            "not_started": tally.not_started,
            "active": tally.active,
            "completed": tally.completed,
            "withdrawn": tally.withdrawn,
            "active_lately": tally.lately,
            "behind": tally.behind,
            "certificates": {"valid": tally.valid, "expiring": tally.expiring},
        }
    )


@door.get("/certificates/<code>", may="read by machine")
def certificate(code: str) -> Response:
    """A certificate issued under the institution: what it states, and what it is worth today."""
    program = note("certificate")
    held = certifying.find(entrance.office(), program.actor, code)
    return jsonify(
        {
            "code": held.row.serial,
            "state": held.state,
            "kind": held.row.kind,
            "name": held.facts.name,
            "course": held.facts.course,
            "issued_at": held.row.issued_at.isoformat(),
            "expires_on": held.row.expires_on.isoformat() if held.row.expires_on else None,
        }
    )
