"""status index: where each certificate stands in the lists of revoked badges

Revision 0009, after 0008, 2026-11-29 13:20:00
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LIST_SIZE = 131_072


def upgrade() -> None:
    with op.batch_alter_table("certificate") as table:
        table.add_column(sa.Column("status_index", sa.Integer(), nullable=True))
    certificate = sa.table("certificate", sa.column("id", sa.Uuid()), sa.column("status_index", sa.Integer()))
    connection = op.get_bind()
    ids = connection.scalars(sa.select(certificate.c.id)).all()
    # Drawn by lot, as new ones are: a place says nothing of who was certified before whom. Half of a list stays free.
    lists = -(-len(ids) * 2 // LIST_SIZE)
    places = secrets.SystemRandom().sample(range(lists * LIST_SIZE), len(ids))
    if ids:
        connection.execute(
            sa.update(certificate)
            .where(certificate.c.id == sa.bindparam("of"))
            .values(status_index=sa.bindparam("at")),
            [{"of": id, "at": place} for id, place in zip(ids, places, strict=True)],
        )
    with op.batch_alter_table("certificate") as table:
        table.alter_column("status_index", existing_type=sa.Integer(), nullable=False)
        table.create_unique_constraint(op.f("uq_certificate_status_index"), ["status_index"])
    withdrawn = sa.text("revoked_at IS NOT NULL OR superseded_at IS NOT NULL")
    op.create_index(
        "ix_certificate_withdrawn",
        "certificate",
        ["status_index"],
        sqlite_where=withdrawn,
        postgresql_where=withdrawn,
    )


def downgrade() -> None:
    op.drop_index("ix_certificate_withdrawn", table_name="certificate")
    with op.batch_alter_table("certificate") as table:
        table.drop_constraint(op.f("uq_certificate_status_index"), type_="unique")
        table.drop_column("status_index")
