//! What the linker shall do.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=unwinding.ld");
    let [host, target, folder] =
        ["HOST", "TARGET", "CARGO_MANIFEST_DIR"].map(|name| var(name).unwrap_or_default());
    // The linker that Rust brings along for this platform has these options.
    if target == "x86_64-unknown-linux-gnu" {
        println!("cargo::rustc-link-arg=-Wl,--icf=all");
        println!("cargo::rustc-link-arg=-Wl,-T,{folder}/unwinding.ld");
        if host == target && has_packed_relocations() {
            println!("cargo::rustc-link-arg=-Wl,-z,pack-relative-relocs");
        }
    }
}
