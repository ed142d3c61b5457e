"""Questions about follow graphs: sets, changes, growth, suggestions.

Nothing unsure is told as a fact: every set has members that are certain and members that are
possible, every change the two times between which it happened, and every answer says when the lists
it stands on were last read. A list that was never read is unknown, which is not the same as empty.
Who came and left again between two readings has left no trace, and is in no answer.
"""
