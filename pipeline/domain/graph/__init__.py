"""Follow graphs, pure: what a list of followers says, what asking costs, when to ask again."""
