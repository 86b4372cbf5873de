//! Names in `keras.applications`.

use super::{Convention, Rule, Style};
use crate::arch::Padding;

const fn keras(name: &'static str, rules: &'static [Rule]) -> Convention {
    Convention { name, style: Style::Keras, padding: Padding::Same, epsilon: 1e-3, rules }
}

/// Layers by class and number, in the order of the network.
const NUMBERED: &[Rule] = &[
    Rule("stem.conv", "conv2d{conv}", "batch_normalization{norm}"),
    Rule("expand", "conv2d{conv}", "batch_normalization{norm}"),
    Rule("depthwise", "depthwise_conv2d{depthwise}", "batch_normalization{norm}"),
    Rule("se.reduce", "conv2d{conv}", ""),
    Rule("se.expand", "conv2d{conv}", ""),
    Rule("project", "conv2d{conv}", "batch_normalization{norm}"),
    Rule("head.conv", "conv2d{conv}", "batch_normalization{norm}"),
    Rule("head.hidden", "conv2d{conv}", ""),
    Rule("classifier", "conv2d{conv}", ""),
    Rule("classifier", "dense", ""),
];

pub(super) const CONVENTIONS: &[Convention] = &[
    keras(
        "Keras MobileNet",
        &[
            Rule("stem.conv", "conv1", "conv1_bn"),
            Rule("depthwise", "conv_dw_{b1}", "conv_dw_{b1}_bn"),
            Rule("project", "conv_pw_{b1}", "conv_pw_{b1}_bn"),
            Rule("classifier", "conv_preds", ""),
        ],
    ),
    keras(
        "Keras MobileNetV2",
        &[
            Rule("stem.conv", "Conv1", "bn_Conv1"),
            Rule("expand", "block_{b}_expand", "block_{b}_expand_BN"),
            Rule("depthwise", "block_{b}_depthwise", "block_{b}_depthwise_BN"),
            Rule("depthwise", "expanded_conv_depthwise", "expanded_conv_depthwise_BN"),
            Rule("project", "block_{b}_project", "block_{b}_project_BN"),
            Rule("project", "expanded_conv_project", "expanded_conv_project_BN"),
            Rule("head.conv", "Conv_1", "Conv_1_bn"),
            Rule("classifier", "predictions", ""),
            Rule("classifier", "Logits", ""),
        ],
    ),
    keras(
        "Keras MobileNetV3",
        &[
            Rule("stem.conv", "conv", "conv_bn"),
            Rule("expand", "expanded_conv_{b}_expand", "expanded_conv_{b}_expand_bn"),
            Rule("depthwise", "expanded_conv_{b}_depthwise", "expanded_conv_{b}_depthwise_bn"),
            Rule("depthwise", "expanded_conv_depthwise", "expanded_conv_depthwise_bn"),
            Rule("se.reduce", "expanded_conv_{b}_squeeze_excite_conv", ""),
            Rule("se.reduce", "expanded_conv_squeeze_excite_conv", ""),
            Rule("se.expand", "expanded_conv_{b}_squeeze_excite_conv_1", ""),
            Rule("se.expand", "expanded_conv_squeeze_excite_conv_1", ""),
            Rule("project", "expanded_conv_{b}_project", "expanded_conv_{b}_project_bn"),
            Rule("project", "expanded_conv_project", "expanded_conv_project_bn"),
            Rule("head.conv", "conv_1", "conv_1_bn"),
            Rule("head.hidden", "conv_2", ""),
            Rule("classifier", "logits", ""),
        ],
    ),
    keras(
        "Keras 2 MobileNetV3",
        &[
            Rule("stem.conv", "Conv", "Conv/BatchNorm"),
            Rule("expand", "expanded_conv_{b}/expand", "expanded_conv_{b}/expand/BatchNorm"),
            Rule("depthwise", "expanded_conv_{b}/depthwise", "expanded_conv_{b}/depthwise/BatchNorm"),
            Rule("depthwise", "expanded_conv/depthwise", "expanded_conv/depthwise/BatchNorm"),
            Rule("se.reduce", "expanded_conv_{b}/squeeze_excite/Conv", ""),
            Rule("se.reduce", "expanded_conv/squeeze_excite/Conv", ""),
            Rule("se.expand", "expanded_conv_{b}/squeeze_excite/Conv_1", ""),
            Rule("se.expand", "expanded_conv/squeeze_excite/Conv_1", ""),
            Rule("project", "expanded_conv_{b}/project", "expanded_conv_{b}/project/BatchNorm"),
            Rule("project", "expanded_conv/project", "expanded_conv/project/BatchNorm"),
            Rule("head.conv", "Conv_1", "Conv_1/BatchNorm"),
            Rule("head.hidden", "Conv_2", ""),
            Rule("classifier", "Logits", ""),
        ],
    ),
    keras(
        "Keras EfficientNet",
        &[
            Rule("stem.conv", "stem_conv", "stem_bn"),
            Rule("expand", "block{s1}{letter}_expand_conv", "block{s1}{letter}_expand_bn"),
            Rule("depthwise", "block{s1}{letter}_dwconv", "block{s1}{letter}_bn"),
            Rule("se.reduce", "block{s1}{letter}_se_reduce", ""),
            Rule("se.expand", "block{s1}{letter}_se_expand", ""),
            Rule("project", "block{s1}{letter}_project_conv", "block{s1}{letter}_project_bn"),
            Rule("head.conv", "top_conv", "top_bn"),
            Rule("classifier", "predictions", ""),
        ],
    ),
    keras("Keras 3, layers by number", NUMBERED),
];
