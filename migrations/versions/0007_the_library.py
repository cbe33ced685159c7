"""The library: paths through it, self-checks, and which steps of a path somebody has ticked off"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "path",
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stage", name=op.f("pk_path")),
    )
    op.create_table(
        "self_check",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_self_check")),
    )
    op.create_table(
        "step_done",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("article", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_step_done_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "article", name=op.f("pk_step_done")),
    )


def downgrade() -> None:
    op.drop_table("step_done")
    op.drop_table("self_check")
    op.drop_table("path")
