"""What both implementations say of models."""

import featherlite
import models
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from conftest import files


def assert_same(ours, theirs, where):
    assert type(ours) is type(theirs), where
    if isinstance(ours, dict):
        assert list(ours) == list(theirs) or set(ours) == set(theirs), where
        for key in ours:
            assert_same(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(ours, (list, tuple)):
        assert len(ours) == len(theirs), where
        for index, pair in enumerate(zip(ours, theirs)):
            assert_same(*pair, f"{where}[{index}]")
    elif isinstance(ours, np.ndarray):
        assert ours.dtype == theirs.dtype and ours.shape == theirs.shape, (where, ours, theirs)
        np.testing.assert_array_equal(ours, theirs, where)
    else:
        assert ours == theirs, where


@pytest.mark.parametrize("name", files())
def test_details_are_the_same(litert, name):
    path = str(files()[name])
    ours = featherlite.Interpreter(path)
    plain = litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    try:
        theirs = litert.Interpreter(path, experimental_op_resolver_type=plain)
    except ValueError:
        pytest.skip("the other implementation refuses the file")
    for allocate in (False, True):
        if allocate:
            ours.allocate_tensors()
            try:
                theirs.allocate_tensors()
            except RuntimeError:
                pytest.skip("the other implementation does not have its operators")
        assert_same(ours.get_input_details(), theirs.get_input_details(), "inputs")
        assert_same(ours.get_output_details(), theirs.get_output_details(), "outputs")
        assert ours.num_subgraphs() == theirs.num_subgraphs()
        for graph in range(ours.num_subgraphs()):
            details = ours.get_tensor_details(graph)
            # Tensors that kernels of the other implementation add come after those of the file.
            others = theirs.get_tensor_details(graph)[: len(details)]
            for detail, other in zip(details, others):
                if other["name"] == "Densify_output":
                    other["name"] = detail["name"]
            assert_same(details, others, f"subgraph {graph}")
        assert_same(ours._get_ops_details(), theirs._get_ops_details(), "operators")
        assert_same(ours.get_signature_list(), theirs.get_signature_list(), "signatures")
        assert_same(ours._get_full_signature_list(), theirs._get_full_signature_list(), "signatures")
    constants = featherlite.Interpreter(path)
    for details in ours.get_tensor_details():
        index = details["index"]
        try:
            constant = constants.get_tensor(index)
        except ValueError:
            continue
        assert_same(constant, theirs.get_tensor(index), details["name"])


@pytest.mark.parametrize("code", [code for code in range(23) if code != schema.TensorType.BFLOAT16])
def test_types(litert, code):
    model = models.identity(code=code, shape=(3,))
    ours, theirs = featherlite.Interpreter(model_content=model), litert.Interpreter(model_content=model)
    ours.allocate_tensors()
    assert_same(ours.get_input_details(), theirs.get_input_details(), "inputs")
    dtype = ours.get_input_details()[0]["dtype"]
    if dtype in (np.bytes_, np.object_):
        return
    value = np.array([1, 0, 1]).astype(dtype)
    ours.set_tensor(0, value)
    assert_same(ours.get_tensor(0), value, "value")


def test_a_type_that_numpy_lacks(api):
    interpreter = api.Interpreter(model_content=models.identity(code=schema.TensorType.BFLOAT16))
    assert interpreter.get_tensor_details() == []
    with pytest.raises(ValueError):
        interpreter.get_input_details()


def test_small_integers():
    for code, values in (
        (schema.TensorType.INT4, [-8, -1, 7]),
        (schema.TensorType.INT2, [-2, -1, 1]),
        (schema.TensorType.UINT4, [0, 15, 8]),
    ):
        interpreter = featherlite.Interpreter(model_content=models.identity(code=code, shape=(3,)))
        interpreter.allocate_tensors()
        value = np.array(values).astype(interpreter.get_input_details()[0]["dtype"])
        interpreter.set_tensor(0, value)
        np.testing.assert_array_equal(interpreter.get_tensor(0), value)
        with pytest.raises(ValueError):
            interpreter.tensor(0)()
