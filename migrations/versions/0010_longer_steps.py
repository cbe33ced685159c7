"""Where a chat stands may be longer: five results go along, and a slug may have 40 letters"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SHORT, LONG = sa.String(length=255), sa.String(length=512)


def upgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.alter_column("step", existing_type=SHORT, type_=LONG, existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.alter_column("step", existing_type=LONG, type_=SHORT, existing_nullable=False)
