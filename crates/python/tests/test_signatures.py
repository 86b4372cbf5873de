"""Signature runners of both implementations."""

import models
import numpy as np
import pytest


@pytest.fixture
def interpreter(api):
    return api.Interpreter(model_content=models.signatures())


def test_list(interpreter):
    assert interpreter.get_signature_list() == {
        "add": {"inputs": ["x", "y"], "outputs": ["sum"]},
        "sub": {"inputs": ["a", "b"], "outputs": ["difference"]},
    }


def test_call_without_allocation(interpreter):
    runner = interpreter.get_signature_runner("add")
    assert runner(x=np.float32([1]), y=np.float32([2])) == {"sum": np.float32([3])}


def test_second_subgraph_and_shapes(interpreter):
    runner = interpreter.get_signature_runner("sub")
    result = runner(a=np.float32([5, 7]), b=np.float32([1, 2]))
    np.testing.assert_array_equal(result["difference"], [4, 5])
    assert runner.get_input_details()["a"]["shape"].tolist() == [2]
    assert runner.get_input_details()["b"]["name"] == "sub_b"
    assert runner.get_output_details()["difference"]["shape_signature"].tolist() == [-1]
    np.testing.assert_array_equal(runner(a=np.float32([5]), b=np.float32([1]))["difference"], [4])


def test_wrong_arguments(interpreter):
    one = np.float32([1])
    runner = interpreter.get_signature_runner("add")
    for error, arguments in (
        (ValueError, {"x": one}),
        (ValueError, {"x": one, "z": one}),
        (ValueError, {"x": one, "y": np.int32([1])}),
        (RuntimeError, {"x": np.float32([1, 2]), "y": np.float32([1, 2, 3])}),
    ):
        with pytest.raises(error):
            runner(**arguments)
    assert runner(x=one, y=one) == {"sum": np.float32([2])}


def test_none_needs_just_one(interpreter):
    with pytest.raises(ValueError):
        interpreter.get_signature_runner()
