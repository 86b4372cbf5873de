"""The runs of the suite: all networks in all forms, a line at once, a table at the end."""

import difflib
import os

from . import checks, networks, quantization, report, trained
from .cache import Cache, load, save
from .ours import Featherlite


def chosen(options):
    """The networks that the command line names, or all."""
    return [network for network in networks.NETWORKS if not options.names or network.name in options.names]


def convert_all(options, cache, program):
    """Every line, with those of earlier runs for what was not chosen now."""
    stored = os.path.join(cache.folder, "lines.json")
    lines = load(checks.Line, stored, lambda line: (line.network, line.form))
    for network in chosen(options):
        failure = cache.prepare(network)
        if failure:
            lines[network.name, ""] = checks.Line(network.name, "", failures=[failure])
            continue
        forms = checks.forms(network, cache)
        for stale in [key for key in lines if key[0] == network.name and key[1] not in forms]:
            del lines[stale]
        for form, source in forms.items():
            if options.forms and checks.file_name(form) not in options.forms.split(","):
                continue
            line = checks.convert(network, form, source, cache, program, options.tries)
            lines[network.name, form] = line
            print(report.line_text(line), flush=True)
            save(lines.values(), stored)
        if network.framework == "keras" and not network.is_recurrent:
            meet(network, cache, lines)
    save(lines.values(), stored)
    return list(lines.values())


def meet(network, cache, lines):
    """Notes where two forms of a network did not give the same graph."""
    texts = {form: checks.lowered(network, form, cache) for form in checks.MEETING}
    texts = {form: text for form, text in texts.items() if text and (network.name, form) in lines}
    first = next(iter(texts), None)
    for form, text in texts.items():
        if text != texts[first]:
            difference = list(difflib.unified_diff(texts[first].splitlines(), text.splitlines(), n=0, lineterm=""))[3:5]
            message = f"graph differs from that of {first}: {' | '.join(difference)[:300]}"
            lines[network.name, form].failures.append(message)
            print(f"{network.name} {form}: {message}", flush=True)


def quantize_all(options, cache, program):
    """One line for each convolutional network, with those of earlier runs for what was not chosen now."""
    stored = os.path.join(cache.folder, "quantization.json")
    lines = load(quantization.Line, stored, lambda line: line.network)
    for network in quantization.subjects():
        if options.names and network.name not in options.names:
            continue
        failure = cache.prepare(network)
        if failure:
            lines[network.name] = quantization.Line(network.name, failures=[failure])
            continue
        lines[network.name] = line = quantization.measure(network, cache, program)
        save(lines.values(), stored)
        print(" ".join(cell.ljust(20) for cell in report.quantization_cells(line)), *line.notes, *line.failures, flush=True)
    order = [network.name for network in quantization.subjects()]
    return [lines[name] for name in order if name in lines]


def main_trained(options, cache, program):
    """The steps that lose less, on trained networks; 1 if a line fails."""
    lines = trained.measure_all(options, cache, program)
    if options.write:
        report.write_trained(lines, trained.HEADER, trained.cells)
    failing = [line for line in lines if line.failures]
    print(f"{len(failing)} of {len(lines)} lines fail")
    return 1 if failing else 0


def main(options):
    """Runs what the command line asks for; 1 if a line fails."""
    cache, program = Cache(options.work), Featherlite(options.featherlite)
    if options.trained:
        return main_trained(options, cache, program)
    names = {network.name for network in chosen(options)}
    lines = (quantize_all if options.quantize else convert_all)(options, cache, program)
    if options.write:
        (report.write_quantization if options.quantize else report.write_conversion)(lines)
    lines = [line for line in lines if line.network in names]
    failing = [line for line in lines if line.failures]
    for line in failing:
        print(f"FAILED {line.network} {getattr(line, 'form', '')}: {'; '.join(line.failures)}")
    print(f"{len(failing)} of {len(lines)} lines fail")
    return 1 if failing else 0
