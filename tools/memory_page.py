#!/usr/bin/env python3
"""Writes the table of docs/memory.md again.

    python3 tools/memory_page.py PROGRAM ZOO

PROGRAM is the featherlite command, ZOO a folder with MODEL/model.tflite in it.
"""

import json
import os
import subprocess
import sys

PAGE = os.path.join(os.path.dirname(__file__), "..", "docs", "memory.md")


def row(program, name, path):
    output = subprocess.run([program, "inspect", path, "--plan", "--json"], capture_output=True, check=True).stdout
    plan = json.loads(output)["plan"]
    tensors, bound = plan["arena_tensor_bytes"], plan["arena_bound_bytes"]
    ratio = tensors / bound if bound else 1
    others = [plan["arena_bytes"] - tensors]
    others += [plan[f"{kind}_weight_bytes"] for kind in ("mapped", "packed", "folded")]
    return f"| `{name}` | {tensors} | {bound} | {ratio:.3f} | " + " | ".join(map(str, others)) + " |"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, zoo = sys.argv[1:]
    models = [(name, os.path.join(zoo, name, "model.tflite")) for name in sorted(os.listdir(zoo))]
    rows = [row(program, name, path) for name, path in models if os.path.exists(path)]
    with open(PAGE, encoding="utf-8") as file:
        head, table = file.read().split("| model |")
    heading = ["| model |" + table.split("\n")[0], table.split("\n")[1]]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(head + "\n".join(heading + rows) + "\n")


if __name__ == "__main__":
    main()
