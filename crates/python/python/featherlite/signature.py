"""Signatures: models called by the names of their inputs and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

import numpy as np

if TYPE_CHECKING:
    from .interpreter import Interpreter


class SignatureRunner:
    """A signature of a model as a function; `Interpreter.get_signature_runner` makes it.

    >>> add = interpreter.get_signature_runner("add")
    >>> add(x=np.float32([1]), y=np.float32([2]))
    {'sum': array([3.], dtype=float32)}
    """

    def __init__(
        self, interpreter: Optional[Interpreter] = None, signature_key: Optional[str] = None
    ) -> None:
        """A runner for the signature `signature_key` of `interpreter`.

        Raises:
            ValueError: If one of them is missing, or there is no such signature.
        """
        if not interpreter:
            raise ValueError("None interpreter provided.")
        if not signature_key:
            raise ValueError("None signature_key provided.")
        signatures = interpreter._get_full_signature_list()
        if signature_key not in signatures:
            raise ValueError(
                f'Invalid signature_key provided: "{signature_key}". The model has {sorted(signatures)}.'
            )
        self._interpreter = interpreter
        self._core = interpreter._core
        self._signature_key = signature_key
        self._inputs: dict[str, int] = signatures[signature_key]["inputs"]
        self._outputs: dict[str, int] = signatures[signature_key]["outputs"]
        self._subgraph_index = self._core.signature_subgraph(signature_key)

    def __call__(self, **kwargs: Any) -> dict[str, np.ndarray]:
        """Runs the signature.

        Args:
            **kwargs: An array for each input, by name. Inputs take their shapes.

        Returns:
            The outputs by name, as copies.

        Raises:
            ValueError: If inputs are missing or unknown, or an array has another type than its input.
            RuntimeError: If the model can not run with these shapes or values, or if there are arrays over the
                interpreter's memory.
        """
        if len(kwargs) != len(self._inputs):
            raise ValueError(
                f"Invalid number of inputs provided for running a SignatureDef, expected {len(self._inputs)} vs "
                f"provided {len(kwargs)}; the inputs are {list(self._inputs)}"
            )
        values = {}
        for name, value in kwargs.items():
            if name not in self._inputs:
                raise ValueError(
                    f"Invalid Input name ({name}) for SignatureDef; the inputs are {list(self._inputs)}"
                )
            values[self._inputs[name]] = value if isinstance(value, np.ndarray) else np.asarray(value)
        core, graph = self._core, self._subgraph_index
        for tensor, value in values.items():
            core.resize(graph, tensor, list(value.shape), False)
        core.allocate(graph)
        for tensor, value in values.items():
            core.set_tensor(graph, tensor, value)
        core.invoke(graph)
        return {name: core.get_tensor(graph, tensor) for name, tensor in self._outputs.items()}

    def get_input_details(self) -> dict[str, dict[str, Any]]:
        """Details of each input by name, as `Interpreter.get_input_details` gives them."""
        return self._details(self._inputs)

    def get_output_details(self) -> dict[str, dict[str, Any]]:
        """Details of each output by name, as `Interpreter.get_output_details` gives them."""
        return self._details(self._outputs)

    def _details(self, tensors: dict[str, int]) -> dict[str, dict[str, Any]]:
        return {
            name: self._core.tensor_details(self._subgraph_index, tensor)
            for name, tensor in tensors.items()
        }
