//! `docs/roofline.md`: the share of the processor's peak that models reach, and what the slowest layers wait for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::bench::machine;
use crate::{release, root};

/// The model whose layers are shown.
const SHOWN: &str = "k_mobilenet_v2_int8";

/// `--shared DIR` says where the models are.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let shared = match arguments {
        [] => root().join("../shared"),
        ["--shared", folder] => PathBuf::from(folder),
        _ => bail!("unknown arguments; --shared DIR says where the models are"),
    };
    let program = release()?;
    let mut page = format!(
        "# Roofline\n\nMeasured on {} by `cargo xtask roofline`, on one thread. *Products* are multiplications with their additions; \
         the peak is the rate of such products in registers, FLOAT32 or INT8 as a layer has them, measured in the same process.\n\n\
         | model | 10^6 products | ms | % of peak |\n|---|---:|---:|---:|\n",
        machine()
    );
    let mut layers = String::new();
    let zoo = shared.join("zoo");
    let mut models: Vec<PathBuf> = fs::read_dir(&zoo)
        .with_context(|| zoo.display().to_string())?
        .filter_map(|entry| Some(entry.ok()?.path().join("model.tflite")))
        .filter(|path| path.exists())
        .collect();
    models.sort();
    for model in models {
        let name =
            model.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let text = roofline(&program, &model)?;
        let field = |name: &str| -> Option<f64> {
            text.split_whitespace().find_map(|word| word.strip_prefix(name)?.parse().ok())
        };
        let fields = [field("products="), field("min_us="), field("percent_of_peak=")];
        let [Some(products), Some(time), Some(percent)] = fields else { bail!("{name}: {text}") };
        if products > 0.0 {
            page += &format!("| {name} | {:.2} | {:.3} | {percent:.1} |\n", products / 1e6, time / 1e3);
        }
        if name == SHOWN {
            layers = text;
        }
    }
    page += &format!(
        "\nThe three slowest layers of {SHOWN}: *products* is the share of a layer's time that its products take at the peak, *bytes* \
         the share that reading its tensors takes when they were read before.\n\n```\n{layers}```\n"
    );
    let path = root().join("docs/roofline.md");
    fs::write(&path, page).with_context(|| path.display().to_string())
}

fn roofline(program: &Path, model: &Path) -> Result<String> {
    let output = Command::new(program)
        .args(["bench", "--roofline", "--min_secs=0.3", "--num_runs=20", "--warmup_min_secs=0.1"])
        .arg(model)
        .output()?;
    ensure!(output.status.success(), "{}: {}", model.display(), String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
