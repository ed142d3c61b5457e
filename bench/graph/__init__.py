"""A simulated month of follow graphs: its world, what really happened, Afterword and others reading it."""
