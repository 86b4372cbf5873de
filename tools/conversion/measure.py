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
    """What a program did: `code`, `output`, `errors`, `seconds` of the processor, `kilobytes` of memory at its peak."""

    def __init__(self, code, output, errors, usage):
        self.code, self.output, self.errors = code, output, errors
        self.seconds, self.kilobytes = usage.ru_utime + usage.ru_stime, usage.ru_maxrss

    def why(self):
        """The last lines that say what went wrong."""
        lines = [line for line in (self.errors or self.output).strip().splitlines() if line.strip()]
        return " / ".join(lines[-3:])[-400:] or f"exit code {self.code}"


def run(command, limit=1800, **environment):
    """Runs a program to its end, or for `limit` seconds."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors, env={**os.environ, **environment})
        usage = _wait(process, time.monotonic() + limit)
        output.seek(0)
        errors.seek(0)
        return Outcome(process.returncode, output.read(), errors.read(), usage)


def _wait(process, deadline):
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage
        if time.monotonic() > deadline:
            process.kill()
        time.sleep(0.001)
