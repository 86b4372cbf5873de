"""Labels a picture with an image classifier, with the flags of TensorFlow's example of this name.

Runs with Featherlite, or with `--package ai_edge_litert.interpreter` (or another package of this interface) in its place.
"""

import argparse
import importlib
import time

import numpy as np
from PIL import Image

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("-i", "--image", required=True, help="image to be classified")
parser.add_argument("-m", "--model_file", required=True, help=".tflite model to be executed")
parser.add_argument("-l", "--label_file", required=True, help="file with one label a line")
parser.add_argument("--input_mean", default=127.5, type=float, help="mean of the model's float inputs")
parser.add_argument("--input_std", default=127.5, type=float, help="deviation of the model's float inputs")
parser.add_argument("--num_threads", default=None, type=int, help="number of threads")
parser.add_argument("--package", default="featherlite", help="the module that has Interpreter")
arguments = parser.parse_args()
tflite = importlib.import_module(arguments.package)

interpreter = tflite.Interpreter(model_path=arguments.model_file, num_threads=arguments.num_threads)
interpreter.allocate_tensors()
image_details = interpreter.get_input_details()[0]
scores_details = interpreter.get_output_details()[0]

_, height, width, _ = image_details["shape"]
image = Image.open(arguments.image).convert("RGB").resize((width, height))
pixels = np.expand_dims(np.asarray(image, np.float32), 0)
if image_details["dtype"] == np.float32:
    pixels = (pixels - arguments.input_mean) / arguments.input_std
elif image_details["dtype"] == np.int8:
    pixels = pixels - 128
interpreter.set_tensor(image_details["index"], pixels.astype(image_details["dtype"]))

start = time.perf_counter()
interpreter.invoke()
milliseconds = (time.perf_counter() - start) * 1000

scores = np.squeeze(interpreter.get_tensor(scores_details["index"])).astype(np.float32)
scale, zero_point = scores_details["quantization"]
if scale:
    scores = scale * (scores - zero_point)
with open(arguments.label_file, encoding="utf-8") as file:
    labels = [line.strip() for line in file]
for index in np.argsort(-scores, kind="stable")[:5]:
    print(f"{scores[index]:08.6f}: {labels[index]}")
print(f"time: {milliseconds:.3f}ms")
