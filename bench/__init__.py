"""The bench: Afterword beside its peers, in the same run, as a table of ratios."""
