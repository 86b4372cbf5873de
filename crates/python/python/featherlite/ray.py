"""Batch inference on Ray: one interpreter for each worker, which opens its model once.

>>> images = ray.data.read_images("photos/", size=(224, 224))
>>> scores = images.map_batches(featherlite.ray.Predictor, fn_constructor_args=["model.tflite"], concurrency=4)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional, Union

import numpy as np

from .batches import Batches


class Predictor:
    """A callable for `ray.data.Dataset.map_batches`: a batch of columns in, the model's outputs as columns added.

    Columns and inputs meet by their names; a model of one input takes a batch's only column whatever its name.
    """

    def __init__(self, model: Union[str, bytes], signature_key: Optional[str] = None, **options: Any) -> None:
        """Opens a model.

        Args:
            model: The model's file, which every worker can read, or its contents.
            signature_key: The signature to call; None if the model has one or none.
            **options: Further arguments of `featherlite.Interpreter`.
        """
        self._batches = Batches(model, signature_key, options)

    def __call__(self, batch: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The batch with the outputs."""
        return {**batch, **self._batches(batch)}
