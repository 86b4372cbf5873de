//! Converts ONNX files, of which standard input names one a line with the file to write:
//! `cargo run --example convert_onnx -p featherlite-convert`. What comes of each is printed on a line.

use std::io::BufRead;
use std::path::Path;

use featherlite_convert::import::{Options, onnx};
use featherlite_convert::{Result, export, passes};

fn main() {
    for line in std::io::stdin().lock().lines().map_while(std::result::Result::ok) {
        let Some((source, target)) = line.split_once('\t') else { continue };
        let answer = match std::panic::catch_unwind(|| convert(Path::new(source), Path::new(target))) {
            Ok(Ok(())) => "ok".to_owned(),
            Ok(Err(error)) => format!("error: {error}").replace('\n', " "),
            Err(_) => "panic".to_owned(),
        };
        #[allow(clippy::print_stdout, reason = "an example")]
        {
            println!("{answer}");
        }
    }
}

fn convert(source: &Path, target: &Path) -> Result<()> {
    let mut model = onnx::import(source, &Options::default())?;
    if std::env::var_os("FEATHERLITE_NO_PASSES").is_none() {
        passes::run(&mut model, None, |_, _| {})?;
    }
    if std::env::var_os("FEATHERLITE_PRINT").is_some() {
        #[allow(clippy::print_stdout, reason = "an example")]
        {
            println!("{}", model.text(featherlite_ir::Names::Own));
        }
    }
    let bytes = export::to_bytes(&model)?;
    std::fs::write(target, bytes).map_err(|error| featherlite_convert::Error::io(target, &error))
}
