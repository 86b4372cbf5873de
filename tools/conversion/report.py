"""Lines of text and of Markdown."""

import os
import platform

DOCUMENT = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "docs", "conversion.md")
CONVERSION = ("<!-- conversion: made by tools/convert_suite.py -->", "<!-- end of conversion -->")
QUANTIZATION = ("<!-- quantization: made by tools/convert_suite.py --quantize -->", "<!-- end of quantization -->")

STEPS = ("<!-- steps: made by tools/convert_suite.py --trained -->", "<!-- end of steps -->")


def _ratio(ours, theirs, digits=2):
    return f"{ours / theirs:.{digits}f}" if ours is not None and theirs else "-"


def _error(line, runtime):
    return f"{line.errors[runtime]:.0e}" if runtime in line.errors else "-"


def _count(ours, theirs):
    return "-" if ours is None else f"{ours} / {'-' if theirs is None else theirs}"


def cells(line):
    """The columns of a line: see [`HEADER`]."""
    return [
        line.network, line.form, _count(line.operators, line.tf_operators), _ratio(line.bytes, line.tf_bytes, 3),
        "-" if line.seconds is None else f"{line.seconds:.2f} s", _ratio(line.tf_seconds, line.seconds, 0),
        "-" if line.kilobytes is None else f"{line.kilobytes / 1024:.0f} MB", _ratio(line.kilobytes, line.tf_kilobytes),
        "-" if line.transposes is None else str(line.transposes),
        _error(line, "ours"), _error(line, "LiteRT xnnpack"), _error(line, "LiteRT reference"),
        "yes" if not line.failures else "no",
    ]


HEADER = ["network", "form", "operators / TF's", "bytes to TF's", "time", "TF's time to ours", "memory", "to TF's",
          "inner TRANSPOSE", "error", "in LiteRT", "in its reference", "all limits kept"]


def line_text(line):
    """One line for a terminal."""
    widths = [22, 12, 11, 6, 8, 5, 8, 5, 3, 6, 6, 6, 4]
    return " ".join(cell.ljust(width) for cell, width in zip(cells(line), widths))


def table(header, rows):
    """Markdown."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def machine():
    """The processor and how many of it."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} cores of {model}, {platform.system()}"


def _failures(lines, name):
    failing = [f"- {name(line)}: {'; '.join(line.failures)}" for line in lines if line.failures]
    return ["Limits not kept:\n\n" + "\n".join(failing)] if failing else []


def write_conversion(lines):
    """Puts the table of conversions into `docs/conversion.md`."""
    parts = [f"Machine: {machine()}.", table(HEADER, [cells(line) for line in lines])]
    replace("\n\n".join(parts + _failures(lines, lambda line: f"{line.network} from {line.form}")), CONVERSION)


def quantization_cells(line):
    """The columns of one network: ours, TensorFlow's, ai-edge-quantizer's, bits."""
    decibels = [f"{line.decibels[name]:.1f}" if name in line.decibels else "-" for name in QUANTIZERS]
    return [line.network, *decibels, line.bits, "yes" if not line.failures else "no"]


QUANTIZERS = ["ours", "TensorFlow", "ai-edge-quantizer"]


def write_quantization(lines):
    """Puts the table of quantized networks into `docs/conversion.md`."""
    header = ["network", *QUANTIZERS, "bits", "all limits kept"]
    parts = [table(header, [quantization_cells(line) for line in lines])]
    notes = [f"- {line.network}: {'; '.join(line.notes)}" for line in lines if line.notes]
    parts += ["What the others could not do:\n\n" + "\n".join(notes)] if notes else []
    replace("\n\n".join(parts + _failures(lines, lambda line: line.network)), QUANTIZATION)


def write_trained(lines, header, cells):
    """Puts the table of trained networks into `docs/conversion.md`."""
    parts = [table(header, [cells(line) for line in lines])]
    replace("\n\n".join(parts + _failures(lines, lambda line: f"{line.network} in {line.scheme}")), STEPS)


def replace(text, marks):
    """Replaces what is between two marks in the document."""
    with open(DOCUMENT, encoding="utf-8") as file:
        content = file.read()
    before, rest = content.split(marks[0])
    after = rest.split(marks[1])[1]
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(f"{before}{marks[0]}\n\n{text}\n\n{marks[1]}{after}")
