#!/usr/bin/env python3
"""Runs the program against the real models and the operator cases of a data folder, and fails if fewer pass than should.

The zoo must pass whole, with the fast kernels and with the reference kernels: integer outputs are compared exactly, so that
both give the same bits. `--share` says how many of the operator cases must pass. Crashes and time-outs always fail. NumPy
is needed.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile


def judge(shared, program, arguments, report, kernels="fast"):
    """Runs the judge and returns its rows."""
    script = os.path.join(shared, "conformance", "run_conformance.py")
    command = [sys.executable, script, "--runner", f"{program} conformance --kernels {kernels}", "--json", report, "--quiet", "--timeout", "120"]
    subprocess.run(command + arguments, check=True)
    with open(report) as file:
        return json.load(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", required=True, help="folder with zoo/ and conformance/")
    parser.add_argument("--program", required=True, help="the featherlite binary")
    parser.add_argument("--share", type=float, default=0.995, help="share of the operator cases that must pass")
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        zoo = ["--cases", options.shared, "--group", "zoo", "--show", "45"]
        for kernels in ["fast", "reference"]:
            rows = judge(options.shared, options.program, zoo, report, kernels)
            passed = sum(row["status"] == "pass" for row in rows)
            print(f"zoo, {kernels} kernels: {passed} of {len(rows)} models pass")
            failed |= passed != len(rows)
        rows = judge(options.shared, options.program, ["--set", "dev", "--show", "60"], report)
        counts = collections.Counter(row["status"] for row in rows)
        share = counts["pass"] / max(1, len(rows))
        print(f"conformance: {dict(counts)}; {100 * share:.2f} % of {len(rows)} cases pass")
        failed |= share < options.share or counts["crash"] + counts["timeout"] > 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
