"""TensorFlow Lite models in Python, run by Featherlite.

`Interpreter` has the interface of `tf.lite.Interpreter`; programs that import `tflite_runtime` or `ai_edge_litert` run
unchanged after `install_aliases()`.
"""

from ._native import __version__
from .aliases import install_aliases
from .delegate import Delegate, load_delegate
from .interpreter import Interpreter, InterpreterWithCustomOps, OpResolverType
from .signature import SignatureRunner
from .tools import bench, convert, inspect, quantize

__all__ = [
    "Delegate",
    "Interpreter",
    "InterpreterWithCustomOps",
    "OpResolverType",
    "SignatureRunner",
    "__version__",
    "bench",
    "convert",
    "inspect",
    "install_aliases",
    "load_delegate",
    "quantize",
]
