"""Telegram on your desk: a strict stand-in for the Bot API, and a phone page. Imports nothing of ours."""
