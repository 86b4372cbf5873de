#!/usr/bin/env python3
"""Times training steps in PyTorch of the network of `crates/train-kernels/examples/step.rs`.

    train_step_torch.py RESOLUTION BATCH THREADS SECONDS [--layout nchw|nhwc]

A step is forward, cross-entropy, backward, and SGD with momentum. `--layout nhwc` is PyTorch's channels_last. For PyTorch at its
best set MALLOC_MMAP_THRESHOLD_=1073741824 and MALLOC_TRIM_THRESHOLD_=2147483648, so that memory is not given back between
steps.
"""

import argparse
import time

import torch
from torch import nn

STEM, HEAD, CLASSES = 16, 256, 10


def normalized(conv, activation=True):
    layers = [conv, nn.BatchNorm2d(conv.out_channels)]
    return layers + [nn.ReLU6(inplace=True)] if activation else layers


def pointwise(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 1, bias=False)


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        layers = [] if expansion == 1 else normalized(pointwise(inputs, hidden))
        layers += normalized(nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False))
        layers += normalized(pointwise(hidden, outputs), activation=False)
        self.layers = nn.Sequential(*layers)
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.is_residual else y


def network(resolution):
    first = 2 if resolution >= 64 else 1
    blocks = [(1, 16, 1, 1), (6, 24, 2, first), (6, 32, 2, 2), (6, 64, 3, 2), (6, 96, 2, 1)]
    layers = normalized(nn.Conv2d(3, STEM, 3, first, 1, bias=False))
    channels = STEM
    for expansion, outputs, repeats, stride in blocks:
        for repeat in range(repeats):
            layers.append(InvertedResidual(channels, outputs, stride if repeat == 0 else 1, expansion))
            channels = outputs
    layers += normalized(pointwise(channels, HEAD))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(HEAD, CLASSES))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ["resolution", "batch", "threads", "seconds"]:
        parser.add_argument(name, type=int)
    parser.add_argument("--layout", choices=["nchw", "nhwc"], default="nchw")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = network(options.resolution)
    x = torch.randn(options.batch, 3, options.resolution, options.resolution)
    if options.layout == "nhwc":
        model, x = model.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    labels = torch.randint(0, CLASSES, (options.batch,))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    times = []
    start = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < options.seconds:
        begin = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        times.append((time.perf_counter() - begin) * 1e3)
    measured = sorted(times[2:])
    print(
        f"{options.resolution}x{options.resolution} batch {options.batch}, {options.threads} threads,"
        f" torch {torch.__version__} {options.layout}: median {measured[len(measured) // 2]:.1f} ms,"
        f" least {measured[0]:.1f} ms, {len(measured)} steps, loss {float(loss.detach()):.4f}"
    )


if __name__ == "__main__":
    main()
