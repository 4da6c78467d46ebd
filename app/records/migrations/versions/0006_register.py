"""register of certificates

Revision 0006, after 0005, 2026-11-29 12:30:00
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEGINNING = "0" * 64


def upgrade() -> None:
    entries = op.create_table(
        "register_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("serial", sa.String(length=20), nullable=False),
        sa.Column("facts_sha256", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("digest", name=op.f("uq_register_entry_digest")),
    )
    op.create_index(op.f("ix_register_entry_serial"), "register_entry", ["serial"])
    head = op.create_table(
        "register_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_head")),
    )
    with op.batch_alter_table("certificate") as table:
        table.add_column(sa.Column("revocation_asked_at", database.UtcDateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("revocation_asked_by", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_certificate_revocation_asked_by_person"), "person", ["revocation_asked_by"], ["id"]
        )
    rows = _history(op.get_bind())
    if rows:
        op.bulk_insert(entries, rows)
    last = rows[-1] if rows else {"number": 0, "digest": BEGINNING}
    op.bulk_insert(head, [{"id": 1, "number": last["number"], "digest": last["digest"]}])


def _history(connection):
    """What was issued before there was a register, in the order of time."""
    certificate = sa.table(
        "certificate",
        sa.column("id", sa.Uuid()),
        sa.column("serial"),
        sa.column("facts_sha256"),
        *(
            sa.column(name, database.UtcDateTime(timezone=True))
            for name in ("issued_at", "superseded_at", "revoked_at")
        ),
    )
    sheet = sa.table(
        "certificate_file",
        sa.column("certificate_id", sa.Uuid()),
        sa.column("form"),
        sa.column("sha256"),
        sa.column("made_at", database.UtcDateTime(timezone=True)),
    )
    events = []
    for row in connection.execute(sa.select(certificate)).mappings():
        for action, moment in (("issue", "issued_at"), ("replace", "superseded_at"), ("revoke", "revoked_at")):
            if row[moment]:
                events.append((row[moment], len(events), action, row["serial"], row["facts_sha256"], {}))
    query = sa.select(sheet, certificate.c.serial, certificate.c.facts_sha256).join(
        certificate, certificate.c.id == sheet.c.certificate_id
    )
    for row in connection.execute(query).mappings():
        detail = {"form": row["form"], "sha256": row["sha256"]}
        events.append((row["made_at"], len(events), "sheet", row["serial"], row["facts_sha256"], detail))
    rows, previous = [], BEGINNING
    for number, (at, _place, action, serial, facts_sha256, detail) in enumerate(sorted(events, key=lambda e: e[:2]), 1):
        content = {
            "number": number,
            "at": at.replace(microsecond=0).isoformat(),
            "action": action,
            "serial": serial,
            "facts_sha256": facts_sha256,
            "detail": detail,
            "previous": previous,
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        previous = hashlib.sha256(text.encode()).hexdigest()
        rows.append({**content, "at": at.replace(microsecond=0), "digest": previous})
    return rows


def downgrade() -> None:
    with op.batch_alter_table("certificate") as table:
        table.drop_constraint(op.f("fk_certificate_revocation_asked_by_person"), type_="foreignkey")
        table.drop_column("revocation_asked_by")
        table.drop_column("revocation_asked_at")
    op.drop_table("register_head")
    op.drop_table("register_entry")
