"""Small Keras networks of kinds that keras.applications lacks, each with inputs to try it on."""

import keras
import numpy as np
from keras import layers

STEPS, FEATURES = 24, 12


def _sequence(count, seed):
    """Sums of a few sines with noise, `[count, STEPS, FEATURES]`."""
    generator = np.random.default_rng(seed)
    time = np.arange(STEPS)[None, :, None]
    frequency = generator.uniform(0.05, 1.0, (count, 1, FEATURES))
    phase = generator.uniform(0.0, 6.28, (count, 1, FEATURES))
    noise = generator.normal(0.0, 0.1, (count, STEPS, FEATURES))
    return [(np.sin(time * frequency + phase) + noise).astype(np.float32)]


def lstm():
    """Two LSTM layers, the second for the last step only."""
    x = inputs = keras.Input((STEPS, FEATURES), name="sequence")
    x = layers.LSTM(32, return_sequences=True)(x)
    x = layers.LSTM(24)(x)
    return keras.Model(inputs, layers.Dense(10, name="logits")(x)), _sequence


def gru():
    """A GRU as Keras writes it by default, and one of the older kind."""
    x = inputs = keras.Input((STEPS, FEATURES), name="sequence")
    x = layers.GRU(32, return_sequences=True)(x)
    x = layers.GRU(24, reset_after=False)(x)
    return keras.Model(inputs, layers.Dense(10, name="logits")(x)), _sequence


def bidirectional():
    """Both directions joined and added."""
    x = inputs = keras.Input((STEPS, FEATURES), name="sequence")
    x = layers.Bidirectional(layers.LSTM(16, return_sequences=True))(x)
    x = layers.Bidirectional(layers.GRU(16), merge_mode="sum")(x)
    return keras.Model(inputs, layers.Dense(10, name="logits")(x)), _sequence


def attention():
    """Token embedding, two transformer blocks, mean over the tokens."""
    inputs = keras.Input((32,), dtype="int32", name="tokens")
    x = layers.Embedding(200, 48)(inputs)
    for _ in range(2):
        y = layers.LayerNormalization()(x)
        x = layers.Add()([x, layers.MultiHeadAttention(4, 12)(y, y)])
        y = layers.LayerNormalization()(x)
        y = layers.Dense(96, activation="gelu")(y)
        x = layers.Add()([x, layers.Dense(48)(y)])
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x))
    model = keras.Model(inputs, layers.Dense(10, name="logits")(x))
    return model, lambda count, seed: [np.random.default_rng(seed).integers(0, 200, (count, 32)).astype(np.int32)]


def _double(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return x


def unet():
    """Two levels down and up again: pooling, transposed convolution, bilinear up-sampling, skips."""
    inputs = keras.Input((64, 64, 3), name="image")
    first = _double(inputs, 16)
    second = _double(layers.MaxPooling2D()(first), 32)
    x = _double(layers.MaxPooling2D()(second), 48)
    x = layers.Conv2DTranspose(32, 2, strides=2, padding="same")(x)
    x = _double(layers.Concatenate()([x, second]), 32)
    x = layers.UpSampling2D(interpolation="bilinear")(x)
    x = _double(layers.Concatenate()([x, first]), 16)
    return keras.Model(inputs, layers.Conv2D(4, 1, name="logits")(x)), None


def twin():
    """The network that `small_torch.Twin` is too: inverted residual blocks with squeeze and excitation."""
    x = inputs = keras.Input((64, 64, 3), name="image")
    x = layers.ZeroPadding2D(1)(x)
    x = layers.Conv2D(16, 3, strides=2, use_bias=False)(x)
    x = layers.ReLU(max_value=6.0)(layers.BatchNormalization(epsilon=1e-5)(x))
    for stride in (1, 2):
        y = layers.Conv2D(48, 1, use_bias=False)(x)
        y = layers.ReLU(max_value=6.0)(layers.BatchNormalization(epsilon=1e-5)(y))
        y = layers.ZeroPadding2D(1)(y)
        y = layers.DepthwiseConv2D(3, strides=stride, use_bias=False)(y)
        y = layers.ReLU(max_value=6.0)(layers.BatchNormalization(epsilon=1e-5)(y))
        gate = layers.GlobalAveragePooling2D(keepdims=True)(y)
        gate = layers.Conv2D(12, 1, activation="relu")(gate)
        gate = layers.Conv2D(48, 1, activation="sigmoid")(gate)
        y = layers.Multiply()([y, gate])
        y = layers.Conv2D(16, 1, use_bias=False)(y)
        y = layers.BatchNormalization(epsilon=1e-5)(y)
        x = layers.Add()([x, y]) if stride == 1 else y
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(10, name="logits")(x)), None
