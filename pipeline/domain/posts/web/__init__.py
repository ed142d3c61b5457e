"""A built web page: whether it is a post, and what it says. Rules: docs/content.md."""
