"""Wrong calls get an exception, of the same type from both implementations where the other one does not crash."""

import threading

import featherlite
import models
import numpy as np
import pytest
from conftest import ASSET, files


def make(api, **options):
    return api.Interpreter(model_content=models.arithmetic(), **options)


def allocated(api, **options):
    interpreter = make(api, **options)
    interpreter.allocate_tensors()
    return interpreter


ZEROS = np.zeros((1, 3), np.float32)

UNALLOCATED = {
    "invoke": (RuntimeError, lambda i: i.invoke()),
    "get": (ValueError, lambda i: i.get_tensor(0)),
    "set": (ValueError, lambda i: i.set_tensor(0, ZEROS)),
    "view": (ValueError, lambda i: i.tensor(0)()),
}
ALLOCATED = {
    "wrong type": (ValueError, lambda i: i.set_tensor(0, ZEROS.astype(np.int8))),
    "wrong type of a list": (ValueError, lambda i: i.set_tensor(0, [[1, 2, 3]])),
    "wrong size": (ValueError, lambda i: i.set_tensor(0, np.zeros((1, 4), np.float32))),
    "wrong rank": (ValueError, lambda i: i.set_tensor(0, np.zeros(3, np.float32))),
    "a number": (ValueError, lambda i: i.set_tensor(0, 3)),
    "index beyond": (ValueError, lambda i: i.set_tensor(99, ZEROS)),
    "index below": (ValueError, lambda i: i.set_tensor(-1, ZEROS)),
    "no index": (TypeError, lambda i: i.set_tensor("x", ZEROS)),
    "get beyond": (ValueError, lambda i: i.get_tensor(99)),
    "get below": (ValueError, lambda i: i.get_tensor(-1)),
    "get of no subgraph": (ValueError, lambda i: i.get_tensor(0, 5)),
    "view beyond": (ValueError, lambda i: i.tensor(99)()),
    "details beyond": (ValueError, lambda i: i._get_tensor_details(99, 0)),
    "op beyond": (ValueError, lambda i: i._get_op_details(99)),
    "details of no subgraph": (ValueError, lambda i: i.get_tensor_details(9)),
    "resize beyond": (RuntimeError, lambda i: i.resize_tensor_input(99, [1, 3])),
    "resize to negative": (RuntimeError, lambda i: i.resize_tensor_input(0, [-2, 3])),
    "resize to text": (ValueError, lambda i: i.resize_tensor_input(0, ["a"])),
    "resize a constant": (RuntimeError, lambda i: i.resize_tensor_input(2, [4])),
    "resize strictly": (RuntimeError, lambda i: i.resize_tensor_input(0, [1, 4], strict=True)),
    "runner": (ValueError, lambda i: i.get_signature_runner("x")),
    "runner of none": (ValueError, lambda i: i.get_signature_runner()),
}
CONSTRUCTOR = {
    "nothing": (ValueError, {}),
    "both": (ValueError, {"model_path": str(ASSET), "model_content": b"x"}),
    "no such file": (ValueError, {"model_path": "nothing.tflite"}),
    "no model": (ValueError, {"model_content": b"abc"}),
    "damaged": (ValueError, {"model_content": models.arithmetic()[:200]}),
    "text": (TypeError, {"model_content": "abc"}),
    "no threads": (ValueError, {"model_path": str(ASSET), "num_threads": 0}),
    "threads as text": (ValueError, {"model_path": str(ASSET), "num_threads": "2"}),
    "resolver": (ValueError, {"model_path": str(ASSET), "experimental_op_resolver_type": 2}),
}


@pytest.mark.parametrize("case", UNALLOCATED)
def test_before_allocation(api, case):
    error, call = UNALLOCATED[case]
    with pytest.raises(error):
        call(make(api))


@pytest.mark.parametrize("case", ALLOCATED)
def test_wrong_arguments(api, case):
    error, call = ALLOCATED[case]
    interpreter = allocated(api)
    with pytest.raises(error):
        call(interpreter)
    if api is featherlite:
        interpreter.set_tensor(0, ZEROS)
        interpreter.invoke()


@pytest.mark.parametrize("case", CONSTRUCTOR)
def test_constructor(api, case):
    error, options = CONSTRUCTOR[case]
    with pytest.raises(error):
        api.Interpreter(**options)


def test_views_forbid_what_moves_memory(api):
    interpreter = allocated(api)
    for make_view in (
        interpreter.tensor(0),
        lambda: interpreter.tensor(3)()[0, 1:],
        lambda: interpreter.tensor(0)().T,
    ):
        view = make_view()
        for call in (
            interpreter.invoke,
            interpreter.allocate_tensors,
            lambda: interpreter.resize_tensor_input(0, [2, 3]),
        ):
            with pytest.raises(RuntimeError, match="reference to internal data"):
                call()
        interpreter.set_tensor(0, ZEROS)
        del view
        interpreter.invoke()


def test_views_outlive_the_interpreter(api):
    interpreter = allocated(api)
    interpreter.set_tensor(0, ZEROS + 5)
    view = interpreter.tensor(0)()
    del interpreter
    np.testing.assert_array_equal(view, ZEROS + 5)


def test_invoke_after_resize(api):
    interpreter = allocated(api)
    interpreter.resize_tensor_input(0, [2, 3])
    with pytest.raises(RuntimeError):
        interpreter.invoke()
    if api is featherlite:
        with pytest.raises(ValueError):
            interpreter.get_tensor(3)


def test_impossible_shapes(api):
    interpreter = allocated(api)
    interpreter.resize_tensor_input(0, [1, 5])
    with pytest.raises(RuntimeError):
        interpreter.allocate_tensors()


def test_what_litert_crashes_on():
    interpreter = allocated(featherlite)
    with pytest.raises(ValueError, match="constant"):
        interpreter.set_tensor(2, np.zeros(3, np.float32))
    constant = interpreter.tensor(2)()
    assert not constant.flags.writeable
    with pytest.raises(ValueError):
        constant.flags.writeable = True
    del constant
    strings = featherlite.Interpreter(model_content=models.identity(np.bytes_))
    strings.allocate_tensors()
    with pytest.raises(ValueError, match="no contents"):
        strings.get_tensor(0)
    with pytest.raises(ValueError, match="viewed"):
        strings.tensor(0)()
    with pytest.raises(TypeError, match="str or bytes"):
        strings.set_tensor(0, np.array([None, b"x"], object))
    with pytest.raises(ValueError, match="preserve_all_tensors"):
        interpreter.get_tensor(1)


def test_set_from_a_view_of_the_same_tensor():
    interpreter = allocated(featherlite)
    interpreter.set_tensor(0, ZEROS + 3)
    interpreter.set_tensor(0, interpreter.tensor(0)())
    np.testing.assert_array_equal(interpreter.get_tensor(0), ZEROS + 3)


def test_foreign_byte_order():
    interpreter = allocated(featherlite)
    interpreter.set_tensor(0, np.array([[1, 2, 3]], ">f4"))
    np.testing.assert_array_equal(interpreter.get_tensor(0), [[1, 2, 3]])


def test_closed():
    with allocated(featherlite) as interpreter:
        view = interpreter.tensor(0)()
        with pytest.raises(RuntimeError):
            interpreter.close()
        del view
    for call in (interpreter.invoke, interpreter.allocate_tensors, interpreter.get_input_details):
        with pytest.raises(ValueError, match="closed"):
            call()
    interpreter.close()


def test_delegates():
    with pytest.raises(ValueError, match="no delegates"):
        featherlite.load_delegate("libedgetpu.so.1")
    with pytest.raises(ValueError, match="no delegates"):
        make(featherlite, experimental_delegates=[object()])
    make(featherlite, experimental_delegates=[])
    with pytest.raises(ValueError, match="custom operators"):
        featherlite.InterpreterWithCustomOps(["Register"], model_content=models.arithmetic())
    featherlite.InterpreterWithCustomOps(model_content=models.arithmetic())


def test_two_threads_in_one_interpreter():
    path = files().get("k_mobilenet_v1_int8", ASSET)
    interpreter = featherlite.Interpreter(path)
    interpreter.allocate_tensors()
    refused, stop = [], threading.Event()

    def use():
        while not stop.is_set():
            for call in (interpreter.invoke, interpreter.tensor(0), lambda: interpreter.get_tensor(0)):
                try:
                    call()
                except RuntimeError as error:
                    refused.append(str(error))

    others = [threading.Thread(target=use) for _ in range(3)]
    for thread in others:
        thread.start()
    for _ in range(300):
        try:
            interpreter.invoke()
        except RuntimeError as error:
            refused.append(str(error))
        if len(refused) > 50:
            break
    stop.set()
    for thread in others:
        thread.join()
    assert refused and all("another thread" in text or "reference" in text for text in refused)
    interpreter.invoke()


def test_other_threads_go_on_during_invoke():
    path = files().get("k_mobilenet_v1_int8", ASSET)
    interpreter = featherlite.Interpreter(path)
    interpreter.allocate_tensors()
    done = threading.Event()
    thread = threading.Thread(target=lambda: [interpreter.invoke() for _ in range(20)] and done.set())
    thread.start()
    steps = 0
    while not done.is_set():
        steps += 1
    thread.join()
    assert steps > 20
