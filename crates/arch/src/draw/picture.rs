//! The drawing: a row for each section, a box for each layer, bars for what they cost.

use std::fmt::Write;

use super::{escape, grouped};
use crate::network::{Kind, Layer, Network};
use crate::sections::Section;

const WIDTH: usize = 1180;
const ROW: usize = 58;
const BOX_HEIGHT: usize = 22;
/// Where boxes begin: what is left of it says the sizes of tensors.
const LEFT: usize = 150;
/// Where bars begin.
const BARS: usize = 900;
const BAR_WIDTH: f64 = 80.0;
const GAP: usize = 12;
/// How wide a letter is, about.
const LETTER: usize = 6;

/// The network as an SVG image of its own.
pub fn svg(network: &Network) -> String {
    let sections = network.sections();
    let height = ROW * (sections.len() + 1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"system-ui,sans-serif\" \
         font-size=\"11\" fill=\"currentColor\" role=\"img\" aria-label=\"{}\">\
         <defs><marker id=\"end\" viewBox=\"0 0 6 6\" refX=\"5\" refY=\"3\" markerWidth=\"6\" markerHeight=\"6\" \
         orient=\"auto\"><path d=\"M0,0L6,3L0,6z\" fill=\"#888\"/></marker></defs>",
        escape(&network.name)
    );
    for (number, title) in ["MACs", "parameters", "memory traffic"].into_iter().enumerate() {
        let _ = write!(out, "<text x=\"{}\" y=\"14\" font-weight=\"600\">{title}</text>", BARS + number * 94);
    }
    let most = Most::of(&sections);
    for (number, section) in sections.iter().enumerate() {
        let y = ROW / 2 + number * ROW;
        let _ = write!(out, "<g><title>{}</title>", escape(&section.describe(network)));
        row(&mut out, network, section, y);
        bars(&mut out, section, &most, y);
        out.push_str("</g>");
    }
    out.push_str("</svg>");
    out
}

/// The largest section by each measure.
struct Most {
    macs: u64,
    parameters: u64,
    traffic: u64,
}

impl Most {
    fn of(sections: &[Section]) -> Self {
        let most =
            |measure: fn(&Section) -> u64| sections.iter().map(measure).max().unwrap_or_default().max(1);
        Self {
            macs: most(|section| section.cost.macs),
            parameters: most(|section| section.cost.parameters),
            traffic: most(|section| section.cost.traffic()),
        }
    }
}

fn row(out: &mut String, network: &Network, section: &Section, y: usize) {
    let [rows, columns, channels] = section.output;
    let (middle, name) = (y + BOX_HEIGHT / 2, escape(&section.name));
    let _ = write!(
        out,
        "<text x=\"4\" y=\"{}\" font-weight=\"600\">{name}</text>\
         <text x=\"4\" y=\"{}\" fill=\"#888\">{rows}×{columns}×{channels}</text>",
        middle - 2,
        middle + 11
    );
    arrow(out, &format!("M{},{middle}H{LEFT}", LEFT - 40));
    let mut lanes = Lanes { y, main: LEFT, side: LEFT };
    for layer in &network.layers[section.layers.clone()] {
        let label = layer.label();
        if !label.is_empty() {
            lanes.put(out, layer, &label);
        }
    }
}

/// The boxes of a row so far: where the next one goes in the main branch, and in the one beside.
struct Lanes {
    y: usize,
    main: usize,
    side: usize,
}

impl Lanes {
    fn put(&mut self, out: &mut String, layer: &Layer, label: &str) {
        let width = label.chars().count() * LETTER + 10;
        let is_side = is_side(layer);
        if is_side && self.side == LEFT {
            arrow(out, &format!("M{},{}V{}H{LEFT}", LEFT - 20, self.middle(), self.below()));
        }
        if joins(layer) {
            self.main = self.main.max(self.side);
            self.skip(out, self.main + width / 2);
        }
        let (x, top) = if is_side { (self.side, self.y + BOX_HEIGHT + 3) } else { (self.main, self.y) };
        let _ = write!(
            out,
            "<rect x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{BOX_HEIGHT}\" rx=\"4\" fill=\"{}\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#111\">{}</text>",
            colour(layer),
            x + width / 2,
            top + 15,
            escape(label)
        );
        *(if is_side { &mut self.side } else { &mut self.main }) = x + width + GAP;
    }

    /// The line of what skips the main branch to where it joins: from the row's start, or from the branch beside.
    fn skip(&self, out: &mut String, to: usize) {
        let (from, start, bend) = match self.side {
            LEFT => (LEFT - 20, self.middle(), self.y + BOX_HEIGHT + 10),
            side => (side - GAP, self.below(), self.below()),
        };
        arrow(out, &format!("M{from},{start}V{bend}H{to}V{}", self.y + BOX_HEIGHT));
    }

    /// The middle of the main branch.
    fn middle(&self) -> usize {
        self.y + BOX_HEIGHT / 2
    }

    /// The middle of the branch beside.
    fn below(&self) -> usize {
        self.y + BOX_HEIGHT * 3 / 2 + 3
    }
}

/// A line with a tip at its end.
fn arrow(out: &mut String, path: &str) {
    let _ = write!(out, "<path d=\"{path}\" stroke=\"#888\" fill=\"none\" marker-end=\"url(#end)\"/>");
}

/// Whether a layer is of the branch beside the main one.
fn is_side(layer: &Layer) -> bool {
    let name = layer.name.splitn(4, '.').nth(3).unwrap_or_default();
    name == "left" || name.starts_with("shortcut")
}

/// Whether a layer joins branches.
fn joins(layer: &Layer) -> bool {
    matches!(layer.kind, Kind::Concat | Kind::Add { .. })
}

fn colour(layer: &Layer) -> &'static str {
    match &layer.kind {
        Kind::Conv(conv) if conv.depthwise => "#f6c177",
        Kind::Conv(conv) if conv.kernel == 1 => "#8ecae6",
        Kind::Conv(_) => "#90be6d",
        Kind::Dense(_) => "#cdb4db",
        Kind::MaxPool(_) | Kind::AveragePool(_) | Kind::GlobalAveragePool => "#f4a6a6",
        _ => "#d0d0d0",
    }
}

fn bars(out: &mut String, section: &Section, most: &Most, y: usize) {
    let cost = &section.cost;
    let shares = [(cost.macs, most.macs), (cost.parameters, most.parameters), (cost.traffic(), most.traffic)];
    for (number, (value, most)) in shares.into_iter().enumerate() {
        let _ = write!(
            out,
            "<rect x=\"{0}\" y=\"{y}\" width=\"{1:.1}\" height=\"8\" fill=\"#4a7fb5\"/><text x=\"{0}\" y=\"{2}\">{3}</text>",
            BARS + number * 94,
            (value as f64 / most as f64 * BAR_WIDTH).max(0.5),
            y + 21,
            grouped(value)
        );
    }
}
