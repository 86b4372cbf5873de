"""Programs for the other packages, run with Featherlite."""

import subprocess
import sys

import pytest

PROGRAM = """
from {package}.interpreter import Interpreter, load_delegate
import {package}.interpreter as tflite
print(Interpreter is tflite.Interpreter, Interpreter.__module__)
"""


def run(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True)


@pytest.mark.parametrize("package", ["tflite_runtime", "ai_edge_litert"])
def test_a_program_finds_ours(package, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(package=package))
    expected = "True featherlite.interpreter\n"
    assert run("-m", "featherlite.aliases", str(program)).stdout == expected
    program.write_text("import featherlite; featherlite.install_aliases()\n" + program.read_text())
    assert run(str(program)).stdout == expected


def test_programs_of_tensorflow():
    program = (
        "import featherlite; featherlite.install_aliases(['tensorflow'])\n"
        "import tensorflow as tf; import tensorflow.lite; print(tf.lite.Interpreter.__module__)\n"
        "print(tf.lite.experimental.OpResolverType.BUILTIN_REF.name)"
    )
    assert run("-c", program).stdout == "featherlite.interpreter\nBUILTIN_REF\n"


def test_never_silently():
    program = "import featherlite, ai_edge_litert.interpreter as i; print(i.Interpreter.__module__)"
    assert run("-c", program).stdout == "ai_edge_litert.interpreter\n"
    result = run("-c", "import ai_edge_litert, featherlite; featherlite.install_aliases()")
    assert "imported already" in result.stderr
    result = run("-c", "import featherlite; featherlite.install_aliases(['torch'])")
    assert "no alias" in result.stderr
