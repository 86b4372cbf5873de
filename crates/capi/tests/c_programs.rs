//! Programs in C, compiled against our headers and linked with our library, as users do it.
#![allow(clippy::print_stderr, reason = "what was left out is said")]

mod build;
mod models;

use build::Programs;

const PROGRAMS: [&str; 4] = ["stable", "misuse", "experimental", "operators"];

#[test]
fn programs_in_c_run() {
    let Some(programs) = Programs::new("run") else { return };
    models::write(&programs.folder);
    for name in PROGRAMS {
        let output = programs.compile(name).run(&[]);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn programs_in_c_use_memory_rightly() {
    let Some(programs) = Programs::new("valgrind") else { return };
    let valgrind = [
        "valgrind",
        "--quiet",
        "--error-exitcode=9",
        "--leak-check=full",
        "--errors-for-leak-kinds=definite",
    ];
    if !build::is_there("valgrind") {
        eprintln!("left out: there is no valgrind");
        return;
    }
    models::write(&programs.folder);
    for name in PROGRAMS {
        let output = programs.compile(name).run(&valgrind);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// `symbols.txt` lists what the library exports, no more and no less.
#[test]
fn the_library_exports_what_is_listed() {
    let Some(symbols) = build::exported() else {
        eprintln!("left out: there is no nm");
        return;
    };
    let listed: Vec<&str> = include_str!("../symbols.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let missing: Vec<_> = listed.iter().filter(|name| !symbols.iter().any(|other| other == *name)).collect();
    let unlisted: Vec<_> = symbols.iter().filter(|name| !listed.contains(&name.as_str())).collect();
    assert!(missing.is_empty() && unlisted.is_empty(), "missing: {missing:?}\nunlisted: {unlisted:?}");
}
