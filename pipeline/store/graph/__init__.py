"""The follow graph's tables: rows in, rows out."""
