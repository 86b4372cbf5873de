use anyhow::{Result, bail};
use clap::Args;
use featherlite_data::Part;
use featherlite_train::{CHECKPOINT, Supernet, SupernetRecipe};

use super::super::run::Run;
use crate::interrupt;
use crate::progress::Display;
use crate::terminal::{note, result};

/// The weights that all networks share, in the folder of a run.
const WEIGHTS: &str = "supernet.safetensors";

/// Trains all networks of a space together, the largest first
#[derive(Args)]
#[command(after_help = "Examples:
  featherlite ofa train recipes/ofa-fashion-mnist.toml fashion-mnist/ -o runs/ofa
  featherlite ofa train recipes/ofa-fashion-mnist.toml fashion-mnist/ -o runs/ofa --resume")]
pub(crate) struct Train {
    #[command(flatten)]
    run: Run,
}

impl Train {
    pub(crate) fn run(self) -> Result<bool> {
        let read = |recipe: &SupernetRecipe| (recipe.data.holdout, recipe.seed);
        let (recipe, dataset) = self.run.open_as(SupernetRecipe::from_toml, read)?;
        let folder = &self.run.output;
        let mut supernet = match (folder.join(CHECKPOINT).exists(), self.run.resume) {
            (true, true) => Supernet::resume(&dataset, self.run.settings(folder)?)?,
            (true, false) => bail!(
                "{} holds a run: --resume goes on with it, another --output begins anew",
                folder.display()
            ),
            (false, _) => {
                let space = recipe.space(self.run.folder(), dataset.classes.len())?;
                Supernet::new(recipe, space, &dataset, self.run.settings(folder)?)?
            }
        };
        let mut display = Display::new(supernet.done(), supernet.steps());
        let finished = supernet.run(&interrupt::is_asked, &mut |event| display.show(&event));
        display.finish();
        if !finished? {
            note("interrupted; to go on: the same command with --resume");
            return Ok(false);
        }
        if !self.run.processes.leads() {
            return Ok(true);
        }
        supernet.write_weights(&folder.join(WEIGHTS))?;
        note(format!("wrote {}", folder.join(WEIGHTS).display()));
        let part = if self.run.test { Part::Test } else { Part::Validation };
        if dataset.part(part).is_some() {
            for (what, choice) in
                [("largest", supernet.space().largest()), ("smallest", supernet.space().smallest())]
            {
                let score = supernet.evaluate(&choice, &dataset, part)?;
                let (top_1, name) = (100.0 * score.top_1, part.name());
                result(format!("{name}: {top_1:.2} % of {} images, the {what} network", score.images));
            }
        }
        Ok(true)
    }
}
