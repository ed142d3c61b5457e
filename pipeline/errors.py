"""Every error Afterword raises on purpose.

AfterwordError
├── SettingsError       a variable or a line of afterword.toml is missing or wrong; the start stops
├── Transient           the same work may succeed later: rolled back, then tried again at `next_at`
├── Rejected            the same work can never succeed: dead at once, kept, replayable
├── InvalidEventError   what was sent can't be read or breaks its type's rules (nothing is stored)
│   └── UnreadableError     not even the envelope can be read
├── SignatureError      the sender could not prove who it is
├── StaleVersionError   somebody else changed the row since the caller read it
├── NotFoundError       no such row
├── ExportError         what was asked for can't be written; says what to do
├── UnavailableError    the database could not commit; the caller may try again
└── StartError          a process of the set cannot start; says what to do

HTTP statuses are not here: `pipeline.webhooks.answers` and `pipeline.api.problems` map them.
"""


class AfterwordError(Exception):
    """Base of every error raised on purpose."""


class SettingsError(AfterwordError):
    """A setting is missing or wrong.

    Says the setting's name, what it was, and what it may be, so that the owner can mend it.
    """

    def __init__(self, name: str, *, was: object, expected: str) -> None:
        said = "not set" if was is None else repr(was)
        super().__init__(f"{name} is {said}, but it must be {expected}")
        self.name = name
        self.was = was
        self.expected = expected


class Transient(AfterwordError):  # noqa: N818 - the name is the rule: one of the two kinds of failure
    """The work failed for now. `delay` is seconds until it is worth trying again; None: the default."""

    def __init__(self, reason: str, *, delay: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.delay = delay


class Rejected(AfterwordError):  # noqa: N818 - the name is the rule: one of the two kinds of failure
    """The work can never succeed as it stands: the delivery is dead at once, kept and replayable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidEventError(AfterwordError):
    """What was sent breaks its type's rules. `problem` says which field and why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class UnreadableError(InvalidEventError):
    """What was sent is not the format it claims to be: not JSON, not an envelope, cut short."""


class SignatureError(AfterwordError):
    """The sender could not prove who it is. The reason is logged, never answered in detail."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StaleVersionError(AfterwordError):
    """Somebody else changed the row since the caller read it."""

    def __init__(self, what: str, *, expected: int, found: int) -> None:
        super().__init__(
            f"{what} is at version {found} now, not {expected}: look again, then decide"
        )
        self.expected = expected
        self.found = found


class NotFoundError(AfterwordError):
    """There is no such row."""


class ExportError(AfterwordError):
    """An export can't be written. The message says what was wrong and what to do."""


class UnavailableError(AfterwordError):
    """The database could not commit. `retry_after` is in seconds."""

    def __init__(self, reason: str, *, retry_after: int = 2) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class StartError(AfterwordError):
    """A process of the set cannot start. The message says what was wrong and what to do."""
