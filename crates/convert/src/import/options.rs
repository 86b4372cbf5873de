use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::build::Size;
use crate::{Error, Result};

/// What an import leaves to the user. Importers ask [`Options::sizes`] for the shape of every input.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Shapes of inputs by name (of the input, its tensor or its signature), in place of what the source declares.
    pub shapes: Vec<(String, Vec<Size>)>,
    /// Sizes that stay open although the source states them.
    pub dynamic: Vec<Dynamic>,
    /// What the first size of inputs becomes where neither the source nor the user states it; open if absent.
    pub batch: Option<usize>,
    /// The tag of the SavedModel's graph; `serve` if absent.
    pub tag: Option<String>,
    /// The signatures that are converted; all if empty.
    pub signatures: Vec<String>,
    /// Where the graph begins: values that become inputs. What the source declares if empty.
    pub inputs: Vec<String>,
    /// Where the graph ends: values that become outputs. What the source declares if empty.
    pub outputs: Vec<String>,
    /// Operators of the source that become custom operators if there is no rule for them.
    pub custom: Vec<String>,
    /// Whether sizes that inputs leave open along the same axis are one: words and the mask of those that count.
    pub has_equal_sizes: bool,
    /// All names of inputs that importers have asked for: others that the user gave mean nothing.
    pub asked: RefCell<BTreeSet<String>>,
    /// The names of open sizes by their axis.
    pub open: RefCell<BTreeMap<usize, BTreeSet<String>>>,
}

/// Sizes to leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dynamic {
    /// The first of every input.
    Batch,
    /// The second of every image (`[n, h, w, c]`, or the third of `[n, c, h, w]`).
    Height,
    /// The third of every image (`[n, h, w, c]`, or the fourth of `[n, c, h, w]`).
    Width,
    /// That of one input along one axis.
    Axis(String, usize),
}

impl std::str::FromStr for Dynamic {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "batch" => return Ok(Self::Batch),
            "height" => return Ok(Self::Height),
            "width" => return Ok(Self::Width),
            _ => {}
        }
        let parts = text.rsplit_once(':').and_then(|(input, axis)| Some((input, axis.parse().ok()?)));
        let (input, axis) = parts.ok_or_else(|| {
            Error::argument(format!("{text:?} is none of batch, height, width, INPUT:AXIS"))
        })?;
        Ok(Self::Axis(input.to_owned(), axis))
    }
}

impl Options {
    /// The shape of an input that the source knows under `names` and declares as `declared` (`None` if it does not say),
    /// with what the user asks for.
    ///
    /// # Errors
    /// If no shape is known, or what the user states contradicts the declaration.
    pub fn sizes(&self, names: &[&str], declared: Option<&[Size]>, is_nchw: bool) -> Result<Vec<Size>> {
        let name = names.first().copied().unwrap_or_default();
        self.asked.borrow_mut().extend(names.iter().map(|&name| name.to_owned()));
        let stated = self.shapes.iter().find(|(stated, _)| names.contains(&stated.as_str()));
        let mut sizes = match (stated, declared) {
            (None, None) => {
                return Err(Error::unsupported(format!("the shape of input {name:?} is not known"))
                    .hint(format!("state it: --shape {name}=1,224,224,3")));
            }
            (None, Some(declared)) => self.with_batch(declared),
            (Some((_, stated)), None) => stated.clone(),
            (Some((_, stated)), Some(declared)) => {
                let agrees = |(stated, declared): (&Size, &Size)| {
                    matches!(declared, Size::Open(_)) || matches!(stated, Size::Open(_)) || stated == declared
                };
                if stated.len() != declared.len() || !stated.iter().zip(declared).all(agrees) {
                    return Err(Error::argument(format!(
                        "--shape of {name:?}: {} does not fit the declared {}",
                        show(stated),
                        show(declared)
                    )));
                }
                stated.clone()
            }
        };
        for dynamic in &self.dynamic {
            let (axis, open) = match dynamic {
                Dynamic::Batch => (0, "batch"),
                Dynamic::Height if sizes.len() == 4 => (if is_nchw { 2 } else { 1 }, "height"),
                Dynamic::Width if sizes.len() == 4 => (if is_nchw { 3 } else { 2 }, "width"),
                Dynamic::Axis(input, axis) if names.contains(&input.as_str()) => (*axis, input.as_str()),
                _ => continue,
            };
            let rank = sizes.len();
            let Some(size) = sizes.get_mut(axis) else {
                match dynamic {
                    Dynamic::Axis(..) => {
                        let message = format!("--dynamic: {name:?} has {rank} dimensions, no axis {axis}");
                        return Err(Error::argument(message));
                    }
                    _ => continue,
                }
            };
            if matches!(size, Size::Fixed(_)) {
                *size = Size::Open(match dynamic {
                    Dynamic::Axis(..) => format!("{open}_{axis}"),
                    _ => open.to_owned(),
                });
            }
        }
        for (axis, size) in sizes.iter_mut().enumerate() {
            let Size::Open(name) = size else { continue };
            let mut open = self.open.borrow_mut();
            let names = open.entry(axis).or_default();
            match names.first().filter(|_| self.has_equal_sizes) {
                Some(first) => name.clone_from(first),
                None => drop(names.insert(name.clone())),
            }
        }
        Ok(sizes)
    }

    /// The same, but that open sizes along the same axis are one; `None` if that changes nothing.
    pub(super) fn with_equal_sizes(&self) -> Option<Self> {
        let differ = self.open.borrow().values().any(|names| names.len() > 1);
        differ.then(|| Self { has_equal_sizes: true, open: RefCell::default(), ..self.clone() })
    }

    /// Refuses shapes and open sizes of inputs that there are not, once all inputs have been asked for.
    pub(super) fn refuse_unknown_inputs(&self) -> Result<()> {
        let asked = self.asked.borrow();
        let shapes = self.shapes.iter().map(|(name, _)| ("--shape", name));
        let dynamic = self.dynamic.iter().filter_map(|dynamic| match dynamic {
            Dynamic::Axis(name, _) => Some(("--dynamic", name)),
            _ => None,
        });
        match shapes.chain(dynamic).find(|(_, name)| !asked.contains(*name)) {
            Some((option, name)) => {
                Err(Error::argument(format!("{option}: there is no input {name:?}; there are {asked:?}")))
            }
            None => Ok(()),
        }
    }

    fn with_batch(&self, declared: &[Size]) -> Vec<Size> {
        let mut sizes = declared.to_vec();
        if let (Some(first @ Size::Open(_)), Some(batch)) = (sizes.first_mut(), self.batch) {
            *first = Size::Fixed(batch);
        }
        sizes
    }
}

fn show(sizes: &[Size]) -> String {
    let size = |size: &Size| match size {
        Size::Fixed(size) => size.to_string(),
        Size::Open(name) => name.clone(),
    };
    format!("[{}]", sizes.iter().map(size).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_state_and_open_sizes() {
        let open = |name: &str| Size::Open(name.into());
        let declared = [open("n"), Size::Fixed(8), Size::Fixed(8), Size::Fixed(3)];
        let fixed = [1, 8, 8, 3].map(Size::Fixed);
        let options = Options { shapes: vec![("x".into(), fixed.to_vec())], ..Options::default() };
        assert_eq!(options.sizes(&["x"], Some(&declared), false).unwrap(), fixed);
        assert_eq!(options.sizes(&["y"], Some(&declared), false).unwrap(), declared);
        assert!(options.sizes(&["y"], None, false).unwrap_err().to_string().contains("--shape y="));
        let other = [1, 9, 8, 3].map(Size::Fixed);
        assert!(options.sizes(&["x"], Some(&other), false).unwrap_err().message().contains("does not fit"));

        let options = Options { batch: Some(1), ..Options::default() };
        assert_eq!(options.sizes(&["x"], Some(&declared), false).unwrap(), fixed);

        let dynamic = ["batch", "width", "x:3"].map(|text| text.parse().unwrap()).to_vec();
        let options = Options { dynamic, ..Options::default() };
        let opened = [open("batch"), Size::Fixed(8), open("width"), open("x_3")];
        assert_eq!(options.sizes(&["x"], Some(&fixed), false).unwrap(), opened);
        assert!("depth".parse::<Dynamic>().is_err());
    }

    #[test]
    fn open_sizes_along_an_axis_can_be_one() {
        let open = |name: &str| Size::Open(name.into());
        let words = |options: &Options| {
            let ids = options.sizes(&["ids"], Some(&[open("n"), open("ids_1")]), false).unwrap();
            (ids, options.sizes(&["mask"], Some(&[open("n"), open("mask_1")]), false).unwrap())
        };
        let options = Options::default();
        assert!(options.with_equal_sizes().is_none());
        let (ids, mask) = words(&options);
        assert_ne!(ids, mask);
        let (ids, mask) = words(&options.with_equal_sizes().unwrap());
        assert_eq!(ids, mask);
    }
}
