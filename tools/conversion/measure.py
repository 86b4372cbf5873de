"""Time and memory of other programs."""

import os
import resource
import subprocess
import tempfile
import time


def peak_kilobytes():
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Outcome:
    """What a program did: `code`, `output`, `errors`, `seconds` and `kilobytes`, its peak of resident memory."""

    def __init__(self, code, output, errors, seconds, kilobytes):
        self.code, self.output, self.errors = code, output, errors
        self.seconds, self.kilobytes = seconds, kilobytes

    def why(self):
        """The last lines that say what went wrong."""
        lines = [line for line in (self.errors or self.output).strip().splitlines() if line.strip()]
        return " / ".join(lines[-3:])[-400:] or f"exit code {self.code}"


def run(command, limit=1800, **environment):
    """Runs a program to its end, or for `limit` seconds."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env={**os.environ, **environment})
        usage = _wait(process, start + limit)
        seconds = time.perf_counter() - start
        output.seek(0)
        errors.seek(0)
        return Outcome(process.returncode, output.read(), errors.read(), seconds, usage.ru_maxrss)


def _wait(process, deadline):
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage
        if time.perf_counter() > deadline:
            process.kill()
        time.sleep(0.001)
