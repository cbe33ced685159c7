"""What the Bot API answers instead of a result."""


class ApiError(Exception):
    """A refusal in Telegram's words, with its code and, for a 429, the seconds to wait."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad_request(what: str) -> ApiError:
    """Return a 400 as Telegram words it."""
    return ApiError(400, f"Bad Request: {what}")
