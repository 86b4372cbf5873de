"""The commands as functions."""

import featherlite
import models
import numpy as np
import pytest
from conftest import ASSET, files


def run(model, value):
    interpreter = featherlite.Interpreter(model_content=model)
    interpreter.allocate_tensors()
    interpreter.set_tensor(0, value)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def test_convert_writes_what_it_returns(tmp_path):
    source = tmp_path / "source.tflite"
    source.write_bytes(models.arithmetic())
    output = tmp_path / "result.tflite"
    file = featherlite.convert(source, output)
    assert output.read_bytes() == file
    np.testing.assert_allclose(run(file, np.float32([[1, 2, 3]])), [[2, 8, 18]])
    again = featherlite.convert(file, passes=[])
    np.testing.assert_allclose(run(again, np.float32([[1, 2, 3]])), [[2, 8, 18]])


def test_convert_names_what_is_wrong(tmp_path):
    with pytest.raises(ValueError, match="nothing.onnx"):
        featherlite.convert(tmp_path / "nothing.onnx")
    with pytest.raises(ValueError, match="no input"):
        featherlite.convert(models.arithmetic(), nhwc=["y"])
    with pytest.raises(ValueError, match="contents"):
        featherlite.convert(models.arithmetic(), dynamic=["batch"])
    with pytest.raises(TypeError):
        featherlite.quantize(models.arithmetic(), colour="red")


def test_quantize():
    random = np.random.default_rng(0)
    samples = [random.uniform(-1, 1, (1, 3)).astype(np.float32) for _ in range(16)]
    value = samples[0]
    expected = run(models.arithmetic(), value)
    for given in (iter(samples), [[sample] for sample in samples], [{"x": sample} for sample in samples]):
        file = featherlite.quantize(models.arithmetic(), samples=given)
        np.testing.assert_allclose(run(file, value), expected, atol=0.1)
    file = featherlite.quantize(models.arithmetic(), samples=samples, input_type="int8", output_type="int8")
    details = featherlite.Interpreter(model_content=file).get_input_details()[0]
    assert details["dtype"] is np.int8 and details["quantization"][0] > 0
    recipe = [{"regex": ".*", "operation": "*", "scheme": "float"}]
    np.testing.assert_allclose(run(featherlite.quantize(models.arithmetic(), recipe=recipe), value), expected)


def test_quantize_names_what_is_wrong():
    sample = np.zeros((1, 3), np.float32)
    for options, message in (
        ({}, "samples"),
        ({"samples": [{"z": sample}]}, "inputs are"),
        ({"samples": [[sample, sample]]}, "2 arrays"),
        ({"samples": [np.zeros(3)]}, "shape"),
        ({"samples": [sample], "scheme": "int7"}, "int7"),
        ({"samples": [sample], "input_type": "int3"}, "int3"),
        ({"samples": [sample], "observer": "guess"}, "guess"),
        ({"samples": [sample], "improve": ["more"]}, "more"),
    ):
        with pytest.raises(ValueError, match=message):
            featherlite.quantize(models.arithmetic(), **options)


@pytest.mark.skipif("resnet8_fp32" not in files(), reason="the models are not beside the checkout")
def test_quantize_a_real_model(tmp_path):
    source = files()["resnet8_fp32"]
    random = np.random.default_rng(0)
    samples = [random.uniform(0, 255, (1, 32, 32, 3)).astype(np.float32) for _ in range(4)]
    output = tmp_path / "int8.tflite"
    featherlite.quantize(source, output, samples=samples, improve=[], integers_only=True)
    assert output.stat().st_size < source.stat().st_size / 2


def test_bench():
    result = featherlite.bench(ASSET, warmup_min_secs=0, num_runs=5, min_secs=0)
    assert result["runs"] == 5
    assert 0 < result["min_us"] <= result["median_us"] <= result["p95_us"] <= result["max_us"]


def test_inspect():
    result = featherlite.inspect(models.arithmetic(), plan=True)
    assert [op["operator"] for op in result["subgraphs"][0]["operators"]] == ["ADD", "MUL"]
    assert result["subgraphs"][0]["tensors"][0] == {
        "name": "x",
        "dtype": "FLOAT32",
        "shape": [1, 3],
        "shape_signature": [-1, 3],
        "bytes": 12,
        "constant": False,
        "variable": False,
        "sparse": False,
        "quantization": None,
    }
    assert result["plan"]["arena_bytes"] > 0 and len(result["plan"]["steps"]) == 2
    assert "plan" not in featherlite.inspect(str(ASSET))
