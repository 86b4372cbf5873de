#!/usr/bin/env python3
"""How long `invoke` takes, called from Python.

    python overhead.py model.tflite [--package ai_edge_litert.interpreter]

prints the least mean of 30 times 5,000 calls, with one thread. What Rust needs for the same model: `featherlite bench model.tflite
--num_threads 1`. With a model as small as hello_world the difference is the price of a call.
"""

import argparse
import importlib
import timeit

CALLS, ROUNDS = 5000, 30


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--package", default="featherlite", help="where Interpreter is from")
    options = parser.parse_args()
    interpreter = importlib.import_module(options.package).Interpreter(model_path=options.model, num_threads=1)
    interpreter.allocate_tensors()
    seconds = min(timeit.repeat(interpreter.invoke, number=CALLS, repeat=ROUNDS)) / CALLS
    print(f"{1e6 * seconds:.3f} us a call")


if __name__ == "__main__":
    main()
