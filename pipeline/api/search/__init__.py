"""Asking the index: as JSON, and as a page that works without JavaScript."""
