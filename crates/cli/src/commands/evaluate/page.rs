//! The results as an HTML page.

use featherlite_report::{Axis, Column, Matrix, Page, Plot, Point, Series};

use super::Evaluation;
use super::candidate::Candidate;
use super::show::{classes, models, percent};

/// Classes in the table of a model at most.
const MOST_CLASSES: usize = 200;

pub(super) fn page(evaluation: &Evaluation, threads: usize) -> String {
    let Evaluation { dataset, part, classes: names, candidates, .. } = evaluation;
    let mut page = Page::new(&format!("Accuracy on {dataset}"));
    let images = candidates.first().map_or(0, |first| first.tally.total());
    page.paragraph(&format!(
        "{images} images of the {part} part, {} classes. Latencies are those of one image, by {threads} thread(s).",
        names.len()
    ));
    page.list(&evaluation.notes);
    if !evaluation.skipped.is_empty() {
        page.paragraph("Images that can not be read:");
        page.list(&evaluation.skipped);
    }
    let mut rows = models(evaluation).into_iter();
    let heading = rows.next().unwrap_or_default();
    table(&mut page, &heading, rows);
    if candidates.len() > 1 {
        page.heading("Accuracy, latency and size");
        page.paragraph("Areas are the sizes of the files.");
        page.figure(&plot(candidates));
    }
    for candidate in candidates {
        page.heading(&candidate.name);
        let answers: Vec<u64> = (0..names.len())
            .flat_map(|class| candidate.tally.row(class).iter().take(names.len()))
            .copied()
            .collect();
        page.figure(&Matrix { names, counts: &answers }.svg());
        let mut rows = classes(candidate, names, MOST_CLASSES).into_iter();
        let heading = rows.next().unwrap_or_default();
        table(&mut page, &heading, rows);
    }
    page.finish()
}

/// A table whose first and last columns are words if they are called so.
fn table<R>(page: &mut Page, heading: &[String], rows: impl Iterator<Item = R>)
where
    R: IntoIterator<Item = String>,
{
    let column = |name| match name {
        "model" | "class" | "mostly taken for" => Column::Text(name),
        _ => Column::Number(name),
    };
    let columns: Vec<Column<'_>> = heading.iter().map(|name| column(name.as_str())).collect();
    page.table(&columns, rows.map(|row| (false, row)));
}

fn plot(candidates: &[Candidate]) -> String {
    /// The area of the largest file.
    const AREA: f64 = 1500.0;
    let largest = candidates.iter().map(|candidate| candidate.bytes).max().unwrap_or(1).max(1) as f64;
    let point = |candidate: &Candidate| Point {
        x: candidate.latency()[1] / 1e3,
        y: 100.0 * candidate.tally.accuracy(),
        area: AREA * candidate.bytes as f64 / largest,
        name: format!("{} {}", candidate.name, percent(candidate.tally.accuracy())),
    };
    let axes = (Axis::logarithmic("milliseconds for an image (median)"), Axis::linear("top-1, %"));
    Plot::new(axes.0, axes.1).with(Series::dots("", candidates.iter().map(point).collect())).svg()
}
