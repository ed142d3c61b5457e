"""Comments: folding their events into rows, judging them, deciding on them, showing them."""
