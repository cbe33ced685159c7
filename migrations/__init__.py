"""Alembic's migrations: one file a change, on SQLite and PostgreSQL alike."""
