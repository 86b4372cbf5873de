"""Writes the networks that the tests of the converter read, with inputs and the outputs that the framework computes.

    python tools/make_convert_fixtures.py tensorflow keras3     # needs tensorflow-cpu
    python tools/make_convert_fixtures.py keras2                # needs tensorflow-cpu and tf-keras

A Keras network NAME becomes NAME.keras, perhaps NAME.h5, and NAME.json in crates/convert/tests/data/FRAMEWORK.
"""

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np

DATA = Path(__file__).resolve().parent.parent / "crates/convert/tests/data"
RANDOM = np.random.default_rng(0)


def listed(tensor):
    array = np.array(tensor)
    return {"shape": list(array.shape), "values": [round(float(value), 7) for value in array.ravel()]}


# TensorFlow ----------------------------------------------------------------------------------------------------------


def tensorflow_modules(tf):
    """Modules with signatures: a dictionary of functions for each."""
    spec = tf.TensorSpec

    class Signatures(tf.Module):
        """Arguments out of alphabetical order, several results, state, a loop with a bound that is given."""

        def __init__(self):
            self.w = tf.Variable(RANDOM.normal(size=(3, 4)).astype("f"), name="w")
            self.n = tf.Variable(1.5, name="n")

        @tf.function(input_signature=[spec([None, 3]), spec([None, 4])])
        def add(self, zeta, alpha):
            return {"y": tf.matmul(zeta, self.w) + alpha, "b": tf.nn.relu(alpha)}

        @tf.function(input_signature=[spec([])])
        def count(self, d):
            self.n.assign_add(d)
            return self.n.read_value()

        @tf.function(input_signature=[spec([], tf.int32)])
        def loop(self, n):
            x, i = tf.constant(1.0), 0
            while i < n:
                x, i = x * 0.5 + self.w[0, 0], i + 1
            return x

    class Image(tf.Module):
        """Images with channels first, and what surrounds them."""

        def __init__(self):
            self.filter = tf.Variable(RANDOM.normal(size=(3, 3, 3, 4)).astype("f"), name="filter")
            self.depth = tf.Variable(RANDOM.normal(size=(3, 3, 4, 1)).astype("f"), name="depth")
            self.scale = tf.Variable(RANDOM.uniform(0.5, 2, size=4).astype("f"), name="scale")

        @tf.function(input_signature=[spec([1, 3, 7, 8])])
        def first(self, image):
            raw = tf.raw_ops
            x = raw.Conv2D(
                input=image, filter=self.filter, strides=[1, 1, 2, 2], padding="EXPLICIT", data_format="NCHW",
                explicit_paddings=[0, 0, 0, 0, 1, 1, 0, 1],
            )
            x = raw.FusedBatchNormV3(
                x=x, scale=self.scale, offset=-self.scale, mean=self.scale, variance=self.scale, is_training=False,
                data_format="NCHW",
            )[0]
            x = tf.transpose(tf.nn.relu6(x), [0, 2, 3, 1])
            x = tf.nn.depthwise_conv2d(x, self.depth, [1, 1, 1, 1], "SAME")
            return tf.reduce_mean(tf.nn.gelu(x), [1, 2])

    class Sequence(tf.Module):
        """A recurrent layer as Keras writes it: lists that a loop reads and writes; a branch."""

        def __init__(self):
            self.kernel = tf.Variable(RANDOM.normal(size=(5, 5)).astype("f"), name="kernel")

        @tf.function(input_signature=[spec([None, 6, 5])])
        def recur(self, steps):
            inputs = tf.TensorArray(tf.float32, 6).unstack(tf.transpose(steps, [1, 0, 2]))
            outputs = tf.TensorArray(tf.float32, 6)
            state = tf.zeros_like(steps[:, 0])

            def body(time, outputs, state):
                state = tf.tanh(tf.matmul(state, self.kernel) + inputs.read(time))
                return time + 1, outputs.write(time, state), state

            _, outputs, state = tf.while_loop(lambda time, *_: time < 6, body, [0, outputs, state])
            last = tf.cond(tf.reduce_sum(state) > 0, lambda: state * 2, lambda: -state)
            return tf.transpose(outputs.stack(), [1, 0, 2]), last

    return {
        "signatures": (Signatures, ["add", "count", "loop"]),
        "image": (Image, ["first"]),
        "sequence": (Sequence, ["recur"]),
    }


def tensorflow_fixtures():
    import tensorflow as tf

    folder = DATA / "tensorflow"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, (kind, signatures) in tensorflow_modules(tf).items():
        module = kind()
        functions = {key: getattr(module, key) for key in signatures}
        tf.saved_model.save(module, folder / name, signatures=functions)
        calls = {key: tensorflow_call(tf.saved_model.load(folder / name).signatures[key]) for key in signatures}
        (folder / f"{name}.json").write_text(json.dumps(calls))
        tensorflow_strip(folder / name)
    tensorflow_frozen(tf, folder)
    tensorflow_trained(tf, folder)


def tensorflow_trained(tf, folder):
    """A network that was trained with simulated quantization, frozen."""
    v1, random = tf.compat.v1, np.random.default_rng(1)
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [1, 6, 6, 3], name="x")
        weights = random.normal(size=(3, 3, 3, 4)).astype("f")
        most = np.abs(weights).max((0, 1, 2))
        weights = tf.quantization.fake_quant_with_min_max_vars_per_channel(weights, -most, most, narrow_range=True)
        y = tf.quantization.fake_quant_with_min_max_args(x, -2.0, 2.0)
        y = tf.nn.conv2d(y, weights, 2, "SAME") * np.array([0.5, -0.25, 1.5, 1], "f")
        y = tf.nn.relu(y + random.normal(size=4).astype("f"))
        y = tf.quantization.fake_quant_with_min_max_vars(y, 0.0, 9.0, name="y")
        with v1.Session() as session:
            array = random.normal(size=(1, 6, 6, 3)).astype("f")
            call = {"inputs": {"x": listed(array)}, "outputs": {"y": listed(session.run(y, {x: array}))}}
    (folder / "trained.pb").write_bytes(graph.as_graph_def().SerializeToString())
    (folder / "trained.json").write_text(json.dumps({"serving_default": call}))


def tensorflow_call(function):
    """Random arguments of a signature, and what it gives."""
    arguments = {}
    for name, spec in function.structured_input_signature[1].items():
        shape = [2 if size is None else size for size in spec.shape]
        is_integer = spec.dtype.is_integer
        array = RANDOM.integers(3, 6, shape) if is_integer else RANDOM.normal(size=shape)
        arguments[name] = np.array(array, spec.dtype.as_numpy_dtype)
    results = function(**arguments)
    return {
        "inputs": {name: listed(array) for name, array in arguments.items()},
        "outputs": {name: listed(tensor) for name, tensor in results.items()},
    }


def tensorflow_frozen(tf, folder):
    """A graph of TensorFlow 1, frozen, and the same with its variable in a checkpoint."""
    v1 = tf.compat.v1
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [None, 6], name="x")
        is_training = v1.placeholder_with_default(False, [], name="is_training")
        weights = v1.get_variable("w", [6, 4], use_resource=False, initializer=v1.initializers.random_normal(seed=1))
        v1.disable_control_flow_v2()
        y = v1.cond(is_training, lambda: x * 3.0, lambda: x + 1.0)
        y = tf.nn.softmax(tf.matmul(y, weights), name="y")
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            array = RANDOM.normal(size=(2, 6)).astype("f")
            call = {"inputs": {"x": listed(array)}, "outputs": {"y": listed(session.run(y, {x: array}))}}
            v1.saved_model.simple_save(session, str(folder / "v1"), {"x": x}, {"y": y})
            frozen = v1.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), ["y"])
    (folder / "frozen.pb").write_bytes(frozen.SerializeToString())
    for name in ("frozen", "v1"):
        (folder / f"{name}.json").write_text(json.dumps({"serving_default": call}))
    tensorflow_strip(folder / "v1")


def tensorflow_strip(folder):
    """Takes out of a SavedModel what says nothing about the network: objects, saving, debugging, documentation."""
    from tensorflow.core.protobuf import saved_model_pb2

    model = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    (graph,) = model.meta_graphs
    graph.ClearField("object_graph_def")
    graph.ClearField("collection_def")
    library = graph.graph_def.library
    functions = [function for function in library.function if "traced_save" not in function.signature.name]
    del library.function[:]
    library.function.extend(functions)
    nodes = [graph.graph_def.node] + [function.node_def for function in functions]
    for node in [node for list in nodes for node in list]:
        node.ClearField("experimental_debug_info")
        for key in [key for key in node.attr if key.startswith("_")]:
            del node.attr[key]
    for function in functions:
        for key in list(function.attr):
            del function.attr[key]
    for op in graph.meta_info_def.stripped_op_list.op:
        op.ClearField("attr")
    (folder / "saved_model.pb").write_bytes(model.SerializeToString())
    (folder / "fingerprint.pb").unlink(missing_ok=True)
    shutil.rmtree(folder / "assets", ignore_errors=True)


# Keras ---------------------------------------------------------------------------------------------------------------


def keras_networks(keras):
    """Functions that build small networks which together have most kinds of layers and of graphs."""
    layers = keras.layers

    def image():
        x = inputs = keras.Input((8, 8, 3), name="image")
        x = layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = shortcut = layers.ReLU(6.0)(x)
        x = layers.DepthwiseConv2D(3, padding="same")(x)
        x = layers.Conv2D(4, 1, activation="hard_sigmoid")(x)
        x = layers.Add()([x, shortcut])
        x = layers.Conv2DTranspose(3, 3, strides=2, padding="same")(x)
        x = layers.SeparableConv2D(4, 3, activation="swish")(x)
        x = layers.MaxPooling2D(2)(x)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(inputs, layers.Dense(3, activation="softmax", name="scores")(x))

    def graph():
        image = keras.Input((6, 6, 2), name="image")
        extra = keras.Input((5,), name="extra")
        parts = [keras.Input((4, 4, 4)), layers.Dense(4), layers.BatchNormalization(), layers.Dense(4)]
        inner = keras.Sequential(parts, name="inner")
        inner.layers[0].trainable = False
        x = layers.Conv2D(4, 3)(image)
        x = inner(x * 2.0 + 1.0)[:, 1:, ::2]
        x = layers.Concatenate()([layers.Flatten()(x), layers.Dense(6)(extra)])
        shared = layers.Dense(int(x.shape[-1]), name="shared")
        x = shared(shared(x))
        pair_in = keras.Input((int(x.shape[-1]),))
        pair = keras.Model(pair_in, [layers.Dense(2)(pair_in), layers.ELU()(pair_in)], name="pair")
        first, second = pair(x)
        return keras.Model([image, extra], [pair(second)[0], first, layers.Dense(3, name="last")(second)])

    def sequence():
        words = keras.Input((6,), dtype="int32", name="words")
        x = layers.Embedding(7, 4, mask_zero=True)(words)
        x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
        x = layers.GRU(4, return_sequences=True)(x)
        x = layers.RNN([layers.LSTMCell(3), layers.SimpleRNNCell(4)], return_sequences=True)(x)
        x = layers.TimeDistributed(layers.Dense(4))(x)
        return keras.Model(words, layers.GlobalAveragePooling1D()(x))

    def attention():
        x = inputs = keras.Input((5, 6), name="steps")
        x = layers.LayerNormalization()(x)
        x = layers.Add()([x, layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)])
        x = layers.EinsumDense("abc,cd->abd", output_shape=(None, 4), bias_axes="d", activation="gelu")(x)
        return keras.Model(inputs, layers.Attention()([x, x]))

    return {build.__name__: build for build in (image, graph, sequence, attention)}


def keras_fixtures(version):
    if version == "keras3":
        import keras
    else:
        import tf_keras as keras
    folder = DATA / version
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in keras_networks(keras).items():
        keras.backend.clear_session()
        network = build()
        network.set_weights([keras_settled(weight) for weight in network.weights])
        tensors = [keras_values(tensor) for tensor in network.inputs]
        outputs = network(tensors if len(tensors) > 1 else tensors[0], training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        network.save(folder / f"{name}.keras")
        if name in ("graph", "sequence"):
            network.save(folder / f"{name}.h5")
        if name != "graph":
            keras_compress(folder / f"{name}.keras")
        described = {"inputs": [listed(tensor) for tensor in tensors], "outputs": [listed(tensor) for tensor in outputs]}
        (folder / f"{name}.json").write_text(json.dumps(described))


def keras_compress(path):
    """Writes an archive again with DEFLATE; Keras stores its files as they are."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, contents in files.items():
            archive.writestr(name, contents)


def keras_settled(weight):
    """Random weights; variances are positive."""
    array = np.array(weight)
    if not np.issubdtype(array.dtype, np.floating):
        return array
    if "variance" in getattr(weight, "path", weight.name):
        return RANDOM.uniform(0.5, 2, array.shape).astype(np.float32)
    return RANDOM.normal(0, 0.5, array.shape).astype(np.float32)


def keras_values(tensor):
    shape = [2, *tensor.shape[1:]]
    if "int" in str(tensor.dtype):
        return RANDOM.integers(0, 5, shape).astype(np.int32)
    return RANDOM.normal(0, 1, shape).astype(np.float32)


if __name__ == "__main__":
    for framework in sys.argv[1:]:
        if framework == "tensorflow":
            tensorflow_fixtures()
        else:
            keras_fixtures(framework)
