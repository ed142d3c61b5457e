"""What a tree of processes costs: proportional memory and processor time, read from /proc."""

import os
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
# Positions in /proc/PID/stat behind the name in brackets: proc(5), fields 4 and 14 to 17.
PARENT, TIMES = 1, slice(11, 15)


def tree(root: int, proc: Path = PROC) -> list[int]:
    """Give the ids of a process and of everything below it, the root first."""
    children: dict[int, list[int]] = {}
    for entry in proc.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name), proc)):
            children.setdefault(int(fields[PARENT]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def pss(pid: int, proc: Path = PROC) -> int:
    """Give a process's proportional set size in bytes; 0 for one that has ended.

    Each page counts once among all who share it, so the sum over a forked set is what it takes.
    """
    try:
        text = (proc / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))


def cpu_seconds(pids: list[int], proc: Path = PROC) -> float:
    """Sum the processor time of processes and of the children they have buried, in seconds."""
    times = [fields[TIMES] for pid in pids if (fields := _stat(pid, proc))]
    return sum(int(ticks) for some in times for ticks in some) / TICKS


def _stat(pid: int, proc: Path) -> list[str]:
    try:
        text = (proc / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    # The name may hold blanks and brackets; everything behind the last bracket is plain.
    return text.rpartition(")")[2].split()
