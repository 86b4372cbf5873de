#!/usr/bin/env python3
"""Makes a small dataset of pictures, a folder of images for each class: the icons of a desktop theme by what they are for.

    apt-get install oxygen-icon-theme            # 6,000 pictures, LGPL
    python3 tools/icons_folder.py OUTPUT [--icons /usr/share/icons/oxygen/base]

OUTPUT/train, OUTPUT/validation and OUTPUT/test get folders actions, apps, devices, mimetypes, places and status; all sizes of an icon are in
the same part. Links to other icons are left out; transparent icons lie on white. Pillow is needed.
"""
import argparse
import hashlib
import os

from PIL import Image

CLASSES = ("actions", "apps", "devices", "mimetypes", "places", "status")
SIZES = ("32x32", "48x48", "64x64", "128x128")


def part(name):
    """Train, validation or test: the same for all sizes of an icon."""
    share = hashlib.sha256(name.encode()).digest()[0] / 256
    return "test" if share < 0.15 else "validation" if share < 0.3 else "train"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--icons", default="/usr/share/icons/oxygen/base")
    options = parser.parse_args()
    counts = {}
    for size in SIZES:
        for label in CLASSES:
            folder = os.path.join(options.icons, size, label)
            for file in sorted(os.listdir(folder)):
                path = os.path.join(folder, file)
                name, extension = os.path.splitext(file)
                if extension != ".png" or os.path.islink(path):
                    continue
                icon = Image.open(path).convert("RGBA")
                picture = Image.new("RGB", icon.size, "white")
                picture.paste(icon, mask=icon.getchannel("A"))
                target = os.path.join(options.output, part(name), label)
                os.makedirs(target, exist_ok=True)
                picture.save(os.path.join(target, f"{name}-{size}.png"))
                counts[part(name)] = counts.get(part(name), 0) + 1
    print(", ".join(f"{count} for {name}" for name, count in sorted(counts.items())))


if __name__ == "__main__":
    main()
