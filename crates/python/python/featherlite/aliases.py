"""Programs that import `tflite_runtime` or `ai_edge_litert`, run with Featherlite instead.

`install_aliases()` at the start of a program does it, or, without changing the program,
`python -m featherlite.aliases program.py arguments…`.
"""

from __future__ import annotations

import runpy
import sys
from types import ModuleType
from typing import Iterable

PACKAGES = ("tflite_runtime", "ai_edge_litert")


def install_aliases(packages: Iterable[str] = PACKAGES) -> None:
    """Lets `import PACKAGE.interpreter` find Featherlite's `Interpreter`, in this process.

    Args:
        packages: Which of `tflite_runtime` and `ai_edge_litert` are meant.

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
    from . import __version__, delegate, interpreter, signature

    module = ModuleType(f"{package}.interpreter", interpreter.__doc__)
    for name in ("Interpreter", "InterpreterWithCustomOps", "OpResolverType"):
        setattr(module, name, getattr(interpreter, name))
    module.SignatureRunner = signature.SignatureRunner
    module.Delegate = delegate.Delegate
    module.load_delegate = delegate.load_delegate
    parent = ModuleType(package, f"Featherlite under the name of {package}.")
    parent.__path__ = []
    parent.__version__ = __version__
    parent.__featherlite__ = True
    parent.interpreter = module
    sys.modules[package] = parent
    sys.modules[module.__name__] = module


def _main() -> None:
    if len(sys.argv) < 2:
        sys.exit("usage: python -m featherlite.aliases program.py arguments…")
    install_aliases()
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    _main()
