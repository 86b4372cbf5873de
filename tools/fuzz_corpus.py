#!/usr/bin/env python3
"""Collects small models as the corpus of the fuzz targets.

    python3 tools/fuzz_corpus.py OUT SOURCE...

A source is a folder; .tflite files of up to 64 KiB are taken from it and from the .tar.gz archives in it, one of each
content. Drawn cases make a good source:

    cargo run -p featherlite-suite --bin cases -- /tmp/cases --count 5
"""

import hashlib
import os
import sys
import tarfile

LIMIT = 64 * 1024


def models(source):
    for folder, _, names in os.walk(source):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(".tflite") and os.path.getsize(path) <= LIMIT:
                with open(path, "rb") as file:
                    yield file.read()
            elif name.endswith(".tar.gz"):
                with tarfile.open(path) as archive:
                    for member in archive:
                        if member.name.endswith(".tflite") and member.size <= LIMIT:
                            yield archive.extractfile(member).read()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    out, sources = sys.argv[1], sys.argv[2:]
    os.makedirs(out, exist_ok=True)
    count = 0
    for source in sources:
        for model in models(source):
            with open(os.path.join(out, hashlib.sha1(model).hexdigest()), "wb") as file:
                file.write(model)
            count += 1
    print(f"{count} models in {out}")


if __name__ == "__main__":
    main()
