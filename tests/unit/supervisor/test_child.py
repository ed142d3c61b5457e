"""What happens when the system has no room for another child."""

import subprocess
import sys

from tests.unit.supervisor.stage import ROOT

# The three last descriptors it may have are room for one pipe and a half.
CROWDED = """
import os, resource
from pipeline.supervisor.child import fork_child
from pipeline.supervisor.lifeline import Lifeline
from tests.unit.supervisor import scenes

lifeline = Lifeline()
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (lifeline.writer + 64, hard))
taken = []
try:
    while True:
        taken.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    spare = taken[-3:]
for descriptor in spare:
    os.close(descriptor)
try:
    fork_child(scenes.service("web", scenes.serve), lifeline, [])
except OSError as error:
    print(error.strerror)
print([os.open(os.devnull, os.O_RDONLY) for _ in spare] == spare)
"""


def test_a_fork_without_room_for_its_pipes_leaves_none_open() -> None:
    # In a program of its own: threads of a test process need descriptors at any moment.
    argv = [sys.executable, "-c", CROWDED]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - this very test
    assert (done.stdout.splitlines(), done.stderr) == (["Too many open files", "True"], "")
