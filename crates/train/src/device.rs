//! What computes.

use burn::tensor::Device;

use crate::{Error, Result};

/// Names of devices, each with the feature of this crate that adds it.
const NAMES: [(&str, Option<&str>); 4] =
    [("cpu", None), ("wgpu", Some("wgpu")), ("cuda", Some("cuda")), ("metal", Some("metal"))];

/// The processor, with the kernels of `featherlite-train-kernels`.
pub fn processor() -> Device {
    Device::flex()
}

/// The device of a name: `cpu`; or, if the crate was built with the feature of its name, `wgpu`, `cuda`, `metal`, of which `cuda:1` is
/// another one. On these networks are computed by burn's own operations.
///
/// # Errors
/// If there is no such device, or not in this program.
pub fn device(name: &str) -> Result<Device> {
    let (kind, number) = name.split_once(':').unwrap_or((name, "0"));
    let number: usize =
        number.parse().map_err(|_| Error::recipe(format!("no device {name:?}: {number:?} is no number")))?;
    match (kind, number) {
        ("cpu", 0) => Ok(processor()),
        #[cfg(feature = "wgpu")]
        ("wgpu", 0) => Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
        #[cfg(feature = "wgpu")]
        ("wgpu", number) => Ok(Device::wgpu(burn::tensor::DeviceKind::DiscreteGpu(number))),
        #[cfg(feature = "cuda")]
        ("cuda", number) => Ok(Device::cuda(number)),
        #[cfg(feature = "metal")]
        ("metal", 0) => Ok(Device::metal(burn::tensor::DeviceKind::DefaultDevice)),
        _ => Err(missing(name, kind)),
    }
}

fn missing(name: &str, kind: &str) -> Error {
    match NAMES.iter().find(|(known, _)| *known == kind) {
        Some((_, Some(feature))) if !is_built(feature) => Error::recipe(format!(
            "this program was built without {feature}: `cargo build --release -p featherlite-train-cli --features {feature}`"
        )),
        Some(_) => Error::recipe(format!("there is only one device {kind:?}, not {name:?}")),
        None => {
            let names = NAMES.map(|(name, _)| name).join(", ");
            Error::recipe(format!("no device {name:?}; there are {names}"))
        }
    }
}

fn is_built(feature: &str) -> bool {
    match feature {
        "wgpu" => cfg!(feature = "wgpu"),
        "cuda" => cfg!(feature = "cuda"),
        "metal" => cfg!(feature = "metal"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_names() {
        assert_eq!(device("cpu").unwrap(), processor());
        let error = |name: &str| device(name).unwrap_err().to_string();
        assert!(error("tpu").contains("there are cpu, wgpu, cuda, metal"), "{}", error("tpu"));
        assert!(error("cpu:1").contains("only one device"), "{}", error("cpu:1"));
        assert!(error("cuda:x").contains("no number"), "{}", error("cuda:x"));
        if cfg!(not(feature = "cuda")) {
            assert!(error("cuda:1").contains("--features cuda"), "{}", error("cuda:1"));
        }
    }
}
