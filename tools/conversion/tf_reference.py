"""TensorFlow's converter on one network: writes the file, and as JSON what it took. Runs in a process of its own."""

import json
import os
import sys
import time

from .measure import peak_kilobytes


def from_saved_model(folder):
    """The usual way."""
    import tensorflow as tf

    return tf.lite.TFLiteConverter.from_saved_model(os.path.join(folder, "saved_model"))


def from_keras_2(folder):
    """With a batch of one from Keras 2: TensorFlow refuses recurrent networks of Keras 3, and open batches of them."""
    import tensorflow as tf
    import tf_keras

    model = tf_keras.models.load_model(os.path.join(folder, "model_v2.h5"), compile=False)
    specs = [tf.TensorSpec([1, *value.shape[1:]], value.dtype) for value in model.inputs]
    function = tf.function(model.call).get_concrete_function(*specs)
    return tf.lite.TFLiteConverter.from_concrete_functions([function], model)


def convert(folder):
    """The file's content, the seconds of the processor that `convert` took, and which way it went."""
    for way in (from_saved_model, from_keras_2):
        converter = way(folder)
        start = time.process_time()
        try:
            content = converter.convert()
        except Exception:  # its errors are of many kinds; the second try tells
            if way is from_keras_2:
                raise
            continue
        return content, time.process_time() - start, way.__name__


def main(folder, output):
    content, seconds, way = convert(folder)
    with open(output, "wb") as file:
        file.write(content)
    print(json.dumps({"seconds": seconds, "kilobytes": peak_kilobytes(), "way": way}))


if __name__ == "__main__":
    main(*sys.argv[1:])
