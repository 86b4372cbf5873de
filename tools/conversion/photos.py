"""Crops of the real photos that scikit-image and scikit-learn ship."""

import importlib.util
import os

import numpy as np

PHOTOS = {
    "skimage": ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "motorcycle_left.png", "motorcycle_right.png",
                "hubble_deep_field.jpg", "retina.jpg", "ihc.png"],
    "sklearn": ["china.jpg", "flower.jpg"],
}
FOLDERS = {"skimage": "data", "sklearn": os.path.join("datasets", "images")}


def paths():
    """The photo files of the packages that are installed."""
    found = []
    for package, names in PHOTOS.items():
        spec = importlib.util.find_spec(package)
        if spec is None:
            continue
        folder = os.path.join(os.path.dirname(spec.origin), FOLDERS[package])
        found += [os.path.join(folder, name) for name in names if os.path.exists(os.path.join(folder, name))]
    return found


def crops(count, size, seed, channels=3):
    """`[count, size, size, channels]` bytes: random squares of random photos, half of them mirrored."""
    from PIL import Image

    generator = np.random.default_rng(seed)
    photos = [Image.open(path).convert("RGB" if channels == 3 else "L") for path in paths()]
    result = np.empty((count, size, size, channels), np.uint8)
    for index in range(count):
        photo = photos[index % len(photos)]
        side = int(min(photo.size) * generator.uniform(0.35, 1.0))
        left = int(generator.integers(0, photo.width - side + 1))
        top = int(generator.integers(0, photo.height - side + 1))
        square = photo.crop((left, top, left + side, top + side)).resize((size, size), Image.BILINEAR)
        pixels = np.asarray(square).reshape(size, size, channels)
        result[index] = pixels[:, ::-1] if generator.random() < 0.5 else pixels
    return result


def scaled(pixels, low, high):
    """Bytes as float32 numbers from `low` to `high`."""
    return (pixels.astype(np.float32) * np.float32((high - low) / 255.0) + np.float32(low)).astype(np.float32)
