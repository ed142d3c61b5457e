"""Content sources: which posts a blog has now, read from its files, its pages or its API."""
