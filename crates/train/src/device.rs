//! What computes.

use burn::tensor::{Device, Tensor};

use crate::{Error, Result};

/// Names of devices, each with the feature of this crate that adds it.
const NAMES: [(&str, Option<&str>); 4] =
    [("cpu", None), ("wgpu", Some("wgpu")), ("cuda", Some("cuda")), ("metal", Some("metal"))];

/// Those that this crate was built with.
const BUILT: &[&str] = &[
    #[cfg(feature = "wgpu")]
    "wgpu",
    #[cfg(feature = "cuda")]
    "cuda",
    #[cfg(feature = "metal")]
    "metal",
];

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
    let device = find(kind, number).ok_or_else(|| missing(name, kind))?;
    // Where there is none, burn panics when it is first used.
    let first_use = || Tensor::<1>::zeros([1], &device).try_into_data().is_ok();
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(first_use)) {
        Ok(true) => Ok(device),
        _ => Err(Error::recipe(format!("the device {name:?} can not be used on this machine"))),
    }
}

fn find(kind: &str, number: usize) -> Option<Device> {
    match (kind, number) {
        ("cpu", 0) => Some(processor()),
        #[cfg(feature = "wgpu")]
        ("wgpu", 0) => Some(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
        #[cfg(feature = "wgpu")]
        ("wgpu", number) => Some(Device::wgpu(burn::tensor::DeviceKind::DiscreteGpu(number))),
        #[cfg(feature = "cuda")]
        ("cuda", number) => Some(Device::cuda(number)),
        #[cfg(feature = "metal")]
        ("metal", 0) => Some(Device::metal(burn::tensor::DeviceKind::DefaultDevice)),
        _ => None,
    }
}

fn missing(name: &str, kind: &str) -> Error {
    match NAMES.iter().find(|(known, _)| *known == kind) {
        Some((_, Some(feature))) if !BUILT.contains(feature) => Error::recipe(format!(
            "this program was built without {feature}: `cargo build --release -p featherlite-train-cli --features {feature}`"
        )),
        Some(_) => Error::recipe(format!("there is only one device {kind:?}, not {name:?}")),
        None => {
            let names = NAMES.map(|(name, _)| name).join(", ");
            Error::recipe(format!("no device {name:?}; there are {names}"))
        }
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
