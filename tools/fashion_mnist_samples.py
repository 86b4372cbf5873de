#!/usr/bin/env python3
"""Writes the pictures and labels that `featherlite classify` carries: the first test image of each class of Fashion-MNIST.

    apt-get install dataset-fashion-mnist        # puts the dataset into /usr/share/datasets/fashion-mnist
    python3 tools/fashion_mnist_samples.py [--data DIR] [--named DIR]

With --named it also makes a folder of the dataset in which classes have their names, by which the model was trained that the
program carries (crates/cli/assets/README.md). NumPy and Pillow are needed.
"""
import argparse
import gzip
import os

import numpy as np
from PIL import Image

LABELS = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
ASSETS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "crates", "cli", "assets")


def read(folder, name, offset):
    with gzip.open(os.path.join(folder, f"t10k-{name}-ubyte.gz")) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def write_labels(path):
    with open(path, "w") as file:
        file.write("\n".join(LABELS) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist", help="the folder of the four files")
    parser.add_argument("--named", metavar="DIR", help="make a folder with links to them, and the names of classes")
    options = parser.parse_args()
    images, labels = read(options.data, "images-idx3", 16).reshape(-1, 28, 28), read(options.data, "labels-idx1", 8)
    samples = os.path.join(ASSETS, "samples")
    os.makedirs(samples, exist_ok=True)
    for index, label in enumerate(LABELS):
        name = label.lower().replace("/", "_").replace(" ", "_").replace("-", "_")
        Image.fromarray(images[np.argmax(labels == index)]).save(os.path.join(samples, f"{name}.png"), optimize=True)
    write_labels(os.path.join(ASSETS, "fashion_mnist_labels.txt"))
    if options.named:
        os.makedirs(options.named)
        write_labels(os.path.join(options.named, "labels.txt"))
        for file in os.listdir(options.data):
            os.symlink(os.path.abspath(os.path.join(options.data, file)), os.path.join(options.named, file))


if __name__ == "__main__":
    main()
