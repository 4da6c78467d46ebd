"""All tables, imported in one place: for migrations, and for whoever must be sure that every mapping is known."""

from __future__ import annotations

from app.records import (
    audit,
    certificates,
    cohorts,
    deadlines,
    editions,
    examining,
    exams,
    figures,
    imports,
    joining,
    learning,
    machines,
    notes,
    past,
    people,
    practicedays,
    privacy,
    register,
    searching,
    secondstep,
    surveys,
    telling,
)
from app.records.database import Base

TABLES = (
    audit,
    certificates,
    cohorts,
    deadlines,
    editions,
    examining,
    exams,
    figures,
    imports,
    joining,
    learning,
    machines,
    notes,
    past,
    people,
    practicedays,
    privacy,
    register,
    searching,
    secondstep,
    surveys,
    telling,
)
metadata = Base.metadata
