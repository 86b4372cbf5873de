//! Names of single packages.

use super::{Convention, Rule, Style};
use crate::arch::Padding;

pub(super) const CONVENTIONS: &[Convention] = &[Convention {
    name: "efficientnet-pytorch, efficientnet-lite-pytorch",
    style: Style::Torch,
    padding: Padding::Same,
    epsilon: 1e-3,
    rules: &[
        Rule("stem.conv", "_conv_stem", "_bn0"),
        Rule("expand", "_blocks.{b}._expand_conv", "_blocks.{b}._bn0"),
        Rule("depthwise", "_blocks.{b}._depthwise_conv", "_blocks.{b}._bn1"),
        Rule("se.reduce", "_blocks.{b}._se_reduce", ""),
        Rule("se.expand", "_blocks.{b}._se_expand", ""),
        Rule("project", "_blocks.{b}._project_conv", "_blocks.{b}._bn2"),
        Rule("head.conv", "_conv_head", "_bn1"),
        Rule("classifier", "_fc", ""),
    ],
}];
