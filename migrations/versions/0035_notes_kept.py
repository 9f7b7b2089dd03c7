"""Notes to oneself are kept for a time as well.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OLD = ("answers", "drafts", "hours", "invitations")
_NEW = (*_OLD, "notes")


def upgrade() -> None:
    """Admit the kind."""
    _admit(_OLD, _NEW)


def downgrade() -> None:
    """What is said of notes goes: they are kept for good again."""
    for table in ("keeping", "removal"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'notes'")
    _admit(_NEW, _OLD)


def _admit(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    for table in (_keeping(before), _removal(before)):
        name = op.f(f"ck_{table.name}_kind")
        with op.batch_alter_table(table.name, copy_from=table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"kind IN {after}")


def _keeping(kinds: tuple[str, ...]) -> sa.Table:
    return sa.Table(
        "keeping",
        sa.MetaData(),
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.CheckConstraint("months >= 0", name=op.f("ck_keeping_not_before")),
        *_alike("keeping", kinds),
        sa.PrimaryKeyConstraint("cohort_id", "kind", name=op.f("pk_keeping")),
    )


def _removal(kinds: tuple[str, ...]) -> sa.Table:
    table = sa.Table(
        "removal",
        sa.MetaData(),
        sa.Column("id", _ID, nullable=False),
        sa.Column("cohort_id", _ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("removed", sa.Integer(), nullable=False),
        *_alike("removal", kinds),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal")),
    )
    still_open = sa.text("done_at IS NULL")
    sa.Index(op.f("ix_removal_due_at"), table.c.due_at)
    sa.Index(
        "uq_removal_open",
        table.c.cohort_id,
        table.c.kind,
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    return table


def _alike(name: str, kinds: tuple[str, ...]) -> tuple[sa.Constraint, ...]:
    return (
        sa.CheckConstraint(f"kind IN {kinds}", name=op.f(f"ck_{name}_kind")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f(f"fk_{name}_cohort_id_cohort"), ondelete="CASCADE"
        ),
    )
