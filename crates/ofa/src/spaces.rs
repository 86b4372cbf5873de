//! The spaces that there are.

use featherlite_arch::{Activation, Arch, Block, Middle, family, find as arch};

use crate::{Error, Result, Space};

/// Their names, and what they are.
pub const NAMES: &[(&str, &str)] = &[
    ("ofa-mbv3", "MobileNetV3, 128 to 224 pixels (arXiv 1908.09791)"),
    ("ofa-mbv3-w1.2", "the same, 1.2 times as wide"),
    ("ofa-proxyless", "MobileNetV2 after ProxylessNAS, 1.3 times as wide (arXiv 1812.00332)"),
    ("ofa-small", "MobileNetV3 for images of 20 to 32 pixels"),
    ("ofa-small-w0.5", "the same, half as wide, 16 to 28 pixels"),
];

/// The space of this name.
///
/// # Errors
/// If there is none.
pub fn find(name: &str) -> Result<Space> {
    match name {
        "ofa-mbv3" => mobilenet_v3(1.0),
        "ofa-mbv3-w1.2" => mobilenet_v3(1.2),
        "ofa-proxyless" => proxyless(1.3),
        "ofa-small" => small(1.0, &[20, 24, 28, 32]),
        "ofa-small-w0.5" => small(0.5, &[16, 20, 24, 28]),
        _ => {
            let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
            Err(Error::new(format!("there is no space {name:?}; there are {}", names.join(", "))))
        }
    }
}

/// The space of the paper: MobileNetV3, `width` times as wide as the published one.
///
/// # Errors
/// If the width makes no network.
pub fn mobilenet_v3(width: f64) -> Result<Space> {
    // Output channels, stride, squeeze and excitation, whether the activation is hard-swish.
    let stages = [
        (24, 2, false, false),
        (40, 2, true, false),
        (80, 2, false, true),
        (112, 1, true, true),
        (160, 2, true, true),
    ];
    let name = if width == 1.0 { "ofa-mbv3".to_owned() } else { format!("ofa-mbv3-w{width}") };
    let mut full = elastic(family::mobilenet_v3_large(1.0), &stages).with_width(width);
    // Published MobileNetV3 keeps the size of its hidden layer, this space does not.
    if let Some(hidden) = &mut full.head.hidden {
        hidden.out = (1280.0 * width / 8.0).round() as usize * 8;
    }
    space(name, full, (128..=224).step_by(4).collect())
}

/// The same form for small images, which shrink to a quarter and no further: kernels of 7 pixels still have something to read.
fn small(width: f64, resolutions: &[usize]) -> Result<Space> {
    let stages = [(16, 1, false, false), (24, 2, true, false), (32, 1, false, true), (40, 1, true, true)];
    let mut full = elastic(family::mobilenet_v3_large(1.0), &stages);
    full.stem.out = 16;
    let mut full = full.with_width(width);
    let head = (256.0 * width) as usize;
    if let Some(conv) = &mut full.head.conv {
        conv.out = head;
    }
    if let Some(hidden) = &mut full.head.hidden {
        hidden.out = head;
    }
    let name = if width == 1.0 { "ofa-small".to_owned() } else { format!("ofa-small-w{width}") };
    space(name, full, resolutions.to_vec())
}

/// The first stage as it is, behind it stages with all of everything.
fn elastic(mut arch: Arch, stages: &[(usize, usize, bool, bool)]) -> Arch {
    let template = arch.stages[2][0];
    arch.stages.truncate(1);
    for &(out, stride, has_se, is_late) in stages {
        let block = Block {
            kernel: 7,
            out,
            stride,
            middle: Middle::TimesInput(6.0),
            se: template.se.filter(|_| has_se),
            activation: if is_late { Activation::HardSwish } else { Activation::Relu },
            ..template
        };
        arch.stages.push(vec![block; 4]);
        if let Some(blocks) = arch.stages.last_mut() {
            blocks.iter_mut().skip(1).for_each(|block| block.stride = 1);
        }
    }
    if let Some(hidden) = &mut arch.head.hidden {
        hidden.bias = false;
    }
    arch.head.dropout = 0.1;
    arch
}

/// The space after ProxylessNAS, `width` times as wide.
fn proxyless(width: f64) -> Result<Space> {
    let mut full = arch("mobilenet_v2")?;
    for (stage, out) in full.stages[1..].iter_mut().zip([24, 40, 80, 96, 192, 320]) {
        *stage = vec![Block { kernel: 7, out, middle: Middle::TimesInput(6.0), ..stage[0] }];
    }
    let full = full.with_width(width).with_depths(&[1, 4, 4, 4, 4, 4, 1]);
    space("ofa-proxyless".to_owned(), full, (128..=224).step_by(4).collect())
}

fn space(name: String, full: Arch, resolutions: Vec<usize>) -> Result<Space> {
    let full = full.with_name(&name).with_resolution(resolutions.last().copied().unwrap_or(0));
    let (kernels, expands, depths) = (vec![3, 5, 7], vec![3.0, 4.0, 6.0], vec![2, 3, 4]);
    let space = Space { name, full, kernels, expands, depths, resolutions };
    space.check()?;
    Ok(space)
}
