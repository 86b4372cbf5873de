"""What a `.tflite` file holds, read by the `tflite` package."""

import collections
import os

import tflite


def _open(path):
    with open(path, "rb") as file:
        return tflite.Model.GetRootAsModel(file.read(), 0)


def _builtin_names():
    return {value: name for name, value in vars(tflite.BuiltinOperator).items() if isinstance(value, int)}


def operators(path):
    """A counter of operator names over all subgraphs."""
    model = _open(path)
    names = _builtin_names()
    codes = [model.OperatorCodes(i) for i in range(model.OperatorCodesLength())]
    numbers = [max(code.BuiltinCode(), code.DeprecatedBuiltinCode()) for code in codes]
    counts = collections.Counter()
    for graph in (model.Subgraphs(i) for i in range(model.SubgraphsLength())):
        for index in range(graph.OperatorsLength()):
            number = numbers[graph.Operators(index).OpcodeIndex()]
            counts[names.get(number, str(number))] += 1
    return counts


def inner_transposes(path):
    """How many TRANSPOSE operators read something else than an input of the main graph."""
    model = _open(path)
    transpose = tflite.BuiltinOperator.TRANSPOSE
    graph = model.Subgraphs(0)
    inputs = set(graph.InputsAsNumpy().tolist())
    count = 0
    for index in range(graph.OperatorsLength()):
        operator = graph.Operators(index)
        code = model.OperatorCodes(operator.OpcodeIndex())
        is_transpose = max(code.BuiltinCode(), code.DeprecatedBuiltinCode()) == transpose
        count += is_transpose and operator.Inputs(0) not in inputs
    return count


def input_shapes(path):
    """The shapes of the main graph's inputs, in their order."""
    graph = _open(path).Subgraphs(0)
    return [graph.Tensors(index).ShapeAsNumpy().tolist() for index in graph.InputsAsNumpy()]


def input_parameters(path):
    """Scale and zero point of the main graph's only input."""
    graph = _open(path).Subgraphs(0)
    parameters = graph.Tensors(graph.Inputs(0)).Quantization()
    return parameters.Scale(0), parameters.ZeroPoint(0)


def softmax_outputs(path):
    """The outputs of the main graph that a SOFTMAX gives: their names by their positions."""
    model = _open(path)
    graph = model.Subgraphs(0)
    given = set()
    for index in range(graph.OperatorsLength()):
        operator = graph.Operators(index)
        code = model.OperatorCodes(operator.OpcodeIndex())
        if max(code.BuiltinCode(), code.DeprecatedBuiltinCode()) == tflite.BuiltinOperator.SOFTMAX:
            given.add(operator.Outputs(0))
    outputs = enumerate(graph.OutputsAsNumpy().tolist())
    return {number: graph.Tensors(index).Name().decode() for number, index in outputs if index in given}


def size(path):
    """Bytes of the file."""
    return os.path.getsize(path)
