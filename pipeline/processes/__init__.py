"""One module per process of the set: each puts the edges together and runs until SIGTERM."""
