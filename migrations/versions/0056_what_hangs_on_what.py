"""The newest materials of a question or a topic are found in an index.

Revision ID: 0056
Revises: 0055
"""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_LINKS = (("material_question", "prompt_id"), ("material_topic", "topic_id"))


def upgrade() -> None:
    """Each index goes on to the material."""
    for table, column in _LINKS:
        op.create_index(op.f(f"ix_{table}_{column}_material_id"), table, [column, "material_id"])
        op.drop_index(op.f(f"ix_{table}_{column}"), table)


def downgrade() -> None:
    """As before."""
    for table, column in _LINKS:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
        op.drop_index(op.f(f"ix_{table}_{column}_material_id"), table)
