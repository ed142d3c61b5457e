"""Posts: what one is, and what a site's own files and pages say about it. No I/O in here."""
