"""Pages that people themselves open, without an account: a form to fill in. In all languages of the chat."""
