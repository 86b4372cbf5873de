"""Small PyTorch networks of kinds that torchvision lacks or has only large, each with a note on what goes in."""

import numpy as np
import torch
from torch import nn
from torchvision.models import VisionTransformer

STEPS, FEATURES = 24, 12


def vit():
    """A vision transformer of four layers."""
    model = VisionTransformer(224, 16, 4, 6, 192, 768, num_classes=100)
    for parameter in (model.heads.head.weight, model.conv_proj.weight):
        nn.init.xavier_uniform_(parameter)
    return model


class Recurrent(nn.Module):
    """A two-layer recurrent network and a linear layer on its last step."""

    def __init__(self, kind, is_bidirectional):
        super().__init__()
        self.layer = kind(FEATURES, 24, num_layers=2, batch_first=True, bidirectional=is_bidirectional)
        self.head = nn.Linear(48 if is_bidirectional else 24, 10)

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1])


def lstm():
    """Two LSTM layers, forward."""
    return Recurrent(nn.LSTM, False)


def gru():
    """Two GRU layers, in both directions."""
    return Recurrent(nn.GRU, True)


def sequence(count, seed):
    """Inputs of the recurrent networks, `[count, STEPS, FEATURES]`."""
    generator = np.random.default_rng(seed)
    time = np.arange(STEPS)[None, :, None]
    frequency = generator.uniform(0.05, 1.0, (count, 1, FEATURES))
    return np.sin(time * frequency + generator.uniform(0.0, 6.28, (count, 1, FEATURES))).astype(np.float32)


def _double(inputs, outputs):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class UNet(nn.Module):
    """One level by transposed convolution, one by bilinear up-sampling, with skips."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.deep = _double(3, 16), _double(16, 32), _double(32, 48)
        self.up = nn.ConvTranspose2d(48, 32, 2, stride=2)
        self.third, self.last = _double(64, 32), _double(48, 16)
        self.head = nn.Conv2d(16, 4, 1)

    def forward(self, x):
        first = self.first(x)
        second = self.second(nn.functional.max_pool2d(first, 2))
        x = self.up(self.deep(nn.functional.max_pool2d(second, 2)))
        x = self.third(torch.cat([x, second], 1))
        x = nn.functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        return self.head(self.last(torch.cat([x, first], 1)))


def unet():
    """See [`UNet`]."""
    return UNet()


class Block(nn.Module):
    """An inverted residual block with squeeze and excitation."""

    def __init__(self, stride):
        super().__init__()
        self.is_residual = stride == 1
        self.expand, self.expand_norm = nn.Conv2d(16, 48, 1, bias=False), nn.BatchNorm2d(48)
        self.depthwise = nn.Conv2d(48, 48, 3, stride=stride, padding=1, groups=48, bias=False)
        self.depthwise_norm = nn.BatchNorm2d(48)
        self.squeeze, self.excite = nn.Conv2d(48, 12, 1), nn.Conv2d(12, 48, 1)
        self.project, self.project_norm = nn.Conv2d(48, 16, 1, bias=False), nn.BatchNorm2d(16)

    def forward(self, x):
        y = nn.functional.relu6(self.expand_norm(self.expand(x)))
        y = nn.functional.relu6(self.depthwise_norm(self.depthwise(y)))
        gate = nn.functional.relu(self.squeeze(nn.functional.adaptive_avg_pool2d(y, 1)))
        y = self.project_norm(self.project(y * torch.sigmoid(self.excite(gate))))
        return x + y if self.is_residual else y


class Twin(nn.Module):
    """The network that `small_keras.twin` is too."""

    def __init__(self):
        super().__init__()
        self.stem, self.stem_norm = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16)
        self.blocks = nn.Sequential(Block(1), Block(2))
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        x = self.blocks(nn.functional.relu6(self.stem_norm(self.stem(x))))
        return self.head(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))

    def in_keras_order(self):
        """The layers in the order in which Keras lists their weights."""
        layers = [self.stem, self.stem_norm]
        for block in self.blocks:
            layers += [block.expand, block.expand_norm, block.depthwise, block.depthwise_norm, block.squeeze, block.excite,
                       block.project, block.project_norm]
        return layers + [self.head]

    def take_keras_weights(self, weights):
        """Sets every parameter and moving average from the list that Keras's `get_weights` gives."""
        weights = iter(weights)
        with torch.no_grad():
            for layer in self.in_keras_order():
                if isinstance(layer, nn.BatchNorm2d):
                    for tensor in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                        tensor.copy_(torch.from_numpy(next(weights)))
                    continue
                layer.weight.copy_(torch.from_numpy(_in_torch_layout(layer, next(weights))))
                if layer.bias is not None:
                    layer.bias.copy_(torch.from_numpy(next(weights)))


def _in_torch_layout(layer, kernel):
    if isinstance(layer, nn.Linear):
        return np.ascontiguousarray(kernel.T)
    is_depthwise = layer.groups > 1
    return np.ascontiguousarray(kernel.transpose((2, 3, 0, 1) if is_depthwise else (3, 2, 0, 1)))
