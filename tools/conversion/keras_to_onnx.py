"""Exports a Keras network to ONNX: with KERAS_BACKEND=tensorflow by tf2onnx, with KERAS_BACKEND=torch by PyTorch."""

import os
import sys

import keras
import numpy as np


def main(folder):
    stored = np.load(os.path.join(folder, "inputs.npz"))
    inputs = [stored[name][:1] for name in sorted(stored.files)]
    model = keras.saving.load_model(os.path.join(folder, "model.keras"))
    model(inputs[0] if len(inputs) == 1 else inputs)
    model.export(os.path.join(folder, f"model_{keras.backend.backend()}.onnx"), format="onnx", verbose=False)


if __name__ == "__main__":
    main(sys.argv[1])
