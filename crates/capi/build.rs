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
    for argument in arguments {
        println!("cargo::rustc-cdylib-link-arg={argument}");
    }
}
