"""Afterword: the backend of a blog that has none."""
