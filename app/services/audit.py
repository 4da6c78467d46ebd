"""The audit log: who did what to what, in the transaction of the deed."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from app.records.audit import AuditEntry
from app.services.office import Actor, Office


def note(
    office: Office,
    actor: Actor | None,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    institution_id: uuid.UUID | None = None,
) -> None:
    """Write one entry. ``action`` is a verb phrase such as "roster.download"; ``subject`` names the thing by id.

    Call inside ``office.transaction()``, so that deed and entry appear together.
    """
    office.session.add(
        AuditEntry(
            at=office.now(),
            actor_id=actor.person_id if actor else None,
            institution_id=institution_id or (actor.institution_id if actor else None),
            action=action,
            subject=subject[:120],
            detail=detail or {},
        )
    )


def entries(office: Office, actor: Actor, *, action: str = "", page: int = 1, size: int = 50) -> tuple[list[AuditEntry], bool]:
    """The newest entries first, one page, and whether older ones follow. For administrators."""
    actor.paths("administer")
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if action:
        query = query.where(AuditEntry.action.startswith(action, autoescape=True))
    rows = list(office.session.scalars(query.offset((page - 1) * size).limit(size + 1)))
    return rows[:size], len(rows) > size
