//! The drawing and its tables as an HTML page that needs nothing else.

use std::fmt::Write;

use super::{escape, grouped, svg};
use crate::arch::Arch;
use crate::network::Network;

const STYLE: &str = "\
body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:76em;padding:0 1em;color:#222;background:#fff}\
table{border-collapse:collapse;width:100%;font-size:13px}td,th{padding:.2em .6em;text-align:left;border-bottom:1px solid #ddd}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%;height:auto}\
pre{font-size:12px;overflow:auto}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}td,th{border-color:#444}}";

/// The page: totals, the drawing, a row for each layer, the architecture as JSON.
pub fn html(arch: &Arch, network: &Network) -> String {
    let title = escape(&network.name);
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
    );
    totals(&mut page, arch, network);
    page.push_str(&svg(network));
    page.push_str("<h2>Layers</h2><table><tr><th>layer<th>computes<th>output");
    page.push_str("<th class=\"n\">MACs<th class=\"n\">parameters<th class=\"n\">traffic</tr>");
    for (index, layer) in network.layers.iter().enumerate() {
        let ([rows, columns, channels], cost) = (layer.output, network.cost_of(index));
        let _ = write!(
            page,
            "<tr><td>{}<td>{}<td>{rows}×{columns}×{channels}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}</tr>",
            escape(&layer.name),
            escape(&layer.label()),
            grouped(cost.macs),
            grouped(cost.parameters),
            grouped(cost.traffic())
        );
    }
    let _ = writeln!(
        page,
        "</table><h2>As JSON</h2><details><summary>architecture</summary><pre>{}</pre></details></html>",
        escape(&arch.to_json())
    );
    page
}

fn totals(page: &mut String, arch: &Arch, network: &Network) {
    let cost = network.cost();
    let saved = cost.standard_macs as f64 / cost.macs.max(1) as f64;
    let _ = write!(
        page,
        "<p>{0}×{0}×{1}, {2} classes. {3} parameters, {4} multiply-adds; {5} elements of memory traffic (activations read \
         and written, weights read). With standard convolutions in the place of depthwise-separable ones it would be {6} \
         multiply-adds, {saved:.1} times as many.</p>",
        arch.resolution,
        arch.channels,
        arch.classes,
        grouped(cost.parameters),
        grouped(cost.macs),
        grouped(cost.traffic()),
        grouped(cost.standard_macs)
    );
}
