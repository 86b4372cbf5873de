//! A comparison as an HTML page: one file that needs nothing else.

use std::fmt::Write;

use featherlite_report::{Column, Page, escape};

use crate::debug::{Comparison, worst};
use crate::statistics::Histogram;

/// How many tensors get a plot of their distributions.
const PLOTS: usize = 16;
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 220.0;

/// The page. `notes` are remarks about the calibration.
pub fn html(title: &str, rows: &[Comparison], notes: &[String]) -> String {
    let mut page = Page::new(title);
    if !notes.is_empty() {
        page.heading("Calibration");
        page.list(notes);
    }
    page.heading("Signal to quantization noise, operator by operator");
    page.figure(&ratios(rows));
    page.heading("Distributions of the worst");
    page.paragraph("Grey: floating point. Blue: quantized.");
    for row in worst(rows, PLOTS) {
        let histograms = distributions(&row.exact.histogram, &row.approximate.histogram);
        page.half(&format!("{} {}", row.index, row.name), &histograms);
    }
    page.heading("All operators");
    table(&mut page, rows);
    page.finish()
}

fn decibels(row: &Comparison) -> f64 {
    row.noise.sqnr().clamp(-20.0, 100.0)
}

/// One bar for each row.
fn ratios(rows: &[Comparison]) -> String {
    let greatest = rows.iter().map(decibels).fold(10.0, f64::max);
    let step = WIDTH / rows.len().max(1) as f64;
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"dB\">");
    for line in (0..=greatest as usize).step_by(10) {
        let y = HEIGHT - HEIGHT * line as f64 / greatest;
        let _ = write!(
            svg,
            "<line x1=\"0\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#8884\"/>\
             <text x=\"2\" y=\"{y:.1}\" font-size=\"10\" fill=\"#888\">{line} dB</text>"
        );
    }
    for (index, row) in rows.iter().enumerate() {
        let height = HEIGHT * decibels(row).max(0.0) / greatest;
        let colour = if decibels(row) < 10.0 { "#c33" } else { "#37b" };
        let _ = write!(
            svg,
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
    svg.push_str("</svg>");
    svg
}

/// Two histograms over each other.
fn distributions(exact: &Histogram, approximate: &Histogram) -> String {
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
    let mut svg = String::from("<svg viewBox=\"0 0 480 150\" role=\"img\" aria-label=\"distribution\">");
    for (histogram, colour) in [(exact, "#9999"), (approximate, "#37b8")] {
        for (index, share) in bars(histogram).into_iter().enumerate().filter(|(_, share)| *share > 0.0) {
            // Rare values matter, too: the height is logarithmic, from one in a million up.
            let height = ((share.log10() + 6.0) / 6.0).clamp(0.01, 1.0) * 130.0;
            let _ = write!(
                svg,
                "<rect x=\"{}\" y=\"{:.1}\" width=\"5\" height=\"{height:.1}\" fill=\"{colour}\"/>",
                index * 5,
                130.0 - height
            );
        }
    }
    let _ = write!(
        svg,
        "<text x=\"0\" y=\"146\" font-size=\"12\" fill=\"#888\">{low:.4}</text><text x=\"480\" y=\"146\" font-size=\"12\" \
         fill=\"#888\" text-anchor=\"end\">{high:.4}</text></svg>"
    );
    svg
}

fn table(page: &mut Page, rows: &[Comparison]) {
    let columns = [
        Column::Number("#"),
        Column::Text("operator"),
        Column::Text("result"),
        Column::Text("form"),
        Column::Number("dB"),
        Column::Number("lost here"),
        Column::Number("greatest error"),
        Column::Number("saturated"),
        Column::Number("overlap"),
    ];
    let cells = |row: &Comparison| {
        [
            row.index.to_string(),
            row.operator.to_string(),
            row.name.clone(),
            row.form.to_string(),
            format!("{:.1}", row.noise.sqnr()),
            format!("{:.1}", row.loss),
            format!("{:.4}", row.noise.greatest()),
            row.saturation.map_or(String::new(), |share| format!("{:.2} %", 100.0 * share)),
            format!("{:.3}", row.overlap),
        ]
    };
    page.table(&columns, rows.iter().map(|row| (row.noise.sqnr() < 10.0, cells(row))));
}
