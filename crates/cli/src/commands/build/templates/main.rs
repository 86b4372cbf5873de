
fn main() -> std::process::ExitCode {
    start(std::env::args().skip(1)).into()
}
