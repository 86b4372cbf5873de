"""The same calls to both implementations."""

import pickle

import models
import numpy as np
import pytest
from conftest import ASSET


@pytest.fixture
def interpreter(api):
    made = api.Interpreter(model_content=models.arithmetic())
    made.allocate_tensors()
    return made


def indices(interpreter):
    return interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]


def test_set_invoke_get(interpreter):
    x, y = indices(interpreter)
    interpreter.set_tensor(x, np.float32([[1, 2, 3]]))
    interpreter.invoke()
    np.testing.assert_array_equal(interpreter.get_tensor(y), np.float32([[2, 8, 18]]))
    np.testing.assert_array_equal(interpreter.get_tensor(x), np.float32([[1, 2, 3]]))


def test_get_tensor_copies(interpreter):
    x, y = indices(interpreter)
    interpreter.set_tensor(x, np.ones((1, 3), np.float32))
    interpreter.invoke()
    kept = interpreter.get_tensor(y)
    interpreter.set_tensor(x, np.zeros((1, 3), np.float32))
    interpreter.invoke()
    np.testing.assert_array_equal(kept, [[2, 4, 6]])


def test_arrays_of_any_layout_are_taken(interpreter):
    x, _ = indices(interpreter)
    columns = np.arange(6, dtype=np.float32).reshape(3, 2).T[1:]
    assert not columns.flags.c_contiguous
    interpreter.set_tensor(x, columns)
    np.testing.assert_array_equal(interpreter.get_tensor(x), columns)


def test_views_read_and_write(interpreter):
    x, y = indices(interpreter)
    image, scores = interpreter.tensor(x), interpreter.tensor(y)
    for factor in range(3):
        image()[...] = factor
        interpreter.invoke()
        np.testing.assert_array_equal(scores(), np.float32([[2, 4, 6]]) * factor)
    image().fill(7)
    assert image().flags.writeable and image().dtype == np.float32 and image().shape == (1, 3)


def test_resize(interpreter):
    x, y = indices(interpreter)
    interpreter.resize_tensor_input(x, [2, 3])
    interpreter.allocate_tensors()
    assert interpreter.get_output_details()[0]["shape"].tolist() == [2, 3]
    interpreter.set_tensor(x, np.float32([[1, 1, 1], [2, 2, 2]]))
    interpreter.invoke()
    np.testing.assert_array_equal(interpreter.get_tensor(y), [[2, 4, 6], [4, 8, 12]])
    interpreter.resize_tensor_input(x, np.array([4, 3]), strict=True)
    interpreter.allocate_tensors()
    assert interpreter.get_tensor(x).shape == (4, 3)


def test_resize_to_the_same_shape_keeps_tensors(interpreter):
    x, y = indices(interpreter)
    interpreter.set_tensor(x, np.ones((1, 3), np.float32))
    interpreter.resize_tensor_input(x, [1, 3])
    interpreter.invoke()
    np.testing.assert_array_equal(interpreter.get_tensor(y), [[2, 4, 6]])


def test_constants_can_be_read(api):
    interpreter = api.Interpreter(model_content=models.arithmetic())
    np.testing.assert_array_equal(interpreter.get_tensor(2), [1, 2, 3])
    interpreter.allocate_tensors()
    np.testing.assert_array_equal(interpreter.get_tensor(2), [1, 2, 3])


def test_intermediates(api):
    interpreter = api.Interpreter(
        model_content=models.arithmetic(),
        experimental_op_resolver_type=api.OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    interpreter.set_tensor(0, np.float32([[1, 2, 3]]))
    interpreter.invoke()
    np.testing.assert_array_equal(interpreter.get_tensor(1), [[2, 4, 6]])


def test_variables(api):
    interpreter = api.Interpreter(
        model_content=models.counter(),
        experimental_op_resolver_type=api.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    interpreter.set_tensor(0, np.ones((1, 2), np.float32))
    interpreter.set_tensor(1, np.float32([[3, 4]]))
    interpreter.invoke()
    np.testing.assert_array_equal(interpreter.get_tensor(2), [[4, 5]])
    interpreter.reset_all_variables()
    interpreter.invoke()
    np.testing.assert_array_equal(interpreter.get_tensor(2), [[1, 1]])


@pytest.mark.parametrize("array", [np.array([b"ab", b"cde"]), np.array(["ä", ""]), np.array([b"a\0b", "c"], object)])
def test_strings(api, array):
    interpreter = api.Interpreter(model_content=models.identity(np.bytes_))
    interpreter.allocate_tensors()
    interpreter.set_tensor(0, array)
    got = interpreter.get_tensor(0)
    assert got.dtype == object
    assert got.tolist() == [item.encode() if isinstance(item, str) else bytes(item) for item in array]


@pytest.mark.parametrize("path", [ASSET, str(ASSET), str(ASSET).encode()])
def test_paths(api, path):
    assert api.Interpreter(path).get_input_details()[0]["shape"].tolist() == [1, 28, 28, 1]


def test_positional_arguments(api):
    interpreter = api.Interpreter(None, ASSET.read_bytes(), None, 2, api.OpResolverType.BUILTIN_REF, True)
    interpreter.allocate_tensors()
    interpreter.invoke()
    assert interpreter.num_subgraphs() == 1


def test_threads_give_the_same(api):
    results = []
    for threads in (1, 2):
        interpreter = api.Interpreter(str(ASSET), num_threads=threads)
        interpreter.allocate_tensors()
        x, y = indices(interpreter)
        details = interpreter.get_input_details()[0]
        interpreter.set_tensor(x, np.arange(784).reshape(1, 28, 28, 1).astype(details["dtype"]))
        interpreter.invoke()
        results.append(interpreter.get_tensor(y))
    np.testing.assert_array_equal(*results)


def test_pickling_opens_the_model_again():
    import featherlite

    for how in ({"model_path": str(ASSET)}, {"model_content": models.arithmetic()}):
        interpreter = featherlite.Interpreter(**how)
        index = interpreter.get_input_details()[0]["index"]
        shape = interpreter.get_input_details()[0]["shape"]
        shape[0] = 2
        interpreter.resize_tensor_input(index, shape)
        interpreter.allocate_tensors()
        copy = pickle.loads(pickle.dumps(interpreter))
        copy.invoke()
        assert copy.get_tensor(index).shape == tuple(shape)
    assert len(pickle.dumps(featherlite.Interpreter(ASSET))) < 2000
