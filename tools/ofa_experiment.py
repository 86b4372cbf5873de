#!/usr/bin/env python3
"""What once-for-all is worth on Fashion-MNIST: trains supernets, compares their networks with others, searches, and deploys.

    cargo build --release -p featherlite-cli -p featherlite-train-cli
    python3 tools/ofa_experiment.py --dataset DIR [--runs DIR] [--seeds 1,2,3] [--write] [STAGE...]

Stages, in this order (all, if none is named):
  train     a supernet by progressive shrinking for each seed, and of the same space for as long: one by a single phase of all
            networks, one by a single phase of the full network
  compare   50 random networks of each on the test images, with and without statistics of their own
  alone     5 of these networks trained by themselves, for as many epochs as the full network had
  predict   400 networks of the better supernet on the validation images, and what predicts them
  latency   times of all layers on this machine, and of 50 random networks to compare; also of 20 of the MobileNetV3 space
  search    for three limits of latency: the best 20 that evolution finds, and of 1,000 random ones, really looked at and measured
  deploy    the networks that were found, with quantization simulated; MobileNetV3 and EfficientNet of equal latency, trained alone

DIR holds the four IDX files (on Debian: the package dataset-fashion-mnist). What is there is not done again; training is taken up where it
was interrupted. With --jobs N so many supernets or networks are trained side by side, each by its share of the processors, which makes better
use of them than one after the other. With --write the tables of docs/once-for-all.md are brought up to date, and the records in recipes/ofa-results.
Latencies need a machine without other work.
"""

import argparse
import concurrent.futures
import glob
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import tomllib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RECIPES = os.path.join(ROOT, "recipes")
RESULTS = os.path.join(RECIPES, "ofa-results")
DOCUMENT = os.path.join(ROOT, "docs", "once-for-all.md")
# Recipes of supernets by what their runs are called.
KINDS = {"shrinking": "ofa-fashion-mnist.toml", "at-once": "ofa-fashion-mnist-at-once.toml", "full": "ofa-fashion-mnist-full.toml"}
# Those whose networks were all trained.
SEARCHED = ("shrinking", "at-once")
RANDOM, ALONE, SAMPLES, CHOICES = 50, 5, 400, 20
STAGES = ("train", "compare", "alone", "predict", "latency", "search", "deploy")
# What networks by themselves are trained by: as the full network is in the first phase of the supernet's recipe.
RECIPE = """arch = "{arch}"
epochs = {epochs}
batch = {batch}
seed = {seed}
learning_rate = {learning_rate}
warmup = {warmup}
zero_init_last = true
label_smoothing = {label_smoothing}

[network]
{network}
[optimizer]
kind = "sgd"
weight_decay = {weight_decay}

[data]
holdout = 5000
train = [
    {{ random_crop = {{ size = 28, padding = 2 }} }},
    {{ horizontal_flip = {{}} }},
    {{ resize = {{ size = {resolution} }} }},
    {{ scale = {{ low = -1.0, high = 1.0 }} }},
]
evaluate = [{{ resize = {{ size = {resolution} }} }}, {{ scale = {{ low = -1.0, high = 1.0 }} }}]

[qat]
epochs = 1
learning_rate = 0.005
warmup = 0.1
"""


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=", ".join(STAGES))
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--runs", default=os.path.join(ROOT, "target", "runs", "ofa"), help="where runs are kept")
    parser.add_argument("--programs", default=os.path.join(ROOT, "target", "release"), help="where the programs are")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--jobs", type=int, default=1, help="trainings side by side")
    parser.add_argument("--target", default="x86-64", help="what the machine is called")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    unknown = set(options.stages) - set(STAGES)
    if unknown:
        parser.error(f"no stage {', '.join(sorted(unknown))}; there are {', '.join(STAGES)}")
    return options


class Experiment:
    def __init__(self, options):
        self.options = options
        self.seeds = [int(seed) for seed in options.seeds.split(",")]
        os.makedirs(options.runs, exist_ok=True)

    def path(self, *parts):
        return os.path.join(self.options.runs, *parts)

    def call(self, program, *arguments):
        """Runs a program; what it prints. Progress is seen."""
        command = [os.path.join(self.options.programs, program), *map(str, arguments)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def ofa(self, *arguments):
        return self.call("featherlite-train", "ofa", *arguments)

    def side_by_side(self, function, arguments):
        """Calls a function, which starts trainings, with each tuple of arguments; none any more once one has failed."""
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            try:
                for future in concurrent.futures.as_completed([pool.submit(function, *each) for each in arguments]):
                    future.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def learn(self, kind, recipe, folder, *arguments):
        """Trains by a recipe, or goes on; the folder's `seconds` say what it took of the processors, to its end or not."""
        resume = ["--resume"] if os.path.exists(os.path.join(folder, "checkpoint.safetensors")) else []
        threads = max(1, (os.cpu_count() or 1) // self.options.jobs)
        command = [os.path.join(self.options.programs, "featherlite-train"), *kind, recipe, self.options.dataset, "-o", folder,
                   "--threads", str(threads), *resume, *arguments]
        print(f"training in {folder}", flush=True)
        with open(os.path.join(folder, "log"), "a") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        with open(os.path.join(folder, "seconds"), "a") as file:
            file.write(f"{usage.ru_utime:.0f}\n")
        if process.returncode != 0:
            raise subprocess.CalledProcessError(process.returncode, command)

    def run_folder(self, kind, seed):
        return self.path(f"{kind}-{seed}")

    # Supernets.

    def train(self):
        self.side_by_side(self.train_supernet, [(kind, seed) for kind in KINDS for seed in self.seeds])

    def train_supernet(self, kind, seed):
        folder = self.run_folder(kind, seed)
        if os.path.exists(os.path.join(folder, "supernet.safetensors")):
            return
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(RECIPES, KINDS[kind])) as file:
            text = file.read().replace("seed = 1\n", f"seed = {seed}\n")
        path = os.path.join(folder, "recipe.toml")
        with open(path, "w") as file:
            file.write(text)
        self.learn(["ofa", "train"], path, folder)

    def seconds(self, kind, seed):
        """Seconds of the processors."""
        with open(os.path.join(self.run_folder(kind, seed), "seconds")) as file:
            return sum(float(line) for line in file)

    def trained(self, kind):
        """The seeds for which there is such a supernet."""
        return [seed for seed in self.seeds if os.path.exists(os.path.join(self.run_folder(kind, seed), "supernet.safetensors"))]

    def compare(self):
        for kind in KINDS:
            for seed in self.trained(kind):
                folder = self.run_folder(kind, seed)
                self.ofa("sample", folder, self.options.dataset, "-n", RANDOM, "--seed", 50, "--test", "--uncalibrated",
                         "-o", os.path.join(folder, "test.jsonl"))

    def compared(self, kind, seed):
        """Test accuracies of the random networks, and these with the statistics of the largest."""
        lines = read_lines(os.path.join(self.run_folder(kind, seed), "test.jsonl"))
        return [line["accuracy"] for line in lines], [line["uncalibrated"] for line in lines]

    # Networks by themselves.

    def train_alone(self, name, arch, resolution, seed, network="", qat=False):
        """The folder of a network that is trained alone, from the beginning."""
        folder = self.path("alone", name)
        if not os.path.exists(os.path.join(folder, "qat" if qat else "", "model.tflite")):
            os.makedirs(folder, exist_ok=True)
            path = os.path.join(folder, "recipe.toml")
            with open(path, "w") as file:
                file.write(RECIPE.format(arch=arch, seed=seed, network=network, resolution=resolution, **first_phase()))
            self.learn(["train"], path, folder, *(["--qat"] if qat else []))
        return folder

    def alone(self):
        self.side_by_side(self.train_part_alone, [(line,) for line in self.chosen_alone()])

    def train_part_alone(self, line):
        name = f"random-{line['number']}"
        os.makedirs(self.path("alone", name), exist_ok=True)
        choice, arch = self.path("alone", name, "choice.json"), self.path("alone", name, "arch.json")
        with open(choice, "w") as file:
            json.dump(line["choice"], file)
        self.ofa("spaces", self.run_folder("shrinking", self.seeds[0]), "--network", choice, "-o", arch)
        self.train_alone(name, "arch.json", line["choice"]["resolution"], self.seeds[0])

    def chosen_alone(self):
        return read_lines(os.path.join(self.run_folder("shrinking", self.seeds[0]), "test.jsonl"))[:ALONE]

    def accuracy(self, *models):
        """Test accuracy, bytes and median latency of models."""
        found = json.loads(self.call("featherlite", "evaluate", *models, self.options.dataset, "--split", "test", "--range", "-1,1", "--json"))
        return found["models"]

    # What is found.

    def better_supernet(self):
        """The folder of the supernet that is searched: of the first seed, the one whose random networks are better on validation images."""
        def validation(folder):
            path = os.path.join(folder, "validation.jsonl")
            self.ofa("sample", folder, self.options.dataset, "-n", RANDOM, "--seed", 50, "-o", path)
            return statistics.mean(line["accuracy"] for line in read_lines(path))
        return max((self.run_folder(kind, self.seeds[0]) for kind in SEARCHED), key=validation)

    def predict(self):
        folder = self.better_supernet()
        self.ofa("sample", folder, self.options.dataset, "-n", SAMPLES)
        with open(self.path("predictor.txt"), "w") as file:
            file.write(self.ofa("fit-accuracy", folder, "--report", self.path("accuracy.html")))

    def latency(self):
        folder, tables = self.better_supernet(), self.path("tables")
        if not os.path.exists(self.path("latency.txt")):
            said = self.call("featherlite", "ofa", "latency", folder, "--target", self.options.target, "-o", tables, "--verify", RANDOM)
            said += self.call("featherlite", "ofa", "latency", "ofa-mbv3", "--target", self.options.target + "-mbv3", "-o", tables,
                              "--resolutions", 224, "--verify", 20)
            with open(self.path("latency.txt"), "w") as file:
                file.writelines(line + "\n" for line in said.splitlines() if "networks" in line)

    def table(self, scheme="int8"):
        return self.path("tables", f"{self.options.target}-{scheme}.json")

    def limits(self):
        """A quarter, a half and three quarters of the way from the quickest of the random networks to the slowest, in microseconds."""
        with open(self.path("tables", f"{self.options.target}-int8.csv")) as file:
            times = sorted(float(line.split(",")[1]) for line in file.readlines()[1:])
        return [round(times[0] + share * (times[-1] - times[0])) for share in (0.25, 0.5, 0.75)]

    def search(self):
        folder = self.better_supernet()
        found = self.path("found")
        limits = ",".join(map(str, self.limits()))
        self.ofa("search", os.path.join(folder, "accuracy.safetensors"), "--by", "latency", "--table", self.table(), "--limit", limits,
                 "--top", CHOICES, "--random", 1000, "-o", found)
        for limit in self.limits():
            for kind in ("top", "random"):
                networks = os.path.join(found, f"{limit}.{kind}.jsonl")
                looked = os.path.join(found, f"{limit}.{kind}")
                if os.path.exists(looked + ".measured.csv"):
                    continue
                for part in ("validation", "test"):
                    self.ofa("sample", folder, self.options.dataset, "--networks", networks, "-o", f"{looked}.{part}.jsonl",
                             *(["--test"] if part == "test" else []))
                scratch = self.path("found", "tables")
                os.makedirs(scratch, exist_ok=True)
                shutil.copyfile(self.table(), os.path.join(scratch, f"{self.options.target}-int8.json"))
                self.call("featherlite", "ofa", "latency", folder, "--target", self.options.target, "-o", scratch, "--schemes", "int8",
                          "--networks", networks)
                shutil.move(os.path.join(scratch, f"{self.options.target}-int8.csv"), looked + ".measured.csv")

    def looked(self, limit, kind):
        """Of the networks of a list: validation and test accuracy, predicted and measured microseconds."""
        stem = self.path("found", f"{limit}.{kind}")
        parts = [[line["accuracy"] for line in read_lines(f"{stem}.{part}.jsonl")] for part in ("validation", "test")]
        with open(stem + ".measured.csv") as file:
            times = [tuple(map(float, line.split(",")[1:])) for line in file.readlines()[1:]]
        return [(validation, test, *time) for validation, test, time in zip(*parts, times)]

    def deploy(self):
        folder = self.better_supernet()
        for limit in self.limits():
            output = self.path("deployed", str(limit))
            if not os.path.exists(os.path.join(output, "deploy.json")):
                self.ofa("deploy", folder, self.options.dataset, self.path("found", f"{limit}.choice.json"), "-o", output,
                         "--table", self.table(), "--test")
        peers = []
        for limit in self.limits():
            for family, network in PEERS.items():
                network = f"width = {self.width(family, limit)}\nresolution = 28\n{network}"
                peers.append((f"{family}-{limit}", family, 28, self.seeds[0], network, True))
        self.side_by_side(self.train_alone, peers)

    def width(self, family, limit):
        """How wide a network is that takes as long as `limit` in int8: found by halving."""
        path = self.path("alone", f"{family}-{limit}.width")
        if os.path.exists(path):
            with open(path) as file:
                return float(file.read())
        low, high = 0.1, 2.0
        for _ in range(7):
            width = round((low + high) / 2, 3)
            low, high = (width, high) if self.int8_latency(family, width) <= limit else (low, width)
        os.makedirs(self.path("alone"), exist_ok=True)
        with open(path, "w") as file:
            file.write(str(low))
        return low

    def int8_latency(self, family, width):
        """Of a network with random weights, in microseconds."""
        float_file, file = self.path("probe.tflite"), self.path("probe-int8.tflite")
        self.call("featherlite", "arch", "build", family, "--width", width, "--resolution", 28, "--channels", 1, "--classes", 10,
                  "--total-stride", 4, *HEADS[family], "-o", float_file)
        self.call("featherlite", "quantize", float_file, "-o", file, "--random", 2, "--improve", "none",
                  "--input-type", "int8", "--output-type", "int8")
        line = self.call("featherlite", "bench", file, "--min_secs", 0.3).splitlines()[-1]
        return float(dict(word.split("=") for word in line.split())["median_us"])


# Other families, changed for small images as their own recipes do.
PEERS = {"mobilenet_v3_large": "channels = 1\ntotal_stride = 4\nhead_channels = 256\n",
         "efficientnet_b0": "channels = 1\ntotal_stride = 4\nhead_channels = 256\n"}
HEADS = {family: ["--head-channels", "256"] for family in PEERS}


def first_phase():
    """What the full network is trained by."""
    with open(os.path.join(RECIPES, KINDS["shrinking"]), "rb") as file:
        recipe = tomllib.load(file)
    values = {**recipe, **recipe["optimizer"], **recipe["phases"][0]}
    return {key: values[key] for key in ("batch", "label_smoothing", "weight_decay", "epochs", "learning_rate", "warmup")}


def read_lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def percent(share):
    return f"{100 * share:.2f}"


def spread(values):
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{100 * statistics.mean(values):.2f} ± {100 * deviation:.2f}"


def markdown(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def put(name, text):
    """Replaces what lies between two marks in the document."""
    begin, end = f"<!-- {name}: made by tools/ofa_experiment.py -->", f"<!-- end of {name} -->"
    with open(DOCUMENT) as file:
        before, rest = file.read().split(begin)
    behind = rest.split(end)[1]
    with open(DOCUMENT, "w") as file:
        file.write(f"{before}{begin}\n\n{text}\n{end}{behind}")


class Report:
    """What was found, as tables."""

    def __init__(self, experiment):
        self.experiment = experiment

    def compare(self):
        experiment, rows = self.experiment, []
        for kind in filter(experiment.trained, KINDS):
            seeds = experiment.trained(kind)
            means = [[statistics.mean(values) for values in experiment.compared(kind, seed)] for seed in seeds]
            seconds = statistics.mean(experiment.seconds(kind, seed) for seed in seeds)
            own, largest = zip(*means)
            rows.append([kind, len(seeds), spread(own), spread(largest), f"{seconds / 60:.0f}"])
        return markdown(["training", "seeds", "mean of 50 networks, test %", "without statistics of their own", "minutes of CPU"], rows)

    def alone(self):
        experiment, rows = self.experiment, []
        lines = experiment.chosen_alone()
        models = [experiment.path("alone", f"random-{line['number']}", "model.tflite") for line in lines]
        for line, found in zip(lines, experiment.accuracy(*models)):
            rows.append([line["number"], line["choice"]["resolution"], percent(line["accuracy"]), percent(found["top1"]),
                         f"{100 * (line['accuracy'] - found['top1']):+.2f}"])
        mean = statistics.mean(float(row[-1]) for row in rows)
        return markdown(["network", "resolution", "as a part, test %", "alone, test %", "difference"], rows + [["mean", "", "", "", f"{mean:+.2f}"]])

    def predict(self):
        with open(self.experiment.path("predictor.txt")) as file:
            return "```text\n" + file.read() + "```\n"

    def latency(self):
        with open(self.experiment.path("latency.txt")) as file:
            return "```text\n" + file.read() + "```\n"

    def search(self):
        experiment, rows = self.experiment, []
        for limit in experiment.limits():
            for kind, name in (("top", "evolution"), ("random", "1,000 random ones")):
                looked = experiment.looked(limit, kind)
                validation, test, predicted, measured = max(looked)
                over = max(time / limit - 1 for *_, time in looked)
                rows.append([f"{limit} µs", name, percent(validation), percent(test), spread([test for _, test, *_ in looked]),
                             f"{predicted:.0f}", f"{measured:.0f}", f"{100 * over:+.1f} %"])
        return markdown(["limit", "the best 20 of", "best by validation %", "its test %", "test % of all 20", "its µs, predicted", "measured",
                         "the slowest, over the limit"], rows)

    def deploy(self):
        experiment, rows = self.experiment, []
        for limit in experiment.limits():
            with open(experiment.path("deployed", str(limit), "deploy.json")) as file:
                deployed = json.load(file)
            for name in ("float", "integer"):
                measured = deployed[name]
                rows.append([f"{limit} µs", f"found, {'int8' if name == 'integer' else name}", percent(measured["accuracy"]),
                             f"{measured['bytes'] / 1000:.0f} kB", f"{measured['microseconds']:.0f} µs"])
            for family in PEERS:
                folder = experiment.path("alone", f"{family}-{limit}")
                models = [os.path.join(folder, "model.tflite"), os.path.join(folder, "qat", "model.tflite")]
                if not all(map(os.path.exists, models)):
                    continue
                for name, found in zip(("float", "int8"), experiment.accuracy(*models)):
                    rows.append([f"{limit} µs", f"{family}, {name}", percent(found["top1"]), f"{found['bytes'] / 1000:.0f} kB",
                                 f"{found['latency_us']['p50']:.0f} µs"])
        return markdown(["limit", "network", "test %", "file", "latency"], rows)


# What is kept in the repository of a run, whose checkpoints are too large for it.
KEPT = ("*-*/metrics.csv", "*-*/test.jsonl", "*-*/samples.jsonl", "alone/*/metrics.csv", "alone/*/qat/metrics.csv", "tables/*.json", "tables/*.csv",
        "found/*.jsonl", "found/*.csv", "deployed/*/deploy.json", "*.txt")


def keep(experiment):
    """Records, and hashes of supernets, for the repository."""
    os.makedirs(RESULTS, exist_ok=True)
    for pattern in KEPT:
        for path in glob.glob(experiment.path(pattern)):
            shutil.copyfile(path, os.path.join(RESULTS, os.path.relpath(path, experiment.options.runs).replace(os.sep, "-")))
    with open(os.path.join(RESULTS, "checkpoints.sha256"), "w") as file:
        for path in sorted(glob.glob(experiment.path("*-*", "*.safetensors"))):
            with open(path, "rb") as contents:
                file.write(f"{hashlib.sha256(contents.read()).hexdigest()}  {os.path.relpath(path, experiment.options.runs)}\n")


def main():
    options = parse_arguments()
    experiment = Experiment(options)
    report = Report(experiment)
    for stage in [stage for stage in STAGES if stage in (options.stages or STAGES)]:
        print(f"{stage}:", flush=True)
        getattr(experiment, stage)()
        if hasattr(report, stage):
            text = getattr(report, stage)()
            print(text, flush=True)
            if options.write:
                put(stage, text)
    if options.write:
        keep(experiment)


if __name__ == "__main__":
    main()
