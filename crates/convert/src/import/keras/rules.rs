//! The rules that translate layers and operations: rows of tables, looked up by class.

use featherlite_ir::ValueId;

use super::context::Context;
use super::network::Layer;
use super::slots::Slots;
use super::{layers, ops, variables};
use crate::Result;

/// What the layers of some classes become.
#[derive(Debug)]
pub(super) struct Rule {
    /// Classes of layers.
    pub(super) names: &'static [&'static str],
    /// The operators that it gives, for the documentation.
    pub(super) tflite: &'static str,
    slots: fn(&Layer) -> Result<Slots>,
    masking: Masking,
    import: fn(&mut Context<'_, '_>) -> Result<Vec<ValueId>>,
}

/// What a layer does with the mask of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Masking {
    /// It is the mask of the output, too.
    Passes,
    /// The output has none.
    Ends,
    /// The rule says what the mask of the output is.
    Makes,
}

impl Rule {
    /// A rule for layers without variables, which hand on masks.
    pub(super) const fn new(
        names: &'static [&'static str],
        tflite: &'static str,
        import: fn(&mut Context<'_, '_>) -> Result<Vec<ValueId>>,
    ) -> Self {
        Self { names, tflite, slots: |_| Ok(Slots::default()), masking: Masking::Passes, import }
    }

    /// … for layers with these variables.
    pub(super) const fn with_slots(self, slots: fn(&Layer) -> Result<Slots>) -> Self {
        Self { slots, ..self }
    }

    /// … for layers that do this with masks.
    pub(super) const fn with_masking(self, masking: Masking) -> Self {
        Self { masking, ..self }
    }

    pub(super) fn masking(&self) -> Masking {
        self.masking
    }

    pub(super) fn import(&self, context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
        (self.import)(context)
    }
}

/// The rule for a layer or a recorded operation.
pub(super) fn find(layer: &Layer) -> Option<&'static Rule> {
    let named = |tables: &'static [&'static [Rule]], name: &str| {
        tables.iter().flat_map(|table| table.iter()).find(|rule| rule.names.contains(&name))
    };
    let as_operation = || named(ops::TABLES, &variables::snake_case(&layer.class));
    match layer.class.as_str() {
        // Keras 2 records functions of TensorFlow by their full names, such as `math.reduce_mean`.
        "TFOpLambda" | "SlicingOpLambda" => {
            let function = layer.config.get("function")?.as_str()?;
            named(ops::TABLES, function.rsplit('.').next()?)
        }
        _ if layer.is_operation() => as_operation(),
        class => named(layers::TABLES, class),
    }
}

/// The places for the variables of a layer, if there is a rule for it.
pub(super) fn slots(layer: &Layer) -> Result<Option<Slots>> {
    find(layer).map(|rule| (rule.slots)(layer)).transpose()
}
