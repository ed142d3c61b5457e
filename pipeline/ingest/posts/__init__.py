"""Posts: folding what senders and content sources say into rows, and telling the index."""
