#!/usr/bin/env python3
"""Trains the model that `featherlite classify` carries, and writes it as a full-int8 `.tflite` file.

A small MobileNetV2 (inverted residuals) for the 28x28 grey images of Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017,
arXiv 1708.07747; MIT licence, copyright 2017 Zalando SE, https://github.com/zalandoresearch/fashion-mnist). The data are in
the Debian package `dataset-fashion-mnist`:

    apt-get install dataset-fashion-mnist        # puts them into /usr/share/datasets/fashion-mnist

or, without installing, `apt-get download dataset-fashion-mnist && dpkg -x dataset-fashion-mnist*.deb x`, and
`--data x/usr/share/datasets/fashion-mnist`.

Of the 60,000 training images 55,000 train and 5,000 decide; the 10,000 test images are read by `test` alone:

    train_fashion_mnist.py train --epochs 16
    train_fashion_mnist.py test --featherlite target/release/featherlite
    train_fashion_mnist.py samples

TensorFlow, Keras 3, ai-edge-litert and Pillow are needed.
"""
import argparse
import gzip
import io
import os
import subprocess
import tempfile
import zipfile

import numpy as np

LABELS = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ASSETS = os.path.join(ROOT, "crates", "cli", "assets")
MODEL = os.path.join(ASSETS, "fashion_mnist_int8.tflite")
VALIDATION = 5_000
# (channels, expansion, stride, repeats) of each stage.
STAGES = [(24, 1, 2, 1), (24, 3, 1, 1), (40, 4, 2, 1), (40, 4, 1, 2), (64, 4, 1, 1)]
STEM, HEAD = 16, 128


def read(folder, part):
    """Images [n, 28, 28, 1] and labels of `train` or `t10k`."""
    def array(name, offset):
        with gzip.open(os.path.join(folder, f"{part}-{name}-ubyte.gz")) as file:
            return np.frombuffer(file.read(), np.uint8, offset=offset)
    return array("images-idx3", 16).reshape(-1, 28, 28, 1), array("labels-idx1", 8)


def network(batch=None):
    """The network on images in [0, 1]."""
    import keras
    from keras import layers

    def conv(x, channels, size, stride=1, relu=True):
        x = layers.Conv2D(channels, size, stride, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        return layers.ReLU(6.0)(x) if relu else x

    def inverted_residual(x, channels, expansion, stride):
        source = x
        if expansion > 1:
            x = conv(x, x.shape[-1] * expansion, 1)
        x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = conv(x, channels, 1, relu=False)
        return layers.Add()([source, x]) if stride == 1 and source.shape[-1] == channels else x

    image = keras.Input((28, 28, 1), batch, name="image")
    x = conv(image, STEM, 3)
    for channels, expansion, stride, repeats in STAGES:
        for index in range(repeats):
            x = inverted_residual(x, channels, expansion, stride if index == 0 else 1)
    x = layers.GlobalAveragePooling2D()(conv(x, HEAD, 1))
    x = layers.Dense(len(LABELS))(layers.Dropout(0.2)(x))
    return keras.Model(image, layers.Softmax(name="probabilities")(x))


def fit(model, images, labels, epochs, seed):
    """Trains on all but the last images, which are for validation."""
    import keras
    import tensorflow as tf

    batch = 128

    def augment(image, label):
        image = tf.image.random_flip_left_right(tf.cast(image, tf.float32) / 255)
        image = tf.image.random_crop(tf.pad(image, [[2, 2], [2, 2], [0, 0]]), [28, 28, 1])
        return image, tf.one_hot(label, len(LABELS))

    count = len(images) - VALIDATION
    data = tf.data.Dataset.from_tensor_slices((images[:count], labels[:count]))
    data = data.shuffle(count, seed=seed).map(augment, 1).batch(batch, drop_remainder=True).prefetch(4)
    steps = epochs * (count // batch)
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps - 300, warmup_target=4e-3, warmup_steps=300)
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=2e-2, use_ema=True, ema_momentum=0.995),
        keras.losses.CategoricalCrossentropy(label_smoothing=0.05),
        metrics=["accuracy"],
    )
    held = (images[count:].astype(np.float32) / 255, np.eye(len(LABELS))[labels[count:]])
    model.fit(data, epochs=epochs, validation_data=held, validation_batch_size=500, verbose=2)


def convert(model, images):
    """The model in 8-bit integers, calibrated on `images`; input and output are int8."""
    import tensorflow as tf

    single = network(batch=1)
    single.set_weights(model.get_weights())
    converter = tf.lite.TFLiteConverter.from_keras_model(single)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.representative_dataset = lambda: ([image[None].astype(np.float32) / 255] for image in images)
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def with_metadata(model):
    """The model with TFLite metadata: what the input is, and the labels as an associated file in an appended zip."""
    import flatbuffers
    from tensorflow.lite.python import schema_py_generated as schema

    def table(builder, *fields):
        """A table of (slot, kind, value) with kind one of the builder's `PrependXSlot`."""
        builder.StartObject(1 + max(slot for slot, _, _ in fields))
        for slot, kind, value in fields:
            getattr(builder, f"Prepend{kind}Slot")(slot, value, 0)
        return builder.EndObject()

    def vector(builder, items):
        builder.StartVector(4, len(items), 4)
        for item in reversed(items):
            builder.PrependUOffsetTRelative(item)
        return builder.EndVector()

    def floats(builder, values):
        builder.StartVector(4, len(values), 4)
        for value in reversed(values):
            builder.PrependFloat32(value)
        return builder.EndVector()

    # Slots and numbers are those of metadata_schema.fbs.
    b = flatbuffers.Builder(1024)
    text = b.CreateString
    ref = "UOffsetTRelative"
    colour = table(b, (0, "Uint8", 2))  # ImageProperties: GRAYSCALE
    content = table(b, (0, "Uint8", 2), (1, ref, colour))  # Content of ImageProperties
    scaling = table(b, (0, ref, floats(b, [0.0])), (1, ref, floats(b, [255.0])))  # mean, std
    process = table(b, (0, "Uint8", 1), (1, ref, scaling))  # NormalizationOptions
    fields = ((0, ref, text("image")), (1, ref, text("A grey 28x28 image, bright on black.")))
    image = table(b, *fields, (3, ref, content), (4, ref, vector(b, [process])))
    labels = table(b, (0, ref, text("labels.txt")), (2, "Int8", 2))  # TENSOR_AXIS_LABELS
    scores = table(b, (0, ref, text("probability")), (6, ref, vector(b, [labels])))
    graph = table(b, (2, ref, vector(b, [image])), (3, ref, vector(b, [scores])))
    fields = ((0, ref, text("Fashion-MNIST classifier")), (2, ref, text("1")))
    fields += ((1, ref, text("A small MobileNetV2, trained on Fashion-MNIST.")), (7, ref, text("1.0.0")))
    b.Finish(table(b, *fields, (3, ref, vector(b, [graph]))), b"M001")

    contents = schema.ModelT.InitFromObj(schema.Model.GetRootAs(model))
    buffer, entry = schema.BufferT(), schema.MetadataT()
    buffer.data = np.frombuffer(bytes(b.Output()), np.uint8)
    entry.name, entry.buffer = b"TFLITE_METADATA", len(contents.buffers)
    contents.buffers.append(buffer)
    contents.metadata = (contents.metadata or []) + [entry]
    b = flatbuffers.Builder(len(model))
    b.Finish(contents.Pack(b), b"TFL3")
    file = io.BytesIO(bytes(b.Output()))
    file.seek(0, os.SEEK_END)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_STORED) as archive:
        # A fixed date: the same weights make the same file.
        archive.writestr(zipfile.ZipInfo("labels.txt"), "\n".join(LABELS) + "\n")
    return file.getvalue()


def quantized(images):
    """Pixels as the model's int8 input has them: scale 1/255, zero point -128."""
    return (images.astype(np.int16) - 128).astype(np.int8)


def litert_scores(model, images):
    """Int8 scores from ai-edge-litert's reference kernels."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1
    )
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    assert source["quantization"] == (np.float32(1 / 255), -128), source["quantization"]
    scores = []
    for image in quantized(images):
        interpreter.set_tensor(source["index"], image[None])
        interpreter.invoke()
        scores.append(interpreter.get_tensor(target["index"])[0])
    return np.array(scores)


def featherlite_scores(program, path, images, part=1000):
    """Int8 scores from Featherlite, `part` images at a time."""
    scores = []
    for start in range(0, len(images), part):
        with tempfile.TemporaryDirectory() as folder:
            np.save(os.path.join(folder, "input_0.npy"), quantized(images[start:start + part]))
            arguments = ["conformance", "--model", path, "--inputs", folder, "--outputs", folder]
            subprocess.run([program] + arguments, check=True)
            scores.append(np.load(os.path.join(folder, "output_0.npy")))
    return np.concatenate(scores)


def accuracy(scores, labels):
    return f"{100 * np.mean(scores.argmax(1) == labels):.2f} % of {len(labels)}"


def train(options):
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(options.seed)
    images, labels = read(options.data, "train")
    model = network()
    print(f"{model.count_params()} parameters")
    fit(model, images, labels, options.epochs, options.seed)
    contents = with_metadata(convert(model, images[:500]))
    os.makedirs(os.path.dirname(options.model), exist_ok=True)
    with open(options.model, "wb") as file:
        file.write(contents)
    print(f"{options.model}: {len(contents)} bytes")
    scores = litert_scores(contents, images[-VALIDATION:])
    print(f"int8 validation accuracy: {accuracy(scores, labels[-VALIDATION:])}")


def test(options):
    images, labels = read(options.data, "t10k")
    with open(options.model, "rb") as file:
        scores = litert_scores(file.read(), images)
    print(f"int8 test accuracy, LiteRT: {accuracy(scores, labels)}")
    if options.featherlite:
        own = featherlite_scores(options.featherlite, options.model, images)
        print(f"int8 test accuracy, Featherlite: {accuracy(own, labels)}; equal scores: {(own == scores).all()}")


def samples(options):
    """The first test image of each class."""
    from PIL import Image

    images, labels = read(options.data, "t10k")
    folder = os.path.join(os.path.dirname(options.model), "samples")
    os.makedirs(folder, exist_ok=True)
    for index, label in enumerate(LABELS):
        name = label.lower().replace("/", "_").replace(" ", "_").replace("-", "_")
        image = images[np.argmax(labels == index), :, :, 0]
        Image.fromarray(image).save(os.path.join(folder, f"{name}.png"), optimize=True)
    with open(os.path.join(os.path.dirname(options.model), "fashion_mnist_labels.txt"), "w") as file:
        file.write("\n".join(LABELS) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=["train", "test", "samples"])
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist", help="folder of the four idx files")
    parser.add_argument("--model", default=MODEL, help="the file to write or test")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--featherlite", help="test: the program, to compare it with LiteRT")
    options = parser.parse_args()
    {"train": train, "test": test, "samples": samples}[options.job](options)


if __name__ == "__main__":
    main()
