#!/usr/bin/env python3
"""Runs the program against the real models and the operator cases of a data folder, and fails if fewer pass than should.

The zoo must pass whole. Of the operator cases those count that the program does not call unsupported; `--share` says how
many of them must pass. Crashes and time-outs always fail. NumPy is needed.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile


def judge(shared, program, arguments, report):
    """Runs the judge and returns its rows."""
    script = os.path.join(shared, "conformance", "run_conformance.py")
    command = [sys.executable, script, "--runner", f"{program} conformance", "--json", report, "--quiet", "--timeout", "120"]
    subprocess.run(command + arguments, check=True)
    with open(report) as file:
        return json.load(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", required=True, help="folder with zoo/ and conformance/")
    parser.add_argument("--program", required=True, help="the featherlite binary")
    parser.add_argument("--share", type=float, default=0.95, help="share of supported operator cases that must pass")
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        rows = judge(options.shared, options.program, ["--cases", options.shared, "--group", "zoo", "--show", "45"], report)
        passed = sum(row["status"] == "pass" for row in rows)
        print(f"zoo: {passed} of {len(rows)} models pass")
        failed |= passed != len(rows)
        rows = judge(options.shared, options.program, ["--set", "dev", "--show", "60"], report)
        counts = collections.Counter(row["status"] for row in rows)
        supported = len(rows) - counts["unsupported"]
        share = counts["pass"] / max(1, supported)
        print(f"conformance: {dict(counts)}; {100 * share:.2f} % of the {supported} supported cases pass")
        failed |= share < options.share or counts["crash"] + counts["timeout"] > 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
