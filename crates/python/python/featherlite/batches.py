"""A model that takes columns of rows and gives columns of rows, for engines that hand out batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

import numpy as np

from .interpreter import Interpreter


class Batches:
    """A model of which the first dimension of every input and output counts rows.

    A model that is made for a batch of one is resized to whole batches if it can be, and otherwise runs row by row.
    """

    def __init__(
        self, model: Union[str, bytes], signature_key: Optional[str], options: Mapping[str, Any]
    ) -> None:
        how = {"model_content": model} if isinstance(model, bytes) else {"model_path": model}
        self._interpreter = Interpreter(**how, **options)
        if signature_key is not None or len(self._interpreter.get_signature_list()) == 1:
            runner = self._interpreter.get_signature_runner(signature_key)
            self._graph = runner._subgraph_index
            self._inputs, self.outputs = runner.get_input_details(), runner.get_output_details()
        else:
            self._graph = 0
            self._inputs = {detail["name"]: detail for detail in self._interpreter.get_input_details()}
            self.outputs = {detail["name"]: detail for detail in self._interpreter.get_output_details()}
        self._rows = 0

    def columns(self, names: Sequence[str]) -> list[str]:
        """Which of these columns the model takes.

        Raises:
            ValueError: If one is missing.
        """
        if len(self._inputs) == 1 and len(names) == 1:
            return list(names)
        missing = set(self._inputs) - set(names)
        if missing:
            raise ValueError(f"the model takes columns {sorted(self._inputs)}, of which {sorted(missing)} are missing")
        return list(self._inputs)

    def __call__(self, batch: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The outputs for a batch, which has a row in each place of the arrays' first dimension."""
        names = self.columns(list(batch))
        values = []
        for name, detail in zip(names, self._inputs.values()):
            rows = np.asarray(batch[name], dtype=detail["dtype"])
            values.append((detail["index"], rows.reshape(len(rows), *detail["shape"][1:])))
        count = len(values[0][1])
        if self._fits(count):
            return self._run(values)
        self._resize(1)
        parts = [self._run([(index, rows[row : row + 1]) for index, rows in values]) for row in range(count)]
        return {name: np.concatenate([part[name] for part in parts]) for name in self.outputs}

    def _fits(self, rows: int) -> bool:
        """Whether the model runs `rows` rows at once: it does if its outputs grow with its inputs."""
        try:
            self._resize(rows)
        except RuntimeError:
            return False
        core = self._interpreter._core
        details = (core.tensor_details(self._graph, output["index"]) for output in self.outputs.values())
        return all(len(detail["shape"]) > 0 and detail["shape"][0] == rows for detail in details)

    def _resize(self, rows: int) -> None:
        if rows == self._rows:
            return
        core = self._interpreter._core
        for detail in self._inputs.values():
            core.resize(self._graph, detail["index"], [rows, *detail["shape"][1:].tolist()], False)
        self._rows = 0
        core.allocate(self._graph)
        self._rows = rows

    def _run(self, values: list) -> dict[str, np.ndarray]:
        core = self._interpreter._core
        for index, rows in values:
            core.set_tensor(self._graph, index, rows)
        core.invoke(self._graph)
        return {name: core.get_tensor(self._graph, detail["index"]) for name, detail in self.outputs.items()}
