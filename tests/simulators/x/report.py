"""What was asked, answered, paid and refused."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.x.money import Bill
from tests.simulators.x.wire import Answer

_REFUSED = ("402", "403", "429")


@dataclass
class Line:
    """One credential's requests to one endpoint. Statuses of answers nobody saw end in `-lost`."""

    asked: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    returned: int = 0
    charged: int = 0
    reread: int = 0
    micros: int = 0

    def add(self, other: "Line") -> None:
        """Sum up."""
        self.statuses.update(other.statuses)
        for name in ("asked", "pages", "returned", "charged", "reread", "micros"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "asked": self.asked,
            "statuses": dict(sorted(self.statuses.items())),
            "pages": self.pages,
            "returned": self.returned,
            "charged": self.charged,
            "reread_free": self.reread,
            "dollars": dollars(self.micros),
            "refused": {name: self.statuses[name] for name in _REFUSED if self.statuses[name]},
        }


class Report:
    """Counts since the start, or since `clear`."""

    def __init__(self) -> None:
        self.lines: dict[tuple[str, str], Line] = defaultdict(Line)

    def clear(self) -> None:
        """Count from nothing again; what was spent and read today stays with the ledger."""
        self.lines.clear()

    def note(self, credential: str, endpoint: str, answer: Answer, bills: list[Bill]) -> None:
        """Count one request."""
        line = self.lines[credential, endpoint]
        line.asked += 1
        lost = "-lost" if answer.cut and answer.status else ""
        line.statuses[f"{answer.status or 'reset'}{lost}"] += 1
        line.pages += answer.paged
        self._bill(line, bills)

    def event(self, credential: str, bill: Bill) -> None:
        """Count one event that was delivered."""
        line = self.lines[credential, "events"]
        line.asked += 1
        self._bill(line, [bill])

    def total(self, endpoint: str | None = None) -> Line:
        """The sum over credentials, of one endpoint or of all."""
        total = Line()
        for (_, name), line in self.lines.items():
            if endpoint in {None, name}:
                total.add(line)
        return total

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "total": self.total().shown(),
            "lines": [
                {"credential": credential, "endpoint": endpoint, **line.shown()}
                for (credential, endpoint), line in sorted(self.lines.items())
            ],
        }

    @staticmethod
    def _bill(line: Line, bills: list[Bill]) -> None:
        for bill in bills:
            line.returned += bill.charged + bill.reread
            line.charged += bill.charged
            line.reread += bill.reread
            line.micros += bill.micros


def dollars(micros: int) -> float:
    """Micro-dollars as dollars."""
    return round(micros / 1_000_000, 6)


def text(report: dict[str, Any]) -> str:
    """A report as a table for people."""
    head = ("credential", "endpoint", "asked", "pages", "returned", "charged", "re-read", "dollars")
    rows = [head] + [
        (
            line["credential"],
            line["endpoint"],
            str(line["asked"]),
            str(line["pages"]),
            str(line["returned"]),
            str(line["charged"]),
            str(line["reread_free"]),
            f"{line['dollars']:.3f}",
        )
        for line in [*report["lines"], {"credential": "total", "endpoint": "", **report["total"]}]
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = [
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    statuses = (f"{status}: {n}" for status, n in report["total"]["statuses"].items())
    days = (
        f"{app} {day}: ${spent:.3f}"
        for app, by_day in report["dollars_by_day"].items()
        for day, spent in by_day.items()
    )
    faults = (f"{kind}: {n}" for kind, n in report["faults"].items())
    tail = [("answers", statuses), ("spent", days), ("faults", faults)]
    return "\n".join([*table, *(f"{name}: {', '.join(parts) or 'none'}" for name, parts in tail)])
