"""passages of editions, to be searched; services/searching.py fills them

Revision 0026, after 0025, 2026-11-30 07:00:00
"""

import sqlalchemy as sa
from alembic import op

from app.records import database

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_edition",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_search_edition_edition_id_edition"),
        sa.PrimaryKeyConstraint("edition_id", name="pk_search_edition"),
    )
    op.create_table(
        "search_passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("module", sa.String(length=80), nullable=False),
        sa.Column("lesson", sa.String(length=80), nullable=False),
        sa.Column("anchor", sa.String(length=120), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("countries", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_search_passage_edition_id_edition"),
        sa.PrimaryKeyConstraint("id", name="pk_search_passage"),
    )
    op.create_index("ix_search_passage_edition_id", "search_passage", ["edition_id"])
    if op.get_bind().dialect.name == "sqlite":
        # forms of words, folded already (rules/wordforms.py): nothing is left to fold
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(heading, text, tokenize = 'unicode61 remove_diacritics 0')"
        )
    else:
        op.create_table(
            "search_words",
            sa.Column("passage_id", sa.Integer(), nullable=False),
            sa.Column("words", sa.dialects.postgresql.TSVECTOR(), nullable=False),
            sa.ForeignKeyConstraint(
                ["passage_id"], ["search_passage.id"], name="fk_search_words_passage_id_search_passage"
            ),
            sa.PrimaryKeyConstraint("passage_id", name="pk_search_words"),
        )
        op.create_index("ix_search_words_words", "search_words", ["words"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("search_words")
    op.drop_table("search_passage")
    op.drop_table("search_edition")
