"""ai-edge-quantizer's static int8 recipe on a float `.tflite` file. Runs in a process of its own."""

import sys

import numpy as np


def main(model, samples, output):
    from ai_edge_litert.interpreter import Interpreter
    from ai_edge_quantizer import quantizer, recipe

    signature, entry = next(iter(Interpreter(model).get_signature_list().items()))
    name = entry["inputs"][0]
    pictures = np.load(samples)["input_0"]
    job = quantizer.Quantizer(model)
    job.load_quantization_recipe(recipe.static_wi8_ai8())
    statistics = job.calibrate({signature: [{name: picture[None]} for picture in pictures]})
    job.quantize(statistics).export_model(output, overwrite=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
