"""Asking the links of live content whether they are still there: politely, and never at a private address."""
