"""Evidence: which statements their dossier wants checked again"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("check", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("evidence") as batch:
        batch.alter_column("check", server_default=None)
    op.execute("DELETE FROM shipped_pack")  # the next start imports the pack anew, which tells of each statement


def downgrade() -> None:
    op.drop_column("evidence", "check")
