"""Programs that import `tflite_runtime` or `ai_edge_litert`, run with Featherlite instead.

`install_aliases()` at the start of a program does it, or, without changing the program,
`python -m featherlite.aliases program.py arguments…`.
"""

from __future__ import annotations

import runpy
import sys
from types import ModuleType
from typing import Iterable

RUNTIMES = ("tflite_runtime", "ai_edge_litert")
PACKAGES = (*RUNTIMES, "tensorflow")
INTERPRETER = (
    "Delegate",
    "Interpreter",
    "InterpreterWithCustomOps",
    "OpResolverType",
    "SignatureRunner",
    "load_delegate",
)


def install_aliases(packages: Iterable[str] = RUNTIMES) -> None:
    """Lets `import PACKAGE.interpreter` find Featherlite's `Interpreter`, in this process.

    Args:
        packages: Which of `tflite_runtime`, `ai_edge_litert` and `tensorflow` are meant. The last is for programs that use
            TensorFlow for nothing but `tf.lite.Interpreter`; they find nothing else in it.

    Raises:
        ValueError: If another package is named.
        RuntimeError: If the true package was imported before: its classes may be in use already.
    """
    for package in packages:
        if package not in PACKAGES:
            raise ValueError(f"there is no alias for {package!r}, only for {PACKAGES}")
        imported = sys.modules.get(package)
        if imported is not None and not getattr(imported, "__featherlite__", False):
            raise RuntimeError(f"{package} is imported already: call install_aliases() before that")
        _install(package)


def _install(package: str) -> None:
    if package == "tensorflow":
        lite = _module("tensorflow.lite", ("Interpreter",))
        experimental = _module("tensorflow.lite.experimental", ("OpResolverType", "load_delegate"))
        setattr(lite, "experimental", experimental)
        child = lite
    else:
        child = _module(f"{package}.interpreter", INTERPRETER)
    parent = _module(package, ("__version__",))
    setattr(parent, child.__name__.rpartition(".")[2], child)


def _module(name: str, contents: Iterable[str]) -> ModuleType:
    """A module with some of what this package has, to be imported from now on."""
    package = sys.modules[__package__]
    module = ModuleType(name, f"Featherlite under the name of {name}.")
    module.__path__ = []
    setattr(module, "__featherlite__", True)
    for item in contents:
        setattr(module, item, getattr(package, item))
    sys.modules[name] = module
    return module


def _main() -> None:
    if len(sys.argv) < 2:
        sys.exit("usage: python -m featherlite.aliases program.py arguments…")
    install_aliases()
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    _main()
