#!/usr/bin/env python3
"""Trains the networks of recipes/fashion-mnist, also with quantization simulated, and measures them on the test images.

    cargo build --release -p featherlite-cli -p featherlite-train-cli
    python3 tools/training_table.py --dataset DIR [--runs DIR] [--write] [NAME...]

DIR holds the four IDX files (on Debian: the package dataset-fashion-mnist). What a run has left in its folder is taken up again. With
--write the tables of docs/training.md are brought up to date, and the records and hashes in recipes/fashion-mnist/results.
"""

import argparse
import hashlib
import json
import os
import shutil
import struct
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RECIPES = os.path.join(ROOT, "recipes", "fashion-mnist")
RESULTS = os.path.join(RECIPES, "results")
DOCUMENT = os.path.join(ROOT, "docs", "training.md")
TABLE = ("<!-- networks: made by tools/training_table.py -->", "<!-- end of networks -->")
RECOVERY = ("<!-- recovery: made by tools/training_table.py -->", "<!-- end of recovery -->")
# Simulated for every network; the others where they are asked for.
USUAL = ("int8", "int4")
# Post-training quantization: with all steps by which `featherlite quantize` loses less, and without.
POST = {"post": "all", "plain": "none"}
# Post-training quantization loses most here.
DELICATE = {"mobilenet_v1_0.25": ("int8-per-tensor", "int4")}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="recipes (default: all)")
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--runs", default=os.path.join(ROOT, "target", "runs"), help="where runs are kept")
    parser.add_argument("--programs", default=os.path.join(ROOT, "target", "release"), help="where the programs are")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


class Network:
    """A recipe, and what came of it."""

    def __init__(self, name, options):
        self.name, self.options = name, options
        self.recipe = os.path.join(RECIPES, name + ".toml")
        self.folder = os.path.join(options.runs, name)
        self.schemes = DELICATE.get(name, USUAL)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def call(self, program, *arguments):
        command = [os.path.join(self.options.programs, program), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def run(self, folder, *arguments):
        """A run of featherlite-train, unless it is complete."""
        if os.path.exists(os.path.join(folder, "model.tflite")):
            return
        resume = ["--resume"] if os.path.exists(os.path.join(folder, "checkpoint.safetensors")) else []
        print(self.name, *arguments[:1], os.path.basename(folder), flush=True)
        command, *rest = arguments
        self.call("featherlite-train", command, self.recipe, self.options.dataset, "-o", folder, *rest, *resume)

    def train(self):
        self.run(self.folder, "train")
        for scheme in self.schemes:
            self.run(self.path(scheme), "qat", "--weights", self.path("weights.safetensors"), "--scheme", scheme)
            for how, steps in POST.items():
                file = self.path(f"{how}-{scheme}.tflite")
                if not os.path.exists(file):
                    borders = ["--input-type", "int8", "--output-type", "int8"]
                    self.call("featherlite", "quantize", self.path("model.tflite"), "-o", file, "--scheme", scheme,
                              "-c", self.options.dataset, "--range", "-1,1", "--improve", steps, *borders)

    def measure(self):
        """Accuracy, size and latency by file, on the test images."""
        files = {"float": self.path("model.tflite")}
        for scheme in self.schemes:
            files.update({f"{how}-{scheme}": self.path(f"{how}-{scheme}.tflite") for how in POST})
            files["qat-" + scheme] = self.path(scheme, "model.tflite")
        found = json.loads(self.call("featherlite", "evaluate", *files.values(), self.options.dataset, "--split", "test",
                                     "--range", "-1,1", "--json"))
        return dict(zip(files, found["models"]))

    def arch(self):
        """Parameters and multiply-adds."""
        with open(self.path("weights.safetensors"), "rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            metadata = json.loads(file.read(size))["__metadata__"]
        text = next(value for value in metadata.values() if value.startswith("{"))
        path = self.path("arch.json")
        with open(path, "w") as file:
            file.write(text)
        shown = json.loads(self.call("featherlite", "arch", "show", path, "--json"))
        return shown["params"], shown["macs"]

    def validation(self):
        """Accuracy of the float network on the images held out."""
        with open(self.path("metrics.jsonl")) as file:
            lines = [json.loads(line) for line in file]
        return next(line["validation"]["top_1"] for line in reversed(lines) if line.get("validation"))

    def keep(self):
        """Records and hashes for the repository."""
        os.makedirs(RESULTS, exist_ok=True)
        hashes = []
        for run in ("", *self.schemes):
            suffix = f"-{run}" if run else ""
            shutil.copyfile(self.path(run, "metrics.csv"), os.path.join(RESULTS, f"{self.name}{suffix}.csv"))
            for file in ("checkpoint.safetensors", "weights.safetensors", "model.tflite"):
                with open(self.path(run, file), "rb") as contents:
                    digest = hashlib.sha256(contents.read()).hexdigest()
                hashes.append(f"{digest}  {os.path.join(self.name, run, file)}\n")
        with open(os.path.join(RESULTS, f"{self.name}.sha256"), "w") as file:
            file.writelines(hashes)


def percent(model):
    return f"{100 * model['top1']:.2f}"


def markdown(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def put(marks, text):
    """Replaces what lies between the marks in the document."""
    with open(DOCUMENT) as file:
        before, rest = file.read().split(marks[0])
    behind = rest.split(marks[1])[1]
    with open(DOCUMENT, "w") as file:
        file.write(f"{before}{marks[0]}\n\n{text}\n{marks[1]}{behind}")


def network_row(network, found):
    parameters, macs = network.arch()
    latency = lambda name: f"{found[name]['latency_us']['p50']:.0f} µs"
    return [network.name, f"{parameters:,}", f"{macs / 1e6:.1f} M", f"{100 * network.validation():.2f}", percent(found["float"]),
            percent(found["qat-int8"]), percent(found["post-int8"]), percent(found["qat-int4"]),
            f"{found['float']['bytes'] / 1000:.0f} KB", f"{found['qat-int8']['bytes'] / 1000:.0f} KB",
            latency("float"), latency("qat-int8")]


def recovery_rows(network, found):
    for scheme in network.schemes:
        if scheme != "int8":
            columns = ["float", "plain-" + scheme, "post-" + scheme, "qat-" + scheme]
            yield [network.name, scheme, *(percent(found[column]) for column in columns)]


def main():
    options = parse_arguments()
    names = sorted(name[:-5] for name in os.listdir(RECIPES) if name.endswith(".toml"))
    networks = [Network(name, options) for name in options.names or names]
    for network in networks:
        network.train()
    found = {network.name: network.measure() for network in networks}
    rows = [network_row(network, found[network.name]) for network in networks if network.name not in DELICATE]
    header = ["network", "parameters", "MACs", "validation %", "test %, float", "int8, QAT", "int8, post-training", "int4 weights, QAT",
              "float", "int8", "latency, float", "int8"]
    table = markdown(header, rows)
    lost = [row for network in networks for row in recovery_rows(network, found[network.name])]
    recovery = markdown(["network", "scheme", "float %", "post-training, plain %", "with all steps %", "QAT %"], lost)
    print(table, recovery, sep="\n")
    if options.write:
        put(TABLE, table)
        put(RECOVERY, recovery)
        for network in networks:
            network.keep()


if __name__ == "__main__":
    main()
