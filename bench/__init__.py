"""Measurements: `./bekal bench`. Ratios in one interleaved run, never a timed assertion in a test."""
