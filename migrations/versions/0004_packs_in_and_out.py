"""Packs in and out: the languages that a form lacks, and which shipped pack was found last"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shipped_pack",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipped_pack")),
    )
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.add_column(sa.Column("missing", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.drop_column("missing")
    op.drop_table("shipped_pack")
