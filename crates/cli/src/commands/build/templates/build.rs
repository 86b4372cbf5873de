//! What the linker shall leave out.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=unwinding.ld");
    let [target, folder] = ["TARGET", "CARGO_MANIFEST_DIR"].map(|name| var(name).unwrap_or_default());
    // The linker that Rust brings along for this platform has these options.
    if target == "x86_64-unknown-linux-gnu" {
        println!("cargo::rustc-link-arg=-Wl,--icf=all");
        println!("cargo::rustc-link-arg=-Wl,-T,{folder}/unwinding.ld");
    }
}
