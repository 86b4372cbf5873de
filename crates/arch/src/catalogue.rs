//! The published networks, and networks by name.

use crate::{Arch, Error, Result, family};

/// A published network.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What publications call it.
    pub title: &'static str,
    /// The name that [`find`] knows.
    pub name: &'static str,
}

impl Row {
    /// The network.
    pub fn arch(&self) -> Arch {
        // A test finds every row.
        find(self.name).unwrap_or_else(|_| family::mobilenet_v1(1.0))
    }
}

/// The published networks.
pub fn catalogue() -> &'static [Row] {
    CATALOGUE
}

macro_rules! rows {
    ($($title:literal $name:literal,)*) => {
        &[$(Row { title: $title, name: $name }),*]
    };
}

const CATALOGUE: &[Row] = rows![
    "MobileNetV1 1.0" "mobilenet_v1",
    "MobileNetV2 0.35" "mobilenet_v2_0.35",
    "MobileNetV2 0.5" "mobilenet_v2_0.5",
    "MobileNetV2 0.75" "mobilenet_v2_0.75",
    "MobileNetV2 1.0" "mobilenet_v2",
    "MobileNetV2 1.3" "mobilenet_v2_1.3",
    "MobileNetV2 1.4" "mobilenet_v2_1.4",
    "MobileNetV3-Large 1.0" "mobilenet_v3_large",
    "MobileNetV3-Large 0.75" "mobilenet_v3_large_0.75",
    "MobileNetV3-Small 1.0" "mobilenet_v3_small",
    "MobileNetV3-Small 0.75" "mobilenet_v3_small_0.75",
    "ShuffleNetV1 1x g=1" "shufflenet_v1_g1",
    "ShuffleNetV1 1x g=2" "shufflenet_v1_g2",
    "ShuffleNetV1 1x g=3" "shufflenet_v1_g3",
    "ShuffleNetV1 1x g=4" "shufflenet_v1_g4",
    "ShuffleNetV1 1x g=8" "shufflenet_v1_g8",
    "ShuffleNetV1 1.5x g=3" "shufflenet_v1_1.5_g3",
    "ShuffleNetV1 2x g=3" "shufflenet_v1_2_g3",
    "ShuffleNetV2 0.5x" "shufflenet_v2_0.5",
    "ShuffleNetV2 1.0x" "shufflenet_v2",
    "ShuffleNetV2 1.5x" "shufflenet_v2_1.5",
    "ShuffleNetV2 2.0x" "shufflenet_v2_2",
    "EfficientNet-B0" "efficientnet_b0",
    "EfficientNet-B1" "efficientnet_b1",
    "EfficientNet-B2" "efficientnet_b2",
    "EfficientNet-B3" "efficientnet_b3",
    "EfficientNet-B4" "efficientnet_b4",
    "EfficientNet-B5" "efficientnet_b5",
    "EfficientNet-B6" "efficientnet_b6",
    "EfficientNet-B7" "efficientnet_b7",
    "EfficientNet-Lite0" "efficientnet_lite0",
    "EfficientNet-Lite1" "efficientnet_lite1",
    "EfficientNet-Lite2" "efficientnet_lite2",
    "EfficientNet-Lite3" "efficientnet_lite3",
    "EfficientNet-Lite4" "efficientnet_lite4",
];

/// What the end of a name says.
#[derive(Default)]
struct Parts {
    width: Option<f64>,
    groups: Option<usize>,
    resolution: Option<usize>,
    number: Option<usize>,
}

/// Makes a network of what the end of its name says.
type Make = fn(&Parts) -> Result<Arch>;

/// What names begin with, without separators.
const FAMILIES: &[(&str, Make)] = &[
    ("mobilenetv1", |parts| Ok(family::mobilenet_v1(parts.width.unwrap_or(1.0)))),
    ("mobilenetv2", |parts| Ok(family::mobilenet_v2(parts.width.unwrap_or(1.0)))),
    ("mobilenetv3large", |parts| Ok(family::mobilenet_v3_large(parts.width.unwrap_or(1.0)))),
    ("mobilenetv3small", |parts| Ok(family::mobilenet_v3_small(parts.width.unwrap_or(1.0)))),
    ("shufflenetv1", |parts| family::shufflenet_v1(parts.width.unwrap_or(1.0), parts.groups.unwrap_or(3))),
    ("shufflenetv2", |parts| Ok(family::shufflenet_v2(parts.width.unwrap_or(1.0)))),
    ("efficientnetb", |parts| family::efficientnet(parts.number.unwrap_or(0))),
    ("efficientnetlite", |parts| family::efficientnet_lite(parts.number.unwrap_or(0))),
];

/// A network by name: `mobilenet_v2_0.35`, `shufflenet_v1_1.5_g3`, `efficientnet_b0`, or as publications write it. The width is free,
/// and the resolution may follow: `mobilenet_v1_0.25_128`.
///
/// # Errors
/// If there is no such network.
pub fn find(name: &str) -> Result<Arch> {
    let family = FAMILIES.iter().find_map(|(family, make)| Some((family, make, rest(name, family)?)));
    let Some((family, make, rest)) = family else { return Err(unknown(name)) };
    let parts = parts(&rest, family.starts_with("efficientnet")).ok_or_else(|| unknown(name))?;
    let arch = make(&parts)?;
    Ok(match parts.resolution {
        Some(resolution) => {
            let name = format!("{}_{resolution}", arch.name);
            arch.with_resolution(resolution).with_name(name)
        }
        None => arch,
    })
}

/// What follows the family in a name, in lower case, whatever separators the family is written with.
fn rest(name: &str, family: &str) -> Option<String> {
    let mut expected = family.chars();
    let mut rest = String::new();
    let mut next = expected.next();
    for letter in name.chars().map(|letter| letter.to_ascii_lowercase()) {
        match next {
            None => rest.push(letter),
            Some(_) if is_separator(letter) => {}
            Some(wanted) if wanted == letter => next = expected.next(),
            Some(_) => return None,
        }
    }
    next.is_none().then_some(rest)
}

fn is_separator(letter: char) -> bool {
    matches!(letter, '_' | '-' | ' ')
}

/// The parts that follow the family; `None` if one makes no sense or comes twice.
fn parts(rest: &str, is_numbered: bool) -> Option<Parts> {
    const SMALLEST_RESOLUTION: f64 = 16.0;
    let mut parts = Parts::default();
    for token in rest.split(is_separator).filter(|token| !token.is_empty()) {
        if let Some(groups) = token.strip_prefix('g') {
            set(&mut parts.groups, groups.trim_start_matches('=').parse().ok()?)?;
            continue;
        }
        let number: f64 = token.strip_suffix('x').unwrap_or(token).parse().ok()?;
        if number >= SMALLEST_RESOLUTION {
            set(&mut parts.resolution, token.parse().ok()?)?;
        } else if is_numbered {
            set(&mut parts.number, token.parse().ok()?)?;
        } else {
            set(&mut parts.width, Some(number).filter(|width| *width > 0.0)?)?;
        }
    }
    Some(parts)
}

/// Sets what is not set yet.
fn set<T>(part: &mut Option<T>, value: T) -> Option<()> {
    part.is_none().then(|| *part = Some(value))
}

fn unknown(name: &str) -> Error {
    let families = "mobilenet_v1, mobilenet_v2, mobilenet_v3_large, mobilenet_v3_small (each with a width: mobilenet_v2_0.35), \
                    shufflenet_v1_g1 to g8 (shufflenet_v1_0.5_g3), shufflenet_v2, efficientnet_b0 to b7, efficientnet_lite0 to lite4";
    Error::argument(format!("there is no architecture {name:?}; there are {families}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_networks() {
        for row in CATALOGUE {
            assert_eq!(find(row.name).unwrap().name, row.name);
            assert_eq!(find(row.title).unwrap().name, row.name, "{}", row.title);
        }
    }

    #[test]
    fn names_are_read_in_many_ways() {
        let name = |name: &str| find(name).map(|arch| (arch.name, arch.resolution)).ok();
        let is = |name: &str, resolution| Some((name.to_owned(), resolution));
        assert_eq!(name("MobileNet-V1 0.25x 96"), is("mobilenet_v1_0.25_96", 96));
        assert_eq!(name("shufflenet_v1"), is("shufflenet_v1_g3", 224));
        assert_eq!(name("efficientnet-b3_128"), is("efficientnet_b3_128", 128));
        for wrong in [
            "",
            "mobilenet",
            "mobilenet_v4",
            "mobilenet_v2_0",
            "mobilenet_v2_0.5_0.5",
            "efficientnet_b9",
            "shufflenet_v1_g5",
            "mobilenet_v2_nan",
            "mobilenet_v2_inf",
        ] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }
}
