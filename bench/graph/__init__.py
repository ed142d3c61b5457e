"""A simulated month of follow graphs: its world, the truth, Afterword and others reading it."""
