"""Delegates, which Featherlite does not have: everything runs on the processor."""

from __future__ import annotations

from typing import Any, Mapping, NoReturn, Optional


class Delegate:
    """Raises `ValueError`: there are no delegates."""

    def __init__(self, library: str, options: Optional[Mapping[str, Any]] = None) -> None:
        _refuse(library)


def load_delegate(library: str, options: Optional[Mapping[str, Any]] = None) -> NoReturn:
    """Raises `ValueError`, as TensorFlow Lite does if a delegate can not be loaded.

    Programs that try a delegate and go on without one therefore run on the processor.
    """
    _refuse(library)


def _refuse(library: str) -> NoReturn:
    raise ValueError(
        f"Failed to load delegate from {library}\n"
        "Featherlite runs models on the processor and has no delegates: leave experimental_delegates out."
    )
