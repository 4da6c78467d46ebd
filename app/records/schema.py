"""All tables, imported in one place: for migrations, and for whoever must be sure that every mapping is known."""

from __future__ import annotations

from app.records import (
    audit,
    certificates,
    cohorts,
    editions,
    examining,
    exams,
    learning,
    machines,
    people,
    privacy,
    register,
)
from app.records.database import Base

TABLES = (audit, certificates, cohorts, editions, examining, exams, learning, machines, people, privacy, register)
metadata = Base.metadata
