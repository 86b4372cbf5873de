"""The folder that keeps networks and references, so that a second run is quick."""

import dataclasses
import json
import os
import sys

import numpy as np

from . import measure, networks

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Cache:
    """Files of every network under one folder."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)

    def path(self, network, *names):
        """A file of the network."""
        return os.path.join(self.folder, network.name, *names)

    def has(self, network, *names):
        """Whether that file exists."""
        return os.path.exists(self.path(network, *names))

    def is_newer(self, network, name, source):
        """Whether that file exists and was written after the file `source`."""
        path = self.path(network, name)
        return os.path.exists(path) and os.path.getmtime(path) > os.path.getmtime(self.path(network, source))

    def read_json(self, network, name):
        """A JSON file's content, or an empty table."""
        if not self.has(network, name):
            return {}
        with open(self.path(network, name), encoding="utf-8") as file:
            return json.load(file)

    def arrays(self, network, name):
        """The arrays of an `.npz` file in the order of their names."""
        stored = np.load(self.path(network, name))
        return [stored[key] for key in sorted(stored.files)]

    def module(self, network, module, *arguments, log, **environment):
        """Runs a module of this package in a process of its own; its errors go to the file `log`."""
        command = [sys.executable, "-m", f"conversion.{module}", *arguments]
        outcome = measure.run(command, PYTHONPATH=TOOLS, TF_CPP_MIN_LOG_LEVEL="3", **environment)
        with open(self.path(network, log), "w", encoding="utf-8") as file:
            file.write(outcome.output + outcome.errors)
        return outcome

    def prepare(self, network):
        """Builds what is missing of the network and of TensorFlow's conversion; says what failed."""
        os.makedirs(self.path(network), exist_ok=True)
        if not self.has(network, "facts.json"):
            outcome = self.module(network, f"build_{network.framework}", network.name, self.path(network), log="build.log")
            if outcome.code != 0:
                return f"not built: {outcome.why()}"
        if network.framework == "keras":
            self.prepare_other_forms(network)
        return None

    def prepare_other_forms(self, network):
        """What is made from the Keras network: Keras 2's files, ONNX, and TensorFlow's conversion."""
        folder = self.path(network)
        if not self.has(network, "keras_v2.log"):
            self.module(network, "build_keras_v2", network.name, folder, log="keras_v2.log")
        for backend in ("tensorflow", "torch") if network.name in networks.ALSO_AS_ONNX else ():
            if not self.has(network, f"onnx_{backend}.log"):
                self.module(network, "keras_to_onnx", folder, log=f"onnx_{backend}.log", KERAS_BACKEND=backend)
        if network.name == "twin" and not self.has(network, "model.onnx"):
            self.module(network, "build_torch", network.name, folder, log="build_torch.log")
        if not self.has(network, "tf.json"):
            self.convert_by_tensorflow(network)

    def convert_by_tensorflow(self, network):
        """Writes `tf.tflite` and `tf.json`; the latter holds `failure` where TensorFlow refuses."""
        outcome = self.module(network, "tf_reference", self.path(network), self.path(network, "tf.tflite"), log="tf.log")
        facts = json.loads(outcome.output.splitlines()[-1]) if outcome.code == 0 else {"failure": outcome.why()}
        with open(self.path(network, "tf.json"), "w", encoding="utf-8") as file:
            json.dump(facts, file)


def save(lines, path):
    """Keeps lines of a table as JSON."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump([dataclasses.asdict(line) for line in lines], file, indent=1)


def load(kind, path, key):
    """Lines that [`save`] kept, of the class `kind`, by what `key` gives for each; nothing where there is no file."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        lines = [kind(**entry) for entry in json.load(file)]
    return {key(line): line for line in lines}
