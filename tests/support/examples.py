"""How hypothesis tries examples: no clock fails one, and CI tries the same in every run."""

from hypothesis import HealthCheck, settings

from tests.services.missing import required

# On a busy machine one example in a million takes longer than any deadline.
PLAIN = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=required(),
    print_blob=True,
)
SHARED = settings(
    PLAIN, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
"""For a test whose examples may share what a fixture made."""


def use_everywhere() -> None:
    """Have every `@settings` take from `PLAIN` what it does not say. Before it is imported."""
    settings.register_profile("afterword", PLAIN)
    settings.load_profile("afterword")
