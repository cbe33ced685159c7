"""Everything that knows Telegram's Bot API. Nothing else does."""
