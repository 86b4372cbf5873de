//! Names in `timm`. Its networks that begin with `tf_` have TensorFlow's padding and epsilon (1e-3), under the same names.

use super::{Convention, Rule, Style};
use crate::arch::Padding;

const fn timm(name: &'static str, rules: &'static [Rule]) -> Convention {
    Convention { name, style: Style::Torch, padding: Padding::Symmetric, epsilon: 1e-5, rules }
}

pub(super) const CONVENTIONS: &[Convention] = &[
    timm(
        "timm MobileNetV1, V2, EfficientNet",
        &[
            Rule("stem.conv", "conv_stem", "bn1"),
            Rule("expand", "blocks.{s}.{i}.conv_pw", "blocks.{s}.{i}.bn{n}"),
            Rule("depthwise", "blocks.{s}.{i}.conv_dw", "blocks.{s}.{i}.bn{n}"),
            Rule("se.reduce", "blocks.{s}.{i}.se.conv_reduce", ""),
            Rule("se.expand", "blocks.{s}.{i}.se.conv_expand", ""),
            Rule("project", "blocks.{s}.{i}.conv_pwl", "blocks.{s}.{i}.bn{n}"),
            Rule("project", "blocks.{s}.{i}.conv_pw", "blocks.{s}.{i}.bn{n}"),
            Rule("head.conv", "conv_head", "bn2"),
            Rule("classifier", "classifier", ""),
        ],
    ),
    timm(
        "timm MobileNetV3",
        &[
            Rule("stem.conv", "conv_stem", "bn1"),
            Rule("expand", "blocks.{s}.{i}.conv_pw", "blocks.{s}.{i}.bn{n}"),
            Rule("depthwise", "blocks.{s}.{i}.conv_dw", "blocks.{s}.{i}.bn{n}"),
            Rule("se.reduce", "blocks.{s}.{i}.se.conv_reduce", ""),
            Rule("se.expand", "blocks.{s}.{i}.se.conv_expand", ""),
            Rule("project", "blocks.{s}.{i}.conv_pwl", "blocks.{s}.{i}.bn{n}"),
            Rule("project", "blocks.{s}.{i}.conv_pw", "blocks.{s}.{i}.bn{n}"),
            Rule("head.conv", "blocks.{s}.0.conv", "blocks.{s}.0.bn1"),
            Rule("head.hidden", "conv_head", ""),
            Rule("classifier", "classifier", ""),
        ],
    ),
];
