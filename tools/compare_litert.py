#!/usr/bin/env python3
"""Compares drawn cases with LiteRT's reference kernels.

    cargo run -p featherlite-suite --bin cases -- OUT [--count N] [OPERATOR...]
    python3 tools/compare_litert.py OUT [--resolver ref|builtin] [--show N]

needs numpy and ai-edge-litert. Integers must be the same; floats may differ by the tolerance of the case. LiteRT
aborts on some models: they run in processes of their own, and a crash is reported as such, as are models that LiteRT
refuses. The exit code says whether any result differs.
"""

import argparse
import collections
import json
import multiprocessing
import os
import sys

TYPES = {
    "FLOAT32": "f4", "FLOAT16": "f2", "FLOAT64": "f8", "INT8": "i1", "UINT8": "u1", "INT16": "i2", "UINT16": "u2",
    "INT32": "i4", "UINT32": "u4", "INT64": "i8", "UINT64": "u8", "BOOL": "?", "COMPLEX64": "c8", "COMPLEX128": "c16",
}


def read(folder, case, run, kind, index):
    with open(os.path.join(folder, f"{case['name']}.{run}.{kind}{index}"), "rb") as file:
        return file.read()


def strings(packed):
    import numpy as np

    count = int(np.frombuffer(packed, "<i4", 1)[0])
    ends = np.frombuffer(packed, "<i4", count + 1, 4)
    return [packed[ends[i] : ends[i + 1]] for i in range(count)]


def compare_output(case, run, index, ours, theirs):
    """What differs, or None."""
    import numpy as np

    shape, dtype = case["output_shapes"][run][index], case["output_types"][index]
    if list(theirs.shape) != shape:
        return f"output {index}: our shape {shape}, theirs {list(theirs.shape)}"
    absolute, relative = case["tolerances"][index]
    if absolute > 1e300:
        return None
    if dtype == "STRING":
        ours = strings(ours)
        same = ours == [bytes(text) for text in theirs.reshape(-1)]
        return None if same else f"output {index}: ours {ours}, theirs {theirs}"
    if dtype not in TYPES:
        return None
    ours = np.frombuffer(ours, TYPES[dtype])
    theirs = np.asarray(theirs).reshape(-1).view(TYPES[dtype])
    with np.errstate(all="ignore"):
        if ours.dtype.kind in "fc":
            wide = theirs.astype("c16")
            is_far = ~((ours == theirs) | (np.abs(ours.astype("c16") - wide) <= absolute + relative * np.abs(wide)))
            is_far &= ~(np.isnan(ours) & np.isnan(theirs))
        else:
            is_far = ours != theirs
    if not is_far.any():
        return None
    place = int(np.argmax(is_far))
    return f"output {index}: {int(is_far.sum())} of {ours.size} differ, first at {place}: ours {ours[place]}, theirs {theirs[place]}"


def run_case(folder, case, resolver):
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    kind = {"ref": OpResolverType.BUILTIN_REF, "builtin": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES}[resolver]
    path = os.path.join(folder, f"{case['name']}.tflite")
    try:
        interpreter = Interpreter(path, experimental_op_resolver_type=kind, num_threads=1)
        interpreter.allocate_tensors()
        differences = []
        for run in range(case["runs"]):
            for index, detail in enumerate(interpreter.get_input_details()):
                packed = read(folder, case, run, "i", index)
                if detail["dtype"] == np.bytes_:
                    value = np.array(strings(packed), dtype=object).reshape(detail["shape"])
                else:
                    value = np.frombuffer(packed, detail["dtype"]).reshape(detail["shape"])
                interpreter.set_tensor(detail["index"], value)
            interpreter.invoke()
            for index, detail in enumerate(interpreter.get_output_details()):
                theirs = interpreter.get_tensor(detail["index"])
                difference = compare_output(case, run, index, read(folder, case, run, "o", index), theirs)
                if difference:
                    differences.append(f"run {run}, {difference}")
        return ("differs", "; ".join(differences)) if differences else ("same", "")
    except (RuntimeError, ValueError, TypeError) as error:
        return "refused", str(error).strip().split("\n")[-1][:200]


def work(folder, cases, resolver, pipe):
    sys.stderr = open(os.devnull, "w")
    os.dup2(sys.stderr.fileno(), 2)
    os.dup2(sys.stderr.fileno(), 1)
    for case in cases:
        pipe.send(run_case(folder, case, resolver))


def results(folder, cases, resolver):
    """One result per case, in order; a process that dies is replaced."""
    done = 0
    while done < len(cases):
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.Process(target=work, args=(folder, cases[done:], resolver, theirs))
        process.start()
        theirs.close()
        while done < len(cases):
            try:
                result = ours.recv() if ours.poll(60) else ("crash", "no answer in 60 s")
            except EOFError:
                result = ("crash", "the process died")
            yield cases[done], result
            done += 1
            if result[0] == "crash":
                break
        process.kill()
        process.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--resolver", choices=["ref", "builtin"], default="ref")
    parser.add_argument("--show", type=int, default=20, help="differences to show in full (default 20)")
    parser.add_argument("--refused", action="store_true", help="show what LiteRT refuses or dies of, too")
    options = parser.parse_args()
    with open(os.path.join(options.folder, "cases.json"), encoding="utf-8") as file:
        cases = json.load(file)
    tally = collections.defaultdict(collections.Counter)
    shown = collections.Counter()
    for case, (outcome, detail) in results(options.folder, cases, options.resolver):
        tally[case["operator"]][outcome] += 1
        wanted = outcome == "differs" or (options.refused and outcome != "same")
        if wanted and sum(shown.values()) < options.show and shown[case["operator"]] < 3:
            shown[case["operator"]] += 1
            print(f"{case['name']}: {outcome}: {detail}\n{case['text']}")
    for operator, counts in tally.items():
        print(f"{operator:32}", *(f"{outcome} {count}" for outcome, count in sorted(counts.items())))
    differing = sum(counts["differs"] for counts in tally.values())
    print(f"{differing} of {len(cases)} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
