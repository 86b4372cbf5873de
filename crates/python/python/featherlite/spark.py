"""Batch inference on Spark: one interpreter for each Python worker, which opens its model once.

>>> scores = images.mapInPandas(featherlite.spark.predict("model.tflite"), "path string, scores array<float>")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Optional, Union

import numpy as np
import pandas as pd

from .batches import Batches


@lru_cache(maxsize=8)
def _opened(model: Union[str, bytes], signature_key: Optional[str], options: tuple) -> Batches:
    return Batches(model, signature_key, dict(options))


def predict(
    model: Union[str, bytes], signature_key: Optional[str] = None, **options: Any
) -> Callable[[Iterator[pd.DataFrame]], Iterator[pd.DataFrame]]:
    """A function for `DataFrame.mapInPandas`: rows in, the model's outputs as columns added.

    Columns and inputs meet by their names; a model of one input takes a table's only column whatever its name. A column's
    arrays are flat, as Spark has them, and take the shape of the input.

    Args:
        model: The model's file, which every worker can read, or its contents.
        signature_key: The signature to call; None if the model has one or none.
        **options: Further arguments of `featherlite.Interpreter`.
    """
    key = tuple(sorted(options.items()))

    def tables(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        run = _opened(model, signature_key, key)
        for table in batches:
            names = run.columns(list(table.columns))
            outputs: dict[str, Any] = {name: [] for name in run.outputs}
            if len(table):
                outputs = run({name: np.stack(table[name].to_numpy()) for name in names})
            yield table.assign(**{name: [np.ravel(row) for row in rows] for name, rows in outputs.items()})

    return tables
