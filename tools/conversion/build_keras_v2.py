"""Writes a Keras network once more as Keras 2 does, with the same weights: `model_v2.h5`, `saved_model_v2`."""

import os
import sys

import numpy as np
import tf_keras

sys.modules["keras"] = tf_keras
sys.modules["keras.layers"] = tf_keras.layers

from . import build_keras, networks  # noqa: E402  (both import what is set above)


def build(network, folder):
    """Takes `weights.npz` and checks that the logits are the same."""
    model, _ = build_keras.create(network)
    stored = np.load(os.path.join(folder, "weights.npz"))
    model.set_weights([stored[name] for name in stored.files])
    inputs = np.load(os.path.join(folder, "inputs.npz"))
    inputs = build_keras.as_argument([inputs[name] for name in sorted(inputs.files)])
    expected = np.load(os.path.join(folder, "expected.npz"))["output_0"]
    logits = model(inputs, training=False).numpy()
    np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-4 * np.abs(expected).max())
    model.save(os.path.join(folder, "model_v2.h5"))
    model.save(os.path.join(folder, "saved_model_v2"), save_format="tf")


if __name__ == "__main__":
    build(networks.by_name(sys.argv[1]), sys.argv[2])
