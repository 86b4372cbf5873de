"""Our own program: converts, quantizes, runs."""

import os
import tempfile

import numpy as np

from . import litert, measure, tflite_file


class Failed(Exception):
    """The program refused; the message is its own."""


class Featherlite:
    """The command line program at `path`."""

    def __init__(self, path):
        self.path = path

    def call(self, *arguments):
        """Runs one command; an exit code other than 0 raises [`Failed`]."""
        outcome = measure.run([self.path, *arguments], limit=900, NO_COLOR="1")
        if outcome.code != 0:
            raise Failed(outcome.why())
        return outcome

    def convert(self, source, output, *options, tries=1):
        """Converts; the quickest of some tries as an [`measure.Outcome`]."""
        outcomes = [self.call("convert", source, "-o", output, *options) for _ in range(tries)]
        return min(outcomes, key=lambda outcome: outcome.seconds)

    def run(self, path, samples, *options):
        """`output_0`, … as they come, for samples along the first axis."""
        shapes = tflite_file.input_shapes(path)
        results = {}
        with tempfile.TemporaryDirectory() as folder:
            for index in range(len(samples[0])):
                inputs = []
                for number, (array, shape) in enumerate(zip(samples, shapes)):
                    file = os.path.join(folder, f"input_{number}.npy")
                    np.save(file, litert.fitted(array[index : index + 1], shape))
                    inputs += ["-i", file]
                self.call("run", path, *inputs, "--output-dir", folder, *options)
                number = 0
                while os.path.exists(file := os.path.join(folder, f"output_{number}.npy")):
                    results.setdefault(f"output_{number}", []).append(np.load(file))
                    os.remove(file)
                    number += 1
        return {name: np.concatenate(arrays) for name, arrays in results.items()}
