"""Bare bots that show the same menu, to compare with: no guarantees, and as fast as their libraries let them be."""
