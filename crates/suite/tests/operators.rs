//! Every operator, with drawn shapes, attributes, quantization and values: all kernels against an oracle and each
//! other, and what damaged models end in.
//!
//! `FEATHERLITE_CASES` sets how many cases are drawn for each row (20 by default), `FEATHERLITE_SEED` where they begin.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use featherlite::ops;
use featherlite_suite::cases::{self, Case, FAMILIES, Family, Node};

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn family(name: &str) -> &'static Family {
    FAMILIES.iter().find(|family| family.name == name).expect("a family of this name")
}

/// Draws and checks cases of a family.
fn check(name: &str) {
    let set = featherlite::all_ops();
    let (first, count) = (number("FEATHERLITE_SEED", 0), number("FEATHERLITE_CASES", 20));
    let mut faults = Vec::new();
    for (row, (operator, draw)) in family(name).rows.iter().enumerate() {
        for seed in first..first + count {
            let random = &mut cases::random_of(operator, row, seed);
            let case = draw(random);
            let result = catch_unwind(AssertUnwindSafe(|| {
                cases::check(&case, &set, random)?;
                let file = case.model(random).0.build();
                for _ in 0..5 {
                    cases::run_damaged(&cases::damaged(&file, random), &set)?;
                }
                Ok(())
            }));
            let result = result.unwrap_or_else(|_| Err("panic".to_owned()));
            if let Err(difference) = result {
                faults.push(format!("{operator} (row {row}, seed {seed}): {difference}\n{case}"));
                break;
            }
        }
    }
    assert!(faults.is_empty(), "{} rows fail:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn arithmetic() {
    check("arithmetic");
}

#[test]
fn comparison() {
    check("comparison");
}

#[test]
fn convolution() {
    check("convolution");
}

#[test]
fn detection() {
    check("detection");
}

#[test]
fn indexing() {
    check("indexing");
}

#[test]
fn movement() {
    check("movement");
}

#[test]
fn pooling() {
    check("pooling");
}

#[test]
fn product() {
    check("product");
}

#[test]
fn quantization() {
    check("quantization");
}

#[test]
fn random() {
    check("random");
}

#[test]
fn recurrent() {
    check("recurrent");
}

#[test]
fn reduction() {
    check("reduction");
}

#[test]
fn resize() {
    check("resize");
}

#[test]
fn signal() {
    check("signal");
}

#[test]
fn state() {
    check("state");
}

#[test]
fn unary() {
    check("unary");
}

/// Every operator is drawn, and every combination of element types that it takes.
#[test]
fn every_signature_is_drawn() {
    let mut missing = BTreeSet::new();
    for op in ops::ALL {
        let rows = FAMILIES.iter().flat_map(|family| family.rows.iter().enumerate());
        let rows = rows.filter(|(_, (name, _))| *name == op.name);
        let drawn: Vec<Case> = rows
            .flat_map(|(row, (name, draw))| {
                (0..40).map(move |seed| draw(&mut cases::random_of(name, row, seed)))
            })
            .collect();
        if drawn.is_empty() {
            missing.insert(op.name.to_owned());
        }
        let has_models = drawn.iter().any(|case| matches!(case.node, Node::Model(_)));
        for sig in op.sigs.iter().filter(|_| !has_models && !drawn.is_empty()) {
            let is_drawn = drawn.iter().any(|case| case.sig().is_some_and(|found| std::ptr::eq(found, sig)));
            if !is_drawn {
                missing.insert(format!("{} {sig}", op.name));
            }
        }
    }
    assert!(missing.is_empty(), "{} are not drawn:\n{missing:#?}", missing.len());
}
