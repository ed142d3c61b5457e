"""How fast a list changes, learnt from what each look found.

Changes are taken for a Poisson process whose rate has a Gamma prior; older observations count for
less, so that a list which was busy once is not thought to be busy for ever.
"""

from typing import NamedTuple

PRIOR_CHANGES = 0.5
PRIOR_DAYS = 1.0
"""Before anything is known: a change in two days, held weakly."""

HALF_LIFE_DAYS = 30.0


class Seen(NamedTuple):
    """Changes seen and the days over which they were, both discounted."""

    changes: float = 0.0
    days: float = 0.0

    def after(self, changes: int, *, days: float) -> "Seen":
        """With one more look that found `changes` after `days`."""
        kept = 0.5 ** (days / HALF_LIFE_DAYS)
        return Seen(self.changes * kept + changes, self.days * kept + days)

    @property
    def per_day(self) -> float:
        """The rate's posterior mean: never 0, so that no list is thought to be dead."""
        return (PRIOR_CHANGES + self.changes) / (PRIOR_DAYS + self.days)
