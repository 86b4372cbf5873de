use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use featherlite_base::DType;

use super::Node;

/// A set of element types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Types(u32);

impl Types {
    /// Every type.
    pub const ANY: Types = Types((1 << DType::ALL.len()) - 1);
    /// Every type whose elements have a fixed size of at least a byte.
    pub const SIZED: Types = Types::ANY.without(Types::of(&[
        DType::String,
        DType::Variant,
        DType::I4,
        DType::I2,
        DType::U4,
        DType::Resource,
    ]));
    /// The very type of the first input; in a [`Sig`] only.
    pub const SAME: Types = Types(1 << 31);

    /// The set of these types.
    pub const fn of(types: &[DType]) -> Self {
        let mut set = 0;
        let mut index = 0;
        while index < types.len() {
            set |= 1 << types[index] as u32;
            index += 1;
        }
        Self(set)
    }

    /// Both sets together.
    pub const fn or(self, other: Types) -> Self {
        Self(self.0 | other.0)
    }

    /// The types that are not in `other`.
    pub const fn without(self, other: Types) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether `dtype` is in the set; `first` is what [`Types::SAME`] stands for.
    fn admits(self, dtype: DType, first: Option<DType>) -> bool {
        self.0 >> dtype as u32 & 1 == 1 || (self == Self::SAME && first == Some(dtype))
    }

    /// The type that there is to choose: the only one, or that of the first input where it is one of several.
    fn single(self, first: Option<DType>) -> Option<DType> {
        if self.0.is_power_of_two() && self != Self::SAME {
            return DType::ALL.iter().copied().find(|&dtype| self.admits(dtype, None));
        }
        first.filter(|&dtype| self.admits(dtype, first))
    }
}

impl core::fmt::Display for Types {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match *self {
            Self::ANY => f.write_str("any"),
            Self::SAME => f.write_str("same"),
            _ => {
                let mut separator = "";
                for dtype in DType::ALL.iter().filter(|dtype| self.admits(**dtype, None)) {
                    write!(f, "{separator}{dtype}")?;
                    separator = "|";
                }
                Ok(())
            }
        }
    }
}

/// One input or output in a [`Sig`].
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    types: Types,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Required,
    Sparse,
    Optional,
    Rest,
}

/// An argument that must be there.
pub const fn req(types: Types) -> Arg {
    Arg { types, kind: Kind::Required }
}

/// An argument that must be there and may be a sparse constant; others must not.
pub const fn sparse(types: Types) -> Arg {
    Arg { types, kind: Kind::Sparse }
}

/// An argument that may be absent (or left out at the end).
pub const fn opt(types: Types) -> Arg {
    Arg { types, kind: Kind::Optional }
}

/// Any number of arguments of these types, to the end.
pub const fn rest(types: Types) -> Arg {
    Arg { types, kind: Kind::Rest }
}

/// One combination of element types that an operator takes.
#[derive(Clone, Copy, Debug)]
pub struct Sig {
    /// What it computes in, such as `float`, `int8`, `hybrid`; a column of `docs/operators.md`.
    pub name: &'static str,
    /// The inputs.
    pub inputs: &'static [Arg],
    /// The outputs.
    pub outputs: &'static [Arg],
    /// The operator version that introduced the combination.
    pub version: i32,
}

impl Sig {
    /// Whether the node's element types are this combination.
    pub fn admits(&self, node: &Node<'_>) -> bool {
        let inputs = node.inputs.iter().map(|input| input.as_ref().map(|tensor| tensor.dtype));
        let outputs = node.outputs.iter().map(|tensor| tensor.dtype);
        self.admits_types(inputs, outputs)
    }

    /// Whether these element types are this combination; `None` is an absent input.
    pub fn admits_types(
        &self,
        inputs: impl ExactSizeIterator<Item = Option<DType>> + Clone,
        outputs: impl ExactSizeIterator<Item = DType> + Clone,
    ) -> bool {
        let first = inputs.clone().flatten().next().or_else(|| outputs.clone().next());
        matches(self.inputs, inputs, first) && matches(self.outputs, outputs.map(Some), first)
    }

    /// The element types of `outputs` outputs that inputs of these types give; `None` if they are not this combination or
    /// leave an output's type open.
    pub fn output_types(
        &self,
        inputs: impl ExactSizeIterator<Item = Option<DType>> + Clone,
        outputs: usize,
    ) -> Option<Vec<DType>> {
        let first = inputs.clone().flatten().next();
        if !matches(self.inputs, inputs.clone(), first) {
            return None;
        }
        let arg = |index: usize| {
            let last = self.outputs.last().filter(|arg| arg.kind == Kind::Rest);
            self.outputs.get(index).or(last)
        };
        // An output of several types has that of the input that may be of the same ones.
        let like = |types: Types| {
            let places = self.inputs.iter().zip(inputs.clone());
            places.filter(|(arg, _)| arg.types == types).find_map(|(_, dtype)| dtype)
        };
        (0..outputs)
            .map(|index| arg(index).and_then(|arg| arg.types.single(like(arg.types).or(first))))
            .collect()
    }

    /// The number of an input that is a sparse constant where that is not allowed.
    pub(super) fn misplaced_sparse(&self, node: &Node<'_>) -> Option<usize> {
        let is_sparse = |index: &usize| node.optional(*index).is_some_and(|tensor| tensor.sparsity.is_some());
        let may_be = |index: usize| self.inputs.get(index).is_some_and(|arg| arg.kind == Kind::Sparse);
        (0..node.inputs.len()).filter(is_sparse).find(|&index| !may_be(index))
    }
}

fn matches(
    args: &[Arg],
    mut types: impl ExactSizeIterator<Item = Option<DType>>,
    first: Option<DType>,
) -> bool {
    for arg in args {
        if arg.kind == Kind::Rest {
            return types.all(|dtype| dtype.is_none_or(|dtype| arg.types.admits(dtype, first)));
        }
        match types.next().flatten() {
            Some(dtype) if arg.types.admits(dtype, first) => {}
            None if arg.kind == Kind::Optional => {}
            _ => return false,
        }
    }
    types.len() == 0
}

/// The combinations, one a line, for error messages.
pub(super) fn describe<'a>(sigs: impl Iterator<Item = &'a Sig>) -> String {
    let mut out = String::new();
    for (index, sig) in sigs.enumerate() {
        let _ = write!(out, "{}{} ", if index == 0 { "" } else { "; " }, sig.name);
        for (args, open, close) in [(sig.inputs, "(", ")"), (sig.outputs, " -> (", ")")] {
            let list: Vec<String> = args
                .iter()
                .map(|arg| match arg.kind {
                    Kind::Required => format!("{}", arg.types),
                    Kind::Sparse => format!("sparse {}", arg.types),
                    Kind::Optional => format!("{}?", arg.types),
                    Kind::Rest => format!("{}…", arg.types),
                })
                .collect();
            let _ = write!(out, "{open}{}{close}", list.join(", "));
        }
    }
    out
}

impl core::fmt::Display for Sig {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&describe(core::iter::once(self)))
    }
}
