//! The results as text and as JSON.

use std::io::Write;

use anyhow::Result;
use featherlite_data::Tally;
use serde_json::{Value, json};

use super::Evaluation;
use super::candidate::Candidate;
use crate::summary::{bytes, time};
use crate::table::Table;
use crate::terminal::Terminal;

/// More classes than this are not all shown.
const MOST_CLASSES: usize = 24;
/// JSON has matrices of more classes as lists.
const MOST_ROWS: usize = 100;
/// A matrix of more classes is wider than a terminal.
const MATRIX_CLASSES: usize = 12;

pub(super) fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

/// The rows of the table of models, with a heading.
pub(super) fn models(evaluation: &Evaluation) -> Vec<Vec<String>> {
    let mut heading = vec!["model", "size", "top-1", "top-5", "latency", "p50", "p95"];
    let first = evaluation.candidates.first().filter(|_| evaluation.candidates.len() > 1);
    if first.is_some() {
        heading.push("as first");
    }
    let mut rows: Vec<Vec<String>> = vec![heading.into_iter().map(str::to_owned).collect()];
    for candidate in &evaluation.candidates {
        let tally = &candidate.tally;
        let mut row = vec![
            candidate.name.clone(),
            bytes(candidate.bytes as usize),
            percent(tally.accuracy()),
            percent(tally.top_five()),
        ];
        row.extend(candidate.latency().map(|micros| time(micros / 1e6)));
        row.extend(first.map(|first| percent(candidate.agreement(first))));
        rows.push(row);
    }
    rows
}

/// The rows of the table of a model's classes, with a heading; of many classes, those that are recognised least.
pub(super) fn classes(candidate: &Candidate, names: &[String], most: usize) -> Vec<[String; 6]> {
    let tally = &candidate.tally;
    let mut order: Vec<usize> = (0..names.len()).collect();
    if order.len() > most {
        let recall = |class: &usize| tally.recall(*class).unwrap_or(2.0);
        order.sort_by(|a, b| recall(a).total_cmp(&recall(b)));
        order.truncate(most);
    }
    let heading = ["class", "images", "precision", "recall", "F1", "mostly taken for"].map(str::to_owned);
    let share = |share: Option<f64>| share.map_or("–".to_owned(), percent);
    let row = |class: usize| {
        let row = tally.row(class);
        let others = row.iter().enumerate().filter(|(other, count)| *other != class && **count > 0);
        let other = others.max_by_key(|&(other, &count)| (count, usize::MAX - other));
        let name = |other: usize| names.get(other).map_or("none of the classes", String::as_str);
        [
            names[class].clone(),
            row.iter().sum::<u64>().to_string(),
            share(tally.precision(class)),
            share(tally.recall(class)),
            share(tally.f1(class)),
            other.map_or(String::new(), |(other, count)| format!("{} ({count})", name(other))),
        ]
    };
    std::iter::once(heading).chain(order.into_iter().map(row)).collect()
}

pub(super) fn print(evaluation: &Evaluation, per_class: bool, terminal: &mut Terminal) -> Result<()> {
    let images = evaluation.candidates.first().map_or(0, |first| first.tally.total());
    let Evaluation { dataset, part, classes: names, candidates, .. } = evaluation;
    writeln!(terminal, "{dataset}: {images} images of the {part} part, {} classes", names.len())?;
    let mut table = Table::new("lrrrrrrr");
    models(evaluation).into_iter().for_each(|row| table.row(row));
    table.print(terminal, "")?;
    if !per_class && candidates.len() > 1 {
        return Ok(());
    }
    for candidate in candidates {
        let title = match candidates.len() {
            1 => "Classes".to_owned(),
            _ => format!("Classes of {}", candidate.name),
        };
        let shown = match names.len() > MOST_CLASSES {
            true => format!(" (the {MOST_CLASSES} of {} with the least recall; --json has all)", names.len()),
            false => String::new(),
        };
        let title = terminal.bold(title);
        writeln!(terminal, "\n{title}{shown}")?;
        let mut table = Table::new("lrrrrl");
        classes(candidate, names, MOST_CLASSES).into_iter().for_each(|row| table.row(row));
        table.print(terminal, "  ")?;
        if names.len() <= MATRIX_CLASSES {
            matrix(candidate, names, terminal)?;
        }
    }
    Ok(())
}

/// Rows are classes, columns what they were taken for.
fn matrix(candidate: &Candidate, names: &[String], terminal: &mut Terminal) -> Result<()> {
    let title = terminal.bold("Classes (rows) taken for (columns)");
    writeln!(terminal, "\n{title}")?;
    let mut table = Table::new(&format!("l{}", "r".repeat(names.len() + 1)));
    let has_others = (0..names.len()).any(|class| candidate.tally.row(class).last() != Some(&0));
    let columns = names.len() + usize::from(has_others);
    let short = |index: usize| match names.get(index) {
        Some(name) => name.chars().take(6).collect(),
        None => "other".to_owned(),
    };
    table.row(std::iter::once(String::new()).chain((0..columns).map(short)));
    for (class, name) in names.iter().enumerate() {
        let counts = candidate.tally.row(class).iter().take(columns).map(u64::to_string);
        table.row(std::iter::once(name.clone()).chain(counts));
    }
    Ok(table.print(terminal, "  ")?)
}

/// A matrix whose last column counts answers that are none of the classes; of many classes, the counts that are not 0 as
/// `[class, taken for, count]`.
fn confusion(tally: &Tally) -> Value {
    let rows = (0..tally.classes()).map(|class| tally.row(class));
    if tally.classes() <= MOST_ROWS {
        return rows.map(<[u64]>::to_vec).collect();
    }
    let counts = |(class, row): (usize, &[u64])| {
        let found = row.iter().enumerate().filter(|(_, count)| **count > 0);
        found.map(|(other, count)| json!([class, other, count])).collect::<Vec<_>>()
    };
    rows.enumerate().flat_map(counts).collect()
}

pub(super) fn json(evaluation: &Evaluation, threads: usize) -> Value {
    let names = &evaluation.classes;
    let first = evaluation.candidates.first();
    let model = |candidate: &Candidate| {
        let tally = &candidate.tally;
        let [mean, median, p95] = candidate.latency();
        let class = |class: usize| {
            json!({
                "name": names[class],
                "images": tally.row(class).iter().sum::<u64>(),
                "precision": tally.precision(class),
                "recall": tally.recall(class),
                "f1": tally.f1(class),
            })
        };
        json!({
            "model": candidate.name,
            "bytes": candidate.bytes,
            "input_type": candidate.input_type.to_string(),
            "images": tally.total(),
            "top1": tally.accuracy(),
            "top5": tally.top_five(),
            "agreement_with_first": first.map(|first| candidate.agreement(first)),
            "latency_us": { "mean": mean, "p50": median, "p95": p95, "batch": candidate.batch(), "threads": threads },
            "classes": (0..names.len()).map(class).collect::<Vec<_>>(),
            "confusion": confusion(tally),
        })
    };
    json!({
        "dataset": evaluation.dataset,
        "part": evaluation.part,
        "classes": names,
        "notes": evaluation.notes,
        "skipped": evaluation.skipped,
        "models": evaluation.candidates.iter().map(model).collect::<Vec<_>>(),
    })
}
