"""The networks of the suite: what each is called, where it comes from, and what goes in."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Network:
    """One network of the suite."""

    name: str
    framework: str  # "keras" or "torch"
    source: str  # the function of keras.applications or torchvision.models, or of small_keras or small_torch
    size: int = 0  # side of the picture; 0: the input is made by the source's `inputs`
    low: float = 0.0  # what a black pixel is
    high: float = 255.0  # what a white pixel is
    is_cnn: bool = True  # a convolutional classifier

    @property
    def is_quantized(self):
        """Whether the quantization part uses it: convolutional networks."""
        return self.is_cnn or self.source == "unet"

    @property
    def is_recurrent(self):
        """Whether TensorFlow's files have loops where Keras's have layers."""
        return self.source in ("lstm", "gru", "bidirectional")


def _keras(name, source, size=224, low=-1.0, high=1.0):
    return Network(name, "keras", source, size, low, high)


def _small_keras(name, size=0, is_cnn=False):
    return Network(name, "keras", name, size, -1.0, 1.0, is_cnn)


def _torch(name, size=224, is_cnn=True):
    return Network("torch_" + name, "torch", name, size, -2.0, 2.0, is_cnn)


NETWORKS = [
    _keras("mobilenet", "MobileNet"),
    _keras("mobilenet_v2", "MobileNetV2"),
    _keras("mobilenet_v3_small", "MobileNetV3Small", low=0.0, high=255.0),
    _keras("mobilenet_v3_large", "MobileNetV3Large", low=0.0, high=255.0),
    _keras("efficientnet_b0", "EfficientNetB0", low=0.0, high=255.0),
    _keras("efficientnet_v2_b0", "EfficientNetV2B0", low=0.0, high=255.0),
    _keras("resnet50", "ResNet50", low=-120.0, high=135.0),
    _keras("densenet121", "DenseNet121", low=-2.0, high=2.0),
    _keras("inception_v3", "InceptionV3", 299),
    _keras("xception", "Xception", 299),
    _keras("nasnet_mobile", "NASNetMobile"),
    _keras("convnext_tiny", "ConvNeXtTiny", low=0.0, high=255.0),
    _small_keras("lstm"),
    _small_keras("gru"),
    _small_keras("bidirectional"),
    _small_keras("attention"),
    _small_keras("unet", 64),
    _small_keras("twin", 64),
    _torch("mobilenet_v2"),
    _torch("mobilenet_v3_small"),
    _torch("mobilenet_v3_large"),
    _torch("shufflenet_v2_x1_0"),
    _torch("efficientnet_b0"),
    _torch("mnasnet1_0"),
    _torch("resnet18"),
    _torch("squeezenet1_1"),
    _torch("regnet_y_400mf"),
    _torch("vit", 224, is_cnn=False),
    _torch("lstm", 0, is_cnn=False),
    _torch("gru", 0, is_cnn=False),
    _torch("unet", 64, is_cnn=False),
]

# Keras networks that are exported to ONNX too, through both of Keras's ways.
ALSO_AS_ONNX = ["twin", "mobilenet_v2", "lstm", "gru", "attention", "unet", "efficientnet_b0", "densenet121", "convnext_tiny"]


def by_name(name):
    """The network called `name`."""
    return next(network for network in NETWORKS if network.name == name)
