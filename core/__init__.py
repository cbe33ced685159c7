"""Mechanisms without a business word: settings, database, outbox, messages, languages, logs."""
