"""Models for tests, built in memory with the schema classes of ai-edge-litert."""

from __future__ import annotations

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

TYPES = {
    np.float32: schema.TensorType.FLOAT32,
    np.int32: schema.TensorType.INT32,
    np.int8: schema.TensorType.INT8,
    np.bytes_: schema.TensorType.STRING,
}
ADD = schema.BuiltinOperator.ADD
MUL = schema.BuiltinOperator.MUL
SUB = schema.BuiltinOperator.SUB
ASSIGN = schema.BuiltinOperator.ASSIGN_VARIABLE


class Graph:
    """A subgraph in the making; methods return indices of tensors."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.table = schema.SubGraphT()
        self.table.tensors, self.table.operators = [], []
        self.table.inputs, self.table.outputs = [], []

    def tensor(self, name, shape, dtype=np.float32, *, signature=None, data=None, variable=False, code=None):
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.buffer = name, list(shape), 0
        tensor.type = TYPES[dtype] if code is None else code
        tensor.isVariable = variable
        tensor.shapeSignature = signature
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data if isinstance(data, bytes) else data.tobytes(), np.uint8)
            self.model.table.buffers.append(buffer)
            tensor.buffer = len(self.model.table.buffers) - 1
        self.table.tensors.append(tensor)
        return len(self.table.tensors) - 1

    def input(self, *args, **kwargs):
        self.table.inputs.append(self.tensor(*args, **kwargs))
        return self.table.inputs[-1]

    def op(self, code, inputs, outputs):
        operator = schema.OperatorT()
        operator.opcodeIndex = self.model.code(code)
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        options = {ADD: "AddOptions", MUL: "MulOptions", SUB: "SubOptions"}.get(code)
        if options:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(schema, options + "T")()
        self.table.operators.append(operator)

    def output(self, tensor):
        self.table.outputs.append(tensor)


class Model:
    """A model in the making."""

    def __init__(self) -> None:
        self.table = schema.ModelT()
        self.table.version = 3
        self.table.buffers, self.table.subgraphs = [schema.BufferT()], []
        self.table.operatorCodes, self.table.signatureDefs = [], []

    def graph(self) -> Graph:
        graph = Graph(self)
        self.table.subgraphs.append(graph.table)
        return graph

    def code(self, builtin) -> int:
        for index, code in enumerate(self.table.operatorCodes):
            if code.builtinCode == builtin:
                return index
        code = schema.OperatorCodeT()
        code.builtinCode, code.deprecatedBuiltinCode, code.version = builtin, min(builtin, 127), 1
        self.table.operatorCodes.append(code)
        return len(self.table.operatorCodes) - 1

    def signature(self, key, subgraph, inputs, outputs) -> None:
        def maps(tensors):
            entries = []
            for name, index in tensors.items():
                entry = schema.TensorMapT()
                entry.name, entry.tensorIndex = name, index
                entries.append(entry)
            return entries

        definition = schema.SignatureDefT()
        definition.signatureKey, definition.subgraphIndex = key, subgraph
        definition.inputs, definition.outputs = maps(inputs), maps(outputs)
        self.table.signatureDefs.append(definition)

    def bytes(self) -> bytes:
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.table.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def arithmetic(open_batch: bool = True) -> bytes:
    """`y = (x + x) * c` of shape [1, 3], with c = [1, 2, 3]; the sum is an intermediate tensor."""
    model = Model()
    graph = model.graph()
    x = graph.input("x", [1, 3], signature=[-1, 3] if open_batch else None)
    total = graph.tensor("total", [1, 3])
    factors = graph.tensor("factors", [3], data=np.float32([1, 2, 3]))
    y = graph.tensor("y", [1, 3], signature=[-1, 3] if open_batch else None)
    graph.op(ADD, [x, x], [total])
    graph.op(MUL, [total, factors], [y])
    graph.output(y)
    return model.bytes()


def counter() -> bytes:
    """`count += x`, with count a variable that is also the output's operand: y = count + x."""
    model = Model()
    graph = model.graph()
    x = graph.input("x", [1, 2])
    count = graph.tensor("count", [1, 2], variable=True)
    graph.table.inputs.append(count)
    y = graph.tensor("y", [1, 2])
    graph.op(ADD, [x, count], [y])
    graph.output(y)
    return model.bytes()


def signatures() -> bytes:
    """`add(x, y) -> sum` and `sub(b, a) -> difference`, each in a subgraph of its own."""
    model = Model()
    for key, code, names, result in (
        ("add", ADD, ("y", "x"), "sum"),
        ("sub", SUB, ("b", "a"), "difference"),
    ):
        graph = model.graph()
        inputs = {name: graph.input(f"{key}_{name}", [1], signature=[-1]) for name in names}
        output = graph.tensor(f"{key}_out", [1], signature=[-1])
        first, second = sorted(names)
        graph.op(code, [inputs[first], inputs[second]], [output])
        graph.output(output)
        model.signature(key, len(model.table.subgraphs) - 1, inputs, {result: output})
    return model.bytes()


def identity(dtype=None, code=None, shape=(2,)) -> bytes:
    """A model without operators, whose input is its output."""
    model = Model()
    graph = model.graph()
    graph.output(graph.input("x", shape, dtype, code=code))
    return model.bytes()
