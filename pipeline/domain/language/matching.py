"""How many of a query's words a post must have, the same in every engine."""

ALL_UP_TO = 2

MINIMUM_SHOULD_MATCH = f"{ALL_UP_TO}<{ALL_UP_TO}"
"""`required` in Elasticsearch's notation: of more than two words, two."""


def required(words: int) -> int:
    """How many of so many words must match.

    One or two words are meant: all of them. A longer query is a question in the reader's own words:
    two must be there, and the ranking does the rest.
    Stop words are not counted, unless there is nothing else. Where nothing matches so, one word is
    enough: an engine asks again with that.
    """
    return min(words, ALL_UP_TO)
