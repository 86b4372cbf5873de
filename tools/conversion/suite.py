"""The runs of the suite: all networks in all forms, a line at once, a table at the end."""

import difflib
import os

from . import checks, networks, report
from .cache import Cache
from .ours import Featherlite


def chosen(options):
    """The networks that the command line names, or all."""
    return [network for network in networks.NETWORKS if not options.names or network.name in options.names]


def convert_all(options, cache, program):
    """Every line, with those of earlier runs for what was not chosen now."""
    stored = os.path.join(cache.folder, "lines.json")
    lines = checks.load(stored)
    for network in chosen(options):
        failure = cache.prepare(network)
        if failure:
            lines[network.name, ""] = checks.Line(network.name, "", failures=[failure])
            continue
        for form, source in checks.forms(network, cache).items():
            if options.forms and checks.file_name(form) not in options.forms.split(","):
                continue
            line = checks.convert(network, form, source, cache, program, options.tries)
            lines[network.name, form] = line
            print(report.line_text(line), flush=True)
            checks.save(lines.values(), stored)
        meet(network, cache, lines)
    checks.save(lines.values(), stored)
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


def main(options):
    """Runs what the command line asks for; 1 if a line fails."""
    cache, program = Cache(options.work), Featherlite(options.featherlite)
    lines = convert_all(options, cache, program)
    names = {network.name for network in chosen(options)}
    failing = [line for line in lines if line.failures and line.network in names]
    for line in failing:
        print(f"FAILED {line.network} {line.form}: {'; '.join(line.failures)}")
    if options.write:
        report.write(lines)
    print(f"{len(failing)} of {sum(line.network in names for line in lines)} lines fail")
    return 1 if failing else 0
