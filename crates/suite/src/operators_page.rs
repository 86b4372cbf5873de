//! `docs/operators.md`, written from the tables of the operators.

use std::fmt::Write;

use featherlite::ops::core::{Effects, Memory};
use featherlite::ops::{ALL, HOST};
use featherlite::{Code, OpDef};
use featherlite_gemm::{F32, I8};
use featherlite_simd::KernelList;

const INTRODUCTION: &str = "\
<!-- Written by a test from the operators' own tables; `FEATHERLITE_UPDATE=1 cargo test -p featherlite-suite --test pages` writes it again. -->
# Operators

Each operator with the versions it implements and the combinations of element types that it takes: a model whose operator has
another combination, or a higher version, is refused when it is loaded, with a message that lists these rows. *Since* is the version
that brought a combination; converted models say which version they need by TensorFlow Lite's own rules, options and sizes
included. `same` is the type of the first input, `?` an input that may be absent,
`…` any number of further ones, `sparse` one that may be a sparse constant.

INT8, UINT8 and INT16 with scales are affine: `real = scale * (q - zero_point)`. Integer results are those of TensorFlow Lite's
reference kernels, bit for bit. *Hybrid* operators have float activations and integer weights: activations are
quantized row by row while the operator runs.

Where an operator has several kernels they are listed, best first; the last is the plain reference that defines the result, and that
`--kernels reference` selects. All of an operator's integer kernels give the same bits. Kernels named `gemm` use the matrix
products below; the others are plain Rust that is compiled once for each instruction set of the processor family
(baseline, AVX2, AVX-512) and chosen at run time.
";

/// The page.
pub fn operators_page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Matrix products\n\n| Product | Kernels, best first |\n|---|---|\n");
    for family in [&F32 as &dyn KernelList, &I8] {
        let _ = writeln!(page, "| {} | {} |", family.name(), kernels(family));
    }
    sources(&mut page);
    let is_custom = |op: &&OpDef| matches!(op.code, Code::Custom(_));
    let (mut custom, mut builtin): (Vec<&OpDef>, Vec<&OpDef>) = ALL.iter().copied().partition(is_custom);
    for (title, ops) in [("Builtin operators", &mut builtin), ("Custom operators", &mut custom)] {
        ops.sort_by_key(|op| op.name);
        let _ = writeln!(page, "\n# {title}\n\n{} operators.", ops.len());
        ops.iter().for_each(|op| section(&mut page, op));
    }
    page
}

const SOURCES: &str = "
# Sources

What `featherlite convert` makes of the operators and layers of other frameworks, by the operators that come of them; those that
become several are listed with each. Passes then fuse, fold and cancel (`docs/converting.md`).

| Operator | TensorFlow | ONNX | Keras |
|---|---|---|---|
";

/// The import tables, turned round.
fn sources(page: &mut String) {
    page.push_str(SOURCES);
    let all = featherlite::convert::import::sources();
    let mut operators: Vec<&str> =
        all.iter().flat_map(|source| &source.operators).map(String::as_str).collect();
    operators.sort_unstable();
    operators.dedup();
    for operator in operators {
        let of = |framework: &str| {
            let found = all.iter().filter(|source| {
                source.framework == framework && source.operators.iter().any(|other| other == operator)
            });
            let mut names: Vec<&str> = found.map(|source| source.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            names.join(", ")
        };
        let _ = writeln!(page, "| {operator} | {} | {} | {} |", of("TensorFlow"), of("ONNX"), of("Keras"));
    }
}

fn section(page: &mut String, op: &OpDef) {
    let host = HOST.iter().find(|host| host.name == op.name);
    let versions =
        if op.version == 1 { "Version 1.".to_owned() } else { format!("Versions 1 to {}.", op.version) };
    let _ = writeln!(page, "\n## {}\n\n{} {versions}", op.name, host.map_or("", |host| host.summary));
    match op.memory {
        Memory::Apart => {}
        Memory::InPlace(_) => page.push_str("May run in place.\n"),
        Memory::View(_) => page.push_str("Shares its input's memory.\n"),
    }
    if op.effects == Effects::Some {
        page.push_str("Has state or effects: never computed in advance.\n");
    }
    page.push_str("\n| Computes in | Types | Since |\n|---|---|---|\n");
    for sig in op.sigs {
        let text = sig.to_string();
        let types = text.strip_prefix(sig.name).unwrap_or(&text).trim().replace('|', " \\| ");
        let _ = writeln!(page, "| {} | {types} | {} |", sig.name, sig.version);
    }
    for family in op.kernels {
        let _ = writeln!(page, "\n`{}`: {}", family.name(), kernels(*family));
    }
}

fn kernels(family: &dyn KernelList) -> String {
    let rows: Vec<String> = (0..)
        .map_while(|index| family.row(index))
        .map(|(name, isa)| match isa.name() {
            "scalar" => format!("`{name}`"),
            isa => format!("`{name}` ({isa})"),
        })
        .collect();
    rows.join(", ")
}
