//! Compiles the functions with open lists of arguments, and tells the linker what the library is called.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=src/variadic.c");
    cc::Build::new().file("src/variadic.c").compile("featherlite_variadic");
    let system = var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let arguments: &[&str] = match system.as_str() {
        "linux" | "android" => &["-Wl,-soname,libtensorflowlite_c.so", "-Wl,-z,max-page-size=16384"],
        "macos" | "ios" => &["-Wl,-install_name,@rpath/libtensorflowlite_c.dylib"],
        _ => &[],
    };
    let is_small = var("CARGO_FEATURE_COMPACT").is_ok();
    // The linker that Rust brings along for this platform joins functions that are the same.
    if is_small && var("TARGET").is_ok_and(|target| target == "x86_64-unknown-linux-gnu") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,--icf=all");
    }
    for argument in arguments {
        println!("cargo::rustc-cdylib-link-arg={argument}");
    }
}
