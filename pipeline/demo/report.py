"""What the demo prints: how the labels fared, three verdicts explained, where to look."""

from collections.abc import Sequence

from pipeline.cli.comments.verdicts import print_verdict, read_verdict
from pipeline.cli.formats import excerpt, local
from pipeline.cli.output import say, table
from pipeline.demo.findings import STATES, Finding, Pace, tally
from pipeline.demo.sample import thread_address
from pipeline.processes.flower import USER
from pipeline.settings import Settings

_KINDS = ((True, "spam"), (False, "harmless"))
_SHOWN = 5
"""Wrong verdicts that are shown of each kind."""
_EXCERPT = 90


def print_outcome(findings: Sequence[Finding], speed: Pace) -> None:
    """The table of labels against decisions, what was decided wrongly, and how fast it went."""
    counts = tally(findings)
    rows = []
    for is_spam, kind in _KINDS:
        total = sum(counts[is_spam, state] for state in STATES)
        cells = (_share(counts[is_spam, state], total) for state in STATES)
        rows.append((kind, str(total), *cells))
    say(f"What became of {len(findings)} comments that people had labelled:\n")
    table(("label", "comments", *STATES), rows, empty="no comment was judged")
    say(
        f"\n{speed.per_second:.0f} comments per second, from the first one's arrival to the last"
        f" verdict; {speed.median * 1000:.0f} ms between the two for half of them."
    )
    _print_wrong("Published, but labelled spam", [f for f in findings if _slipped(f)])
    _print_wrong("Not published, but harmless", [f for f in findings if _stopped(f)])


def print_example(finding: Finding) -> None:
    """A verdict as `afterword comments explain` prints it, under the text it is about."""
    comment, verdict = finding.comment, finding.verdict
    say(f'\n--- {comment.state}: "{excerpt(finding.row.text, 160)}"\n')
    say(f"Comment {comment.id}, revision {verdict.revision}, judged {local(verdict.at)}")
    print_verdict(read_verdict(verdict))


def print_addresses(settings: Settings, pages: Sequence[str], password: str) -> None:
    """Where to look while the set runs. `pages` are paths, the busiest first."""
    address = f"http://{settings.host}:{settings.port}"
    say("\nLook at it:\n")
    for page in pages[:3]:
        say(f"  thread   {thread_address(address, page)}")
    say(f"  Flower   http://{settings.host}:{settings.flower_port}   user {USER}, {password}")
    say(f"  health   {address}/readyz")
    say(f"  metrics  {address}/metrics\n")
    variables = f"AFTERWORD_HOME={settings.home} AFTERWORD_PORT={settings.port}"
    say(f"  {variables} .venv/bin/afterword comments list --state held")


def _print_wrong(what: str, wrong: Sequence[Finding]) -> None:
    say(f"\n{what}: {len(wrong)}")
    for each in wrong[:_SHOWN]:
        say(f"  {each.comment.state:<9}  {excerpt(each.row.text, _EXCERPT)}")
    if len(wrong) > _SHOWN:
        say(f"  … and {len(wrong) - _SHOWN} more")


def _slipped(finding: Finding) -> bool:
    return finding.row.is_spam and not finding.right


def _stopped(finding: Finding) -> bool:
    return not finding.row.is_spam and not finding.right


def _share(count: int, total: int) -> str:
    return f"{count} ({count / total:.0%})" if total else "0"
