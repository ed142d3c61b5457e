"""Why a file or a page is not read as a post."""


class PostError(Exception):
    """It can't be read. `line` counts from 1 in the file, None where no line is to blame.

    Never leaves the content sources: they tell of it as Refused.
    """

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason

    def at(self, where: object) -> str:
        """The whole in one line: where, which line if one is to blame, and why."""
        line = "" if self.line is None else f", line {self.line}"
        return f"{where}{line}: {self.reason}"
