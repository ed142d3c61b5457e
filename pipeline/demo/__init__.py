"""`make demo`: a throw-away set, fed with real comments, that says what became of them."""
