"""The HTTP side: health now; JSON and the desk's pages as they come."""
