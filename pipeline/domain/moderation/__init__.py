"""The judgement of a comment: many small signals, one sum, one decision that explains itself."""

from pipeline.domain.moderation.explanation import Explanation, explain
from pipeline.domain.moderation.facts import AuthorHistory, Facts, Recent, Similar
from pipeline.domain.moderation.fingerprint import bands, distance, fingerprint
from pipeline.domain.moderation.judge import judge
from pipeline.domain.moderation.policy import Policy, check_policy
from pipeline.domain.moderation.signals import SIGNALS
from pipeline.domain.moderation.verdict import Decision, Outcome, SignalOutcome, Verdict

__all__ = [
    "SIGNALS",
    "AuthorHistory",
    "Decision",
    "Explanation",
    "Facts",
    "Outcome",
    "Policy",
    "Recent",
    "SignalOutcome",
    "Similar",
    "Verdict",
    "bands",
    "check_policy",
    "distance",
    "explain",
    "fingerprint",
    "judge",
]
