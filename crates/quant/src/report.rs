//! A comparison as an HTML page: one file that needs nothing else.

use std::fmt::Write;

use crate::debug::{Comparison, worst};
use crate::statistics::Histogram;

/// How many tensors get a plot of their distributions.
const PLOTS: usize = 16;
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 220.0;

const STYLE: &str = "\
body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:62em;padding:0 1em;color:#222;background:#fff}\
table{border-collapse:collapse;width:100%;font-size:13px}td,th{padding:.2em .6em;text-align:left;border-bottom:1px solid #ddd}\
td.n{text-align:right;font-variant-numeric:tabular-nums}tr.bad td{background:#fdecea}svg{width:100%;height:auto}\
.plot{display:inline-block;width:48%;margin:.5em 1% 0 0;vertical-align:top}h3{font-size:14px;margin:.4em 0;overflow-wrap:anywhere}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}td,th{border-color:#444}tr.bad td{background:#4a2320}}";

/// The page. `notes` are remarks about the calibration.
pub fn html(title: &str, rows: &[Comparison], notes: &[String]) -> String {
    let mut page = String::new();
    let title = escape(title);
    let _ = write!(
        page,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><h1>{title}</h1>"
    );
    if !notes.is_empty() {
        page.push_str("<h2>Calibration</h2><ul>");
        notes.iter().for_each(|note| page.push_str(&format!("<li>{}</li>", escape(note))));
        page.push_str("</ul>");
    }
    page.push_str("<h2>Signal to quantization noise, operator by operator</h2>");
    ratios(&mut page, rows);
    page.push_str("<h2>Distributions of the worst</h2><p>Grey: floating point. Blue: quantized.</p>");
    for row in worst(rows, PLOTS) {
        let _ = write!(page, "<div class=\"plot\"><h3>{} {}</h3>", row.index, escape(&row.name));
        distributions(&mut page, &row.exact.histogram, &row.approximate.histogram);
        page.push_str("</div>");
    }
    page.push_str("<h2>All operators</h2>");
    table(&mut page, rows);
    page.push_str("</html>\n");
    page
}

fn decibels(row: &Comparison) -> f64 {
    row.noise.sqnr().clamp(-20.0, 100.0)
}

/// One bar for each row.
fn ratios(page: &mut String, rows: &[Comparison]) {
    let greatest = rows.iter().map(decibels).fold(10.0, f64::max);
    let step = WIDTH / rows.len().max(1) as f64;
    let _ = write!(page, "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"dB\">");
    for line in (0..=greatest as usize).step_by(10) {
        let y = HEIGHT - HEIGHT * line as f64 / greatest;
        let _ = write!(
            page,
            "<line x1=\"0\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#8884\"/>\
             <text x=\"2\" y=\"{y:.1}\" font-size=\"10\" fill=\"#888\">{line} dB</text>"
        );
    }
    for (index, row) in rows.iter().enumerate() {
        let height = HEIGHT * decibels(row).max(0.0) / greatest;
        let colour = if decibels(row) < 10.0 { "#c33" } else { "#37b" };
        let _ = write!(
            page,
            "<rect x=\"{:.2}\" y=\"{:.1}\" width=\"{:.2}\" height=\"{height:.1}\" fill=\"{colour}\"><title>{} {} {}: \
             {:.1} dB</title></rect>",
            index as f64 * step,
            HEIGHT - height,
            (step * 0.85).max(0.5),
            row.index,
            row.operator,
            escape(&row.name),
            row.noise.sqnr()
        );
    }
    page.push_str("</svg>");
}

/// Two histograms over each other.
fn distributions(page: &mut String, exact: &Histogram, approximate: &Histogram) {
    const BARS: usize = 96;
    let ends = |histogram: &Histogram| {
        let first = histogram.bins().next().map_or(0.0, |(start, _)| start);
        let last = histogram.bins().last().map_or(0.0, |(start, _)| start + histogram.width());
        (first, last)
    };
    let (a, b) = (ends(exact), ends(approximate));
    let (low, high) = (a.0.min(b.0), a.1.max(b.1).max(a.0.min(b.0) + f64::MIN_POSITIVE));
    let bars = |histogram: &Histogram| {
        let mut bars = vec![0f64; BARS];
        let total = histogram.total().max(1) as f64;
        for (start, count) in histogram.bins() {
            let place = (start + histogram.width() / 2.0 - low) / (high - low) * BARS as f64;
            bars[(place as usize).min(BARS - 1)] += count as f64 / total;
        }
        bars
    };
    let _ = write!(page, "<svg viewBox=\"0 0 480 150\" role=\"img\" aria-label=\"distribution\">");
    for (histogram, colour) in [(exact, "#9999"), (approximate, "#37b8")] {
        for (index, share) in bars(histogram).into_iter().enumerate().filter(|(_, share)| *share > 0.0) {
            // Rare values matter, too: the height is logarithmic, from one in a million up.
            let height = ((share.log10() + 6.0) / 6.0).clamp(0.01, 1.0) * 130.0;
            let _ = write!(
                page,
                "<rect x=\"{}\" y=\"{:.1}\" width=\"5\" height=\"{height:.1}\" fill=\"{colour}\"/>",
                index * 5,
                130.0 - height
            );
        }
    }
    let _ = write!(
        page,
        "<text x=\"0\" y=\"146\" font-size=\"12\" fill=\"#888\">{low:.4}</text><text x=\"480\" y=\"146\" font-size=\"12\" \
         fill=\"#888\" text-anchor=\"end\">{high:.4}</text></svg>"
    );
}

fn table(page: &mut String, rows: &[Comparison]) {
    page.push_str(
        "<table><tr><th>#<th>operator<th>result<th>form<th>dB<th>lost here<th>greatest error<th>saturated<th>overlap</tr>",
    );
    for row in rows {
        let class = if row.noise.sqnr() < 10.0 { " class=\"bad\"" } else { "" };
        let saturated = row.saturation.map_or(String::new(), |share| format!("{:.2} %", 100.0 * share));
        let _ = write!(
            page,
            "<tr{class}><td class=\"n\">{}<td>{}<td>{}<td>{}<td class=\"n\">{:.1}<td class=\"n\">{:.1}<td class=\"n\">{:.4}\
             <td class=\"n\">{saturated}<td class=\"n\">{:.3}</tr>",
            row.index,
            row.operator,
            escape(&row.name),
            row.form,
            row.noise.sqnr(),
            row.loss,
            row.noise.greatest(),
            row.overlap
        );
    }
    page.push_str("</table>");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
