"""What tests share: both implementations of the interface, and models."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ZOO = ROOT.parent / "shared" / "zoo"
ASSET = ROOT / "crates" / "cli" / "assets" / "fashion_mnist_int8.tflite"
MODULES = {"featherlite": "featherlite", "ai_edge_litert": "ai_edge_litert.interpreter"}


@pytest.fixture(params=list(MODULES))
def api(request):
    """`featherlite`, then `ai_edge_litert.interpreter`."""
    return importlib.import_module(MODULES[request.param])


@pytest.fixture
def litert():
    """The implementation to compare with."""
    return importlib.import_module(MODULES["ai_edge_litert"])


def files() -> dict[str, Path]:
    """Real models by name: those beside the checkout, if they are there, and the one in it."""
    found = {path.parent.name: path for path in sorted(ZOO.glob("*/model.tflite"))}
    return {"fashion_mnist_int8": ASSET, **found}
