"""A world where there is no edge list: the popular are followed most, and some follow back."""

import random
from collections.abc import Iterator

_BACK = 0.3


def edges(accounts: int, *, each: int = 12, seed: int = 0) -> Iterator[tuple[str, str]]:
    """About `each` followed by every account, ids from 1 on, the same for the same seed.

    Accounts come one by one and follow in proportion to followers (Barabasi, Albert 1999).
    """
    chance = random.Random(f"made up {seed}")  # noqa: S311 - repeatable
    drawn = [1]  # an account once for itself and once for each follower
    for account in range(2, accounts + 1):
        for followed in {chance.choice(drawn) for _ in range(each)}:
            drawn.append(followed)
            yield str(account), str(followed)
            if chance.random() < _BACK:
                yield str(followed), str(account)
        drawn.append(account)
