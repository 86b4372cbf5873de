//! Names in `torchvision.models`.

use super::{Convention, Rule, Style};
use crate::arch::Padding;

const fn torchvision(name: &'static str, epsilon: f32, rules: &'static [Rule]) -> Convention {
    Convention { name, style: Style::Torch, padding: Padding::Symmetric, epsilon, rules }
}

pub(super) const CONVENTIONS: &[Convention] = &[
    torchvision(
        "torchvision MobileNetV2",
        1e-5,
        &[
            Rule("stem.conv", "features.0.0", "features.0.1"),
            Rule("expand", "features.{b1}.conv.{k}.0", "features.{b1}.conv.{k}.1"),
            Rule("depthwise", "features.{b1}.conv.{k}.0", "features.{b1}.conv.{k}.1"),
            Rule("project", "features.{b1}.conv.{k}", "features.{b1}.conv.{k1}"),
            Rule("head.conv", "features.{b1}.0", "features.{b1}.1"),
            Rule("classifier", "classifier.1", ""),
        ],
    ),
    torchvision(
        "torchvision MobileNetV3",
        1e-3,
        &[
            Rule("stem.conv", "features.0.0", "features.0.1"),
            Rule("expand", "features.{b1}.block.{k}.0", "features.{b1}.block.{k}.1"),
            Rule("depthwise", "features.{b1}.block.{k}.0", "features.{b1}.block.{k}.1"),
            Rule("se.reduce", "features.{b1}.block.{k}.fc1", ""),
            Rule("se.expand", "features.{b1}.block.{k}.fc2", ""),
            Rule("project", "features.{b1}.block.{k}.0", "features.{b1}.block.{k}.1"),
            Rule("head.conv", "features.{b1}.0", "features.{b1}.1"),
            Rule("head.hidden", "classifier.0", ""),
            Rule("classifier", "classifier.3", ""),
        ],
    ),
    torchvision(
        "torchvision EfficientNet",
        1e-5,
        &[
            Rule("stem.conv", "features.0.0", "features.0.1"),
            Rule("expand", "features.{s1}.{i}.block.{k}.0", "features.{s1}.{i}.block.{k}.1"),
            Rule("depthwise", "features.{s1}.{i}.block.{k}.0", "features.{s1}.{i}.block.{k}.1"),
            Rule("se.reduce", "features.{s1}.{i}.block.{k}.fc1", ""),
            Rule("se.expand", "features.{s1}.{i}.block.{k}.fc2", ""),
            Rule("project", "features.{s1}.{i}.block.{k}.0", "features.{s1}.{i}.block.{k}.1"),
            Rule("head.conv", "features.{s1}.0", "features.{s1}.1"),
            Rule("classifier", "classifier.1", ""),
        ],
    ),
    torchvision(
        "torchvision ShuffleNetV2",
        1e-5,
        &[
            Rule("stem.conv", "conv1.0", "conv1.1"),
            Rule("shortcut.depthwise", "stage{s2}.{i}.branch1.0", "stage{s2}.{i}.branch1.1"),
            Rule("shortcut.project", "stage{s2}.{i}.branch1.2", "stage{s2}.{i}.branch1.3"),
            Rule("expand", "stage{s2}.{i}.branch2.0", "stage{s2}.{i}.branch2.1"),
            Rule("depthwise", "stage{s2}.{i}.branch2.3", "stage{s2}.{i}.branch2.4"),
            Rule("project", "stage{s2}.{i}.branch2.5", "stage{s2}.{i}.branch2.6"),
            Rule("head.conv", "conv5.0", "conv5.1"),
            Rule("classifier", "fc", ""),
        ],
    ),
];
