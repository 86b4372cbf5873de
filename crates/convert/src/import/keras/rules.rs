//! The rules that translate layers.
use super::network::Layer;
use super::slots::Slots;
use crate::Result;
pub(super) fn slots(_layer: &Layer) -> Result<Option<Slots>> {
    Ok(None)
}
