"""What a post's age counts: the same in every engine, so that what answers better stands first."""

FRESH = 0.1
"""What the newest post's score is raised by, at most: a tenth of it."""
HALF_LEFT_DAYS = 730
"""The age at which half of that is left; a bell curve, so that all of the last months are new."""
