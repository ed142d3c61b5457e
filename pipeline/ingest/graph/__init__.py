"""Follow graphs: fetched a page at a time inside rate limit and budget, kept as intervals."""
