
/// Whether the C library of this machine can load programs whose relocations are packed.
fn has_packed_relocations() -> bool {
    let asked = std::process::Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let text = asked.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let version = text.trim().trim_start_matches("glibc ").split_once('.');
    let number = |text: &str| text.parse::<u32>().ok();
    version.and_then(|(major, minor)| Some((number(major)?, number(minor)?))).is_some_and(|it| it >= (2, 36))
}
