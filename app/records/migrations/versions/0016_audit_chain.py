"""the audit log as a chain, and who saw whom

Revision 0016, after 0015, 2026-11-29 22:00:00

A later migration that rebuilds audit_entry on SQLite loses the triggers: it has to make them again.
"""

import datetime as dt
import hashlib
import json
import secrets

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEGINNING = "0" * 64
PRIVATE = ("reason",)
"""what people wrote in their own words, in entries from before this"""
KEPT = (
    "id",
    "number",
    "at",
    "actor_id",
    "institution_id",
    "action",
    "subject",
    "private_sha256",
    "previous",
    "digest",
)


def upgrade() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    with op.batch_alter_table("audit_entry") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=True))
        table.add_column(sa.Column("private", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("salt", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("private_sha256", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("previous", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("digest", sa.String(length=64), nullable=True))
    number, digest = _chain(op.get_bind())
    op.bulk_insert(head, [{"id": 1, "number": number, "digest": digest}])
    with op.batch_alter_table("audit_entry") as table:
        for name, kind in (
            ("number", sa.Integer()),
            ("private_sha256", sa.String(length=64)),
            ("previous", sa.String(length=64)),
            ("digest", sa.String(length=64)),
        ):
            table.alter_column(name, existing_type=kind, nullable=False)
        table.create_unique_constraint(op.f("uq_audit_entry_number"), ["number"])
        table.create_index(op.f("ix_audit_entry_subject"), ["subject"])
    op.create_table(
        "sighting",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("at", database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["viewer_id"], ["person.id"], name=op.f("fk_sighting_viewer_id_person")),
        sa.PrimaryKeyConstraint("entry_id", "subject", name=op.f("pk_sighting")),
        sa.UniqueConstraint("viewer_id", "action", "subject", "day", "what", name="uq_sighting_day"),
    )
    op.create_index(op.f("ix_sighting_subject"), "sighting", ["subject", "at"])
    op.create_index(op.f("ix_sighting_at"), "sighting", ["at"])
    _guard()


def _chain(connection):
    """Chain what was written before, in the order of time; returns the number and the digest of the last."""
    entry = sa.table(
        "audit_entry",
        *(sa.column(name, sa.Uuid()) for name in ("id", "actor_id", "institution_id")),
        sa.column("at", database.UtcDateTime(timezone=True)),
        *(sa.column(name, sa.JSON(none_as_null=True)) for name in ("detail", "private")),
        *(sa.column(name) for name in ("number", "action", "subject", "salt", "private_sha256", "previous", "digest")),
    )
    change = (
        sa.update(entry)
        .where(entry.c.id == sa.bindparam("which"))
        .values(
            {
                name: sa.bindparam(f"new_{name}", type_=entry.c[name].type)
                for name in ("number", "detail", "private", "salt", "private_sha256", "previous", "digest")
            }
        )
    )
    number, previous, changes = 0, BEGINNING, []
    read = sa.select(*(entry.c[n] for n in ("id", "at", "actor_id", "institution_id", "action", "subject", "detail")))
    for row in connection.execute(read.order_by(entry.c.at, entry.c.id)).mappings().all():
        number += 1
        private = {key: value for key, value in row["detail"].items() if key in PRIVATE and value} or None
        detail = {key: value for key, value in row["detail"].items() if key not in PRIVATE}
        salt = secrets.token_hex(16) if private else None
        sealed = hashlib.sha256(salt.encode() + _canonical(private)).hexdigest() if private else ""
        content = {
            "number": number,
            "id": str(row["id"]),
            "at": row["at"].astimezone(dt.UTC).isoformat(),
            "actor": str(row["actor_id"] or ""),
            "institution": str(row["institution_id"] or ""),
            "action": row["action"],
            "subject": row["subject"],
            "detail": detail,
            "private": sealed,
            "previous": previous,
        }
        digest = hashlib.sha256(_canonical(content)).hexdigest()
        changes.append(
            {
                "which": row["id"],
                "new_number": number,
                "new_detail": detail,
                "new_private": private,
                "new_salt": salt,
                "new_private_sha256": sealed,
                "new_previous": previous,
                "new_digest": digest,
            }
        )
        previous = digest
    if changes:
        connection.execute(change, changes)
    return number, previous


def _canonical(content):
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _guard() -> None:
    """Refuse every change of an entry but the blanking of its private part."""
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in (*KEPT, "detail"))
        op.execute(
            "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN "
            "SELECT RAISE(ABORT, 'the audit log is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
            f"WHEN NOT (NEW.private IS NULL AND NEW.salt IS NULL AND {same}) BEGIN "
            "SELECT RAISE(ABORT, 'the audit log is only added to'); END"
        )
        return
    same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)
    op.execute(
        "CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND NEW.private IS NULL AND NEW.salt IS NULL AND {same} "
        "AND NEW.detail::text = OLD.detail::text THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'the audit log is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_guard()"
    )


def downgrade() -> None:
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON audit_entry"
    op.execute(f"DROP TRIGGER IF EXISTS audit_entry_no_update{on}")
    op.execute(f"DROP TRIGGER IF EXISTS audit_entry_no_delete{on}")
    if on:
        op.execute("DROP TRIGGER IF EXISTS audit_entry_no_truncate ON audit_entry")
        op.execute("DROP FUNCTION IF EXISTS audit_entry_guard()")
    op.drop_table("sighting")
    with op.batch_alter_table("audit_entry") as table:
        table.drop_index(op.f("ix_audit_entry_subject"))
        table.drop_constraint(op.f("uq_audit_entry_number"), type_="unique")
        for name in ("digest", "previous", "private_sha256", "salt", "private", "number"):
            table.drop_column(name)
    op.drop_table("audit_head")
