//! Pages that are written from tables say what the tables say.

#![cfg(target_arch = "x86_64")] // The page lists the kernels of this processor family; others have other rows.

use std::path::Path;

use featherlite_suite::operators_page;

#[test]
fn operators_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operators.md");
    let expected = operators_page();
    if std::env::var_os("FEATHERLITE_UPDATE").is_some() {
        std::fs::write(&path, &expected).expect("docs/operators.md can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/operators.md is stale; FEATHERLITE_UPDATE=1 cargo test -p featherlite-suite --test pages"
    );
}
