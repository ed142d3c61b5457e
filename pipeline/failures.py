"""How a failure reads in a terminal, and which exit code it gives."""

from pipeline.errors import AfterwordError, SettingsError

FAILED = 1
WRONG_USAGE = 2


def code_of(error: Exception) -> int:
    """2 for settings that can't be used, 1 for everything else."""
    return WRONG_USAGE if isinstance(error, SettingsError) else FAILED


def sentence_of(error: Exception) -> str:
    """One line about an error. What nobody foresaw is named with its type and where to see more."""
    if isinstance(error, AfterwordError):
        return _one_line(str(error))
    # A database's error carries its driver's, which says it without the statement.
    reason = _one_line(str(getattr(error, "orig", None) or error))
    return f"{type(error).__name__}: {reason} (afterword --debug … shows where)"


def _one_line(text: str) -> str:
    return " ".join(text.split())
