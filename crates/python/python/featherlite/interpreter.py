"""The interface of `tf.lite.Interpreter`."""

from __future__ import annotations

import enum
import os
from typing import Any, Callable, NoReturn, Optional, Sequence, Union

import numpy as np

from ._native import Core
from .signature import SignatureRunner


@enum.unique
class OpResolverType(enum.Enum):
    """Which kernels run.

    * `AUTO`, `BUILTIN`, `BUILTIN_WITHOUT_DEFAULT_DELEGATES`: the best for this processor.
    * `BUILTIN_REF`: the plain kernels that define the results.
    """

    AUTO = 0
    BUILTIN = 1
    BUILTIN_REF = 2
    BUILTIN_WITHOUT_DEFAULT_DELEGATES = 3


class Interpreter:
    """Runs a TensorFlow Lite model.

    >>> interpreter = featherlite.Interpreter("model.tflite", num_threads=2)
    >>> interpreter.allocate_tensors()
    >>> interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image)
    >>> interpreter.invoke()
    >>> scores = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    An interpreter belongs to one thread at a time: while it runs (without Python's global lock), calls from other threads
    raise `RuntimeError`. Interpreters can be pickled: they open their model again where they arrive, with the shapes
    that inputs were resized to, but without the contents of tensors.
    """

    def __init__(
        self,
        model_path: Union[str, bytes, os.PathLike, None] = None,
        model_content: Union[bytes, bytearray, memoryview, None] = None,
        experimental_delegates: Optional[Sequence[Any]] = None,
        num_threads: Optional[int] = None,
        experimental_op_resolver_type: OpResolverType = OpResolverType.AUTO,
        experimental_preserve_all_tensors: bool = False,
        experimental_disable_delegate_clustering: bool = False,
        experimental_default_delegate_latest_features: bool = False,
        experimental_compress_quantization_zero_points: bool = False,
        experimental_disable_delegate_node_fusion: bool = False,
        experimental_force_delegate_node_profiling: bool = False,
    ) -> None:
        """Opens a model.

        Args:
            model_path: The model's file. It is mapped and must not change while the interpreter lives.
            model_content: The model's bytes, in place of a file.
            experimental_delegates: None or empty: there are no delegates.
            num_threads: Threads that a run may use; 1 if it is None.
            experimental_op_resolver_type: Which kernels run.
            experimental_preserve_all_tensors: Keep intermediate tensors, so that `get_tensor` can read them after a run.
            experimental_disable_delegate_clustering: Has no effect, like the other options about delegates.
            experimental_default_delegate_latest_features: Has no effect.
            experimental_compress_quantization_zero_points: Has no effect but on the property of this name.
            experimental_disable_delegate_node_fusion: Has no effect.
            experimental_force_delegate_node_profiling: Has no effect.

        Raises:
            ValueError: If the model can not be read, or an argument does not make sense.
        """
        _check_options(experimental_delegates, num_threads, experimental_op_resolver_type)
        if not model_path and not model_content:
            raise ValueError("`model_path` or `model_content` must be specified.")
        if model_path and model_content:
            raise ValueError("Can't both provide `model_path` and `model_content`")
        self._options: dict[str, Any] = {
            "model_path": os.fsdecode(model_path) if model_path else None,
            "model_content": None if model_path else _content(model_content),
            "num_threads": num_threads,
            "experimental_op_resolver_type": experimental_op_resolver_type,
            "experimental_preserve_all_tensors": bool(experimental_preserve_all_tensors),
            "experimental_compress_quantization_zero_points": experimental_compress_quantization_zero_points,
        }
        self._core = Core(
            self._options["model_path"],
            self._options["model_content"],
            int(num_threads or 1),
            experimental_op_resolver_type.name == "BUILTIN_REF",
            bool(experimental_preserve_all_tensors),
        )

    def allocate_tensors(self) -> None:
        """Plans the model for the present shapes of its inputs. Needed before the first run and after resizing.

        Raises:
            RuntimeError: If the model can not be planned, or if there are arrays over the interpreter's memory.
        """
        self._core.allocate(0)

    def invoke(self) -> None:
        """Runs the model, without Python's global lock.

        Raises:
            RuntimeError: If tensors are not allocated, if there are arrays over the interpreter's memory, if another thread
                uses the interpreter, or if an operator meets values that it does not allow.
        """
        self._core.invoke(0)

    def set_tensor(self, tensor_index: int, value: Any) -> None:
        """Copies `value` to a tensor, usually an input.

        Raises:
            ValueError: If there is no such tensor, it is a constant, it is not allocated, or `value` has another type or
                shape.
        """
        self._core.set_tensor(0, tensor_index, value)

    def get_tensor(self, tensor_index: int, subgraph_index: int = 0) -> np.ndarray:
        """A copy of a tensor: an output, an input or a constant, or with `experimental_preserve_all_tensors` any.

        Raises:
            ValueError: If there is no such tensor, or its contents are not there.
        """
        return self._core.get_tensor(subgraph_index, tensor_index)

    def tensor(self, tensor_index: int) -> Callable[[], np.ndarray]:
        """A function that returns an array over a tensor's memory, to read and write without copies.

        Hold on to the function, not to arrays: while there is one, or a slice of one, `allocate_tensors`, `invoke` and
        `resize_tensor_input` raise `RuntimeError`. Arrays over constants can not be written.

        >>> image = interpreter.tensor(interpreter.get_input_details()[0]["index"])
        >>> image()[...] = 0.5
        >>> interpreter.invoke()
        """
        return lambda: self._core.view(0, tensor_index)

    def resize_tensor_input(
        self, input_index: int, tensor_size: Sequence[int], strict: bool = False
    ) -> None:
        """Gives an input another shape; `allocate_tensors` has to follow.

        Args:
            input_index: The index of an input's tensor.
            tensor_size: Its new shape.
            strict: Refuse to change sizes other than those that `shape_signature` has as -1.

        Raises:
            RuntimeError: If the shape is not allowed, or there are arrays over the interpreter's memory.
            ValueError: If `tensor_size` is no list of numbers.
        """
        sizes = np.array(tensor_size, dtype=np.int32)
        if sizes.ndim != 1:
            raise ValueError(f"Shape should be 1D instead of {sizes.ndim}.")
        self._core.resize(0, input_index, sizes.tolist(), strict)

    def reset_all_variables(self) -> None:
        """Makes the state that models keep from run to run what it was before the first."""
        self._core.reset()

    def get_input_details(self) -> list[dict[str, Any]]:
        """Details of the inputs.

        Each is a dictionary with `name`, `index` (for `set_tensor`), `shape`, `shape_signature` (with -1 for open sizes),
        `dtype`, `quantization` (scale and zero point, where there is one of each), `quantization_parameters` (`scales`,
        `zero_points`, `quantized_dimension`, `block_size`), and `sparsity_parameters` (empty for dense tensors).
        """
        return [self._core.tensor_details(0, index) for index in self._core.inputs(0)]

    def get_output_details(self) -> list[dict[str, Any]]:
        """Details of the outputs, as those of inputs."""
        return [self._core.tensor_details(0, index) for index in self._core.outputs(0)]

    def get_tensor_details(self, subgraph_index: int = 0) -> list[dict[str, Any]]:
        """Details of all tensors of a subgraph; those of types that NumPy does not have are left out.

        Raises:
            ValueError: If there is no such subgraph.
        """
        count = self._core.subgraph_count()
        if not 0 <= subgraph_index < count:
            raise ValueError(
                f"subgraph_index is out of range: {subgraph_index} for the model, which has {count} subgraphs."
            )
        details = []
        for index in range(self._core.tensor_count(subgraph_index)):
            try:
                details.append(self._core.tensor_details(subgraph_index, index))
            except ValueError:
                pass
        return details

    def get_signature_list(self) -> dict[str, dict[str, list[str]]]:
        """The model's signatures: `{"add": {"inputs": ["x", "y"], "outputs": ["sum"]}}`."""
        signatures = self._core.signatures()
        return {
            key: {kind: list(tensors) for kind, tensors in signature.items()}
            for key, signature in signatures.items()
        }

    def get_signature_runner(self, signature_key: Optional[str] = None) -> SignatureRunner:
        """A signature as a function of its named inputs.

        Raises:
            ValueError: If there is no such signature, or no key is given and the model has not just one.
        """
        if signature_key is None:
            keys = list(self._core.signatures())
            if len(keys) != 1:
                raise ValueError(
                    f"SignatureDef signature_key is None and model has {len(keys)} Signatures. None is only allowed when "
                    "the model has 1 SignatureDef"
                )
            signature_key = keys[0]
        return SignatureRunner(self, signature_key)

    def num_subgraphs(self) -> int:
        """The number of subgraphs."""
        return self._core.subgraph_count()

    def close(self) -> None:
        """Frees the session. Later calls raise `ValueError`. Also the end of a `with` block.

        Raises:
            RuntimeError: If there are arrays over the interpreter's memory.
        """
        self._core.close()

    def __enter__(self) -> Interpreter:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def experimental_compress_quantization_zero_points(self) -> bool:
        """What the constructor was given."""
        return self._options["experimental_compress_quantization_zero_points"]

    def _get_full_signature_list(self) -> dict[str, dict[str, dict[str, int]]]:
        return self._core.signatures()

    def _get_tensor_details(self, tensor_index: int, subgraph_index: int) -> dict[str, Any]:
        return self._core.tensor_details(subgraph_index, int(tensor_index))

    def _get_op_details(self, op_index: int) -> dict[str, Any]:
        return self._core.op_details(int(op_index))

    def _get_ops_details(self) -> list[dict[str, Any]]:
        return [self._core.op_details(index) for index in range(self._core.op_count(0))]

    def _native_handle(self) -> NoReturn:
        raise NotImplementedError("there is no tflite::Interpreter behind this interpreter")

    def __getstate__(self) -> dict[str, Any]:
        allocated = self._core.is_allocated(0)
        shapes = {index: self._core.tensor_details(0, index)["shape"] for index in self._core.inputs(0)}
        return {"options": self._options, "shapes": shapes, "allocated": allocated}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state["options"])  # type: ignore[misc]
        for index, shape in state["shapes"].items():
            self.resize_tensor_input(index, shape)
        if state["allocated"]:
            self.allocate_tensors()


class InterpreterWithCustomOps(Interpreter):
    """`Interpreter` as TensorFlow Lite has it for custom operators. Those that are written in C++ can not be added here."""

    def __init__(self, custom_op_registerers: Optional[Sequence[Any]] = None, **kwargs: Any) -> None:
        """Opens a model.

        Raises:
            ValueError: As `Interpreter`, and if there are `custom_op_registerers`.
        """
        if custom_op_registerers:
            raise ValueError("custom operators of TensorFlow Lite can not be registered with Featherlite")
        super().__init__(**kwargs)


def _check_options(delegates: Any, num_threads: Any, resolver: Any) -> None:
    if delegates:
        raise ValueError(
            "Featherlite runs models on the processor and has no delegates: leave experimental_delegates out."
        )
    if num_threads is not None:
        if not isinstance(num_threads, int):
            raise ValueError("type of num_threads should be int")
        if num_threads < 1:
            raise ValueError("num_threads should >= 1")
    if not isinstance(getattr(resolver, "name", None), str) or resolver.name not in OpResolverType.__members__:
        raise ValueError(f"Unrecognized passed in op resolver type: {resolver}")


def _content(content: Any) -> bytes:
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise TypeError(f"model_content must be bytes, not {type(content).__name__}")
    return bytes(content)
