"""Votes are counted by article and language from their index alone: the board asks for it at each look"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEW = "ix_article_vote_article_language_voted_on_answer"


def upgrade() -> None:
    op.create_index(NEW, "article_vote", ["article", "language", "voted_on", "answer"])
    op.drop_index("ix_article_vote_article", "article_vote")


def downgrade() -> None:
    op.create_index("ix_article_vote_article", "article_vote", ["article"])
    op.drop_index(NEW, "article_vote")
