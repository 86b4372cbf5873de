"""Time and memory of other programs."""

import json
import os
import resource
import subprocess
import sys
import tempfile

# A program begins as a copy of the process that starts it, and the memory of that copy counts as its own. So it is started
# by a process that is small.
LAUNCHER = """
import json, os, subprocess, sys
report, limit, command = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
process = subprocess.Popen(command)
timer = __import__("threading").Timer(limit, process.kill)
timer.start()
_, status, usage = os.wait4(process.pid, 0)
timer.cancel()
with open(report, "w") as file:
    json.dump([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss], file)
os._exit(0)
"""


def peak_kilobytes():
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Outcome:
    """What a program did: `code`, `output`, `errors`, `seconds` of the processor, `kilobytes` of memory at its peak."""

    def __init__(self, code, output, errors, seconds, kilobytes):
        self.code, self.output, self.errors = code, output, errors
        self.seconds, self.kilobytes = seconds, kilobytes

    def why(self):
        """The last lines that say what went wrong."""
        lines = [line for line in (self.errors or self.output).strip().splitlines() if line.strip()]
        return " / ".join(lines[-3:])[-400:] or f"exit code {self.code}"


def run(command, limit=1800, **environment):
    """Runs a program to its end, or for `limit` seconds."""
    with tempfile.NamedTemporaryFile("r") as report, tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile(
        "w+"
    ) as errors:
        launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, report.name, str(limit), *map(str, command)]
        subprocess.run(launcher, stdout=output, stderr=errors, env={**os.environ, **environment}, check=False)
        output.seek(0)
        errors.seek(0)
        code, seconds, kilobytes = json.loads(report.read() or "[127, 0, 0]")
        return Outcome(code, output.read(), errors.read(), seconds, kilobytes)
