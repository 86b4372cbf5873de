"""Batch inference: one interpreter a worker."""

import sys

import featherlite
import models
import numpy as np
import pytest
from conftest import ASSET


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(models.arithmetic())
    return str(path)


def test_batches_are_run_at_once_or_row_by_row():
    from featherlite.batches import Batches

    images = np.random.default_rng(0).integers(0, 255, (5, 28, 28, 1))
    many = Batches(str(ASSET), None, {})
    one = featherlite.Interpreter(ASSET)
    one.allocate_tensors()
    details, output = one.get_input_details()[0], one.get_output_details()[0]
    images = images.astype(details["dtype"])
    (scores,) = many({"image": images}).values()
    for image, row in zip(images, scores):
        one.set_tensor(details["index"], image[np.newaxis])
        one.invoke()
        np.testing.assert_array_equal(one.get_tensor(output["index"])[0], row)
    (signature,) = Batches(models.signatures(), "add", {})({"x": [1, 2], "y": [3, 4], "z": [0, 0]}).values()
    np.testing.assert_array_equal(signature, [4, 6])
    with pytest.raises(ValueError, match="missing"):
        Batches(models.signatures(), "add", {})({"x": [1], "z": [2]})


def test_spark_tables(model):
    pandas = pytest.importorskip("pandas")
    from featherlite import spark

    table = pandas.DataFrame({"x": [[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]], "id": [7, 8]})
    (result, empty) = spark.predict(model)(iter([table, table[:0]]))
    assert result["id"].tolist() == [7, 8] and len(empty) == 0
    np.testing.assert_array_equal(np.stack(result["y"]), [[2, 8, 18], [0, 0, 6]])


def test_spark(model, monkeypatch):
    sql = pytest.importorskip("pyspark.sql")
    from featherlite import spark

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    try:
        session = sql.SparkSession.builder.master("local[2]").getOrCreate()
    except Exception as error:
        pytest.skip(f"Spark does not start: {error}")
    rows = [(index, [float(index), 1.0, 1.0]) for index in range(10)]
    table = session.createDataFrame(rows, "id int, x array<float>")
    result = table.mapInPandas(spark.predict(model), "id int, x array<float>, y array<float>")
    assert {row.id: row.y[0] for row in result.collect()} == {index: 2.0 * index for index in range(10)}


def test_ray(model):
    ray = pytest.importorskip("ray")
    import ray.data
    from featherlite.ray import Predictor

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        rows = np.arange(30, dtype=np.float32).reshape(10, 3)
        results = (
            ray.data.from_numpy(rows)
            .map_batches(Predictor, fn_constructor_args=[model], concurrency=1, batch_size=4)
            .take_all()
        )
    finally:
        ray.shutdown()
    expected = 2 * rows * [1, 2, 3]
    got = sorted((row["y"].tolist() for row in results))
    np.testing.assert_allclose(got, expected)
