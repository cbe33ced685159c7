"""Handlers, one file per noun: they call domain functions, set the next step and return replies."""
