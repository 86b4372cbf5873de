//! Lines and dots over two axes.

mod axis;

use std::fmt::Write;

pub use axis::Axis;
use axis::Span;

use crate::page::escape;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 44.0;

/// More points than this on a line can not be told apart; they are thinned.
const MOST_POINTS: usize = 1800;

/// Colours that are told apart by most eyes (Okabe and Ito).
pub const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999933"];

/// A dot, or a point of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Place on the axis along the bottom.
    pub x: f64,
    /// Place on the axis along the side.
    pub y: f64,
    /// Area of a dot, in squares of the drawing; lines have none.
    pub area: f64,
    /// What to call it.
    pub name: String,
}

/// Points that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    name: String,
    points: Vec<Point>,
    is_line: bool,
}

impl Series {
    /// A line through points.
    pub fn line(name: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let point = |(x, y)| Point { x, y, area: 0.0, name: String::new() };
        Self { name: name.to_owned(), points: points.into_iter().map(point).collect(), is_line: true }
    }

    /// Dots; without a name the series is not in the legend.
    pub fn dots(name: &str, points: Vec<Point>) -> Self {
        Self { name: name.to_owned(), points, is_line: false }
    }
}

/// A drawing of series.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    x: Axis,
    y: Axis,
    series: Vec<Series>,
}

impl Plot {
    /// An empty plot over two axes.
    pub fn new(x: Axis, y: Axis) -> Self {
        Self { x, y, series: Vec::new() }
    }

    /// With one series more.
    #[must_use]
    pub fn with(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// The drawing.
    pub fn svg(&self) -> String {
        let shown = || self.series.iter().flat_map(|series| &series.points).filter(|point| self.shows(point));
        let (x, y) = (self.x.span(shown().map(|point| point.x)), self.y.span(shown().map(|point| point.y)));
        let label = format!("{} over {}", escape(&self.y.name), escape(&self.x.name));
        let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{label}\">");
        self.axes(&mut svg, x, y);
        for (series, colour) in self.series.iter().zip(COLOURS.iter().cycle()) {
            match series.is_line {
                true => self.line(&mut svg, series, colour, (x, y)),
                false => self.dots(&mut svg, series, colour, (x, y)),
            }
        }
        self.legend(&mut svg);
        svg.push_str("</svg>");
        svg
    }

    fn shows(&self, point: &Point) -> bool {
        self.x.shows(point.x) && self.y.shows(point.y)
    }

    fn axes(&self, svg: &mut String, x: Span, y: Span) {
        let (end, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (value, text) in y.ticks() {
            let place = y_place(y, value);
            let _ = write!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{end}\" y1=\"{place:.1}\" y2=\"{place:.1}\" stroke=\"#8884\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" text-anchor=\"end\">{text}</text>",
                LEFT - 6.0,
                place + 4.0
            );
        }
        for (value, text) in x.ticks() {
            let place = x_place(x, value);
            let _ = write!(
                svg,
                "<line x1=\"{place:.1}\" x2=\"{place:.1}\" y1=\"{TOP}\" y2=\"{bottom}\" stroke=\"#8882\"/>\
                 <text x=\"{place:.1}\" y=\"{:.1}\" font-size=\"11\" text-anchor=\"middle\">{text}</text>",
                bottom + 16.0
            );
        }
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"12\" text-anchor=\"middle\">{}</text>\
             <text transform=\"translate(14 {:.1}) rotate(-90)\" font-size=\"12\" text-anchor=\"middle\">{}</text>",
            (LEFT + end) / 2.0,
            HEIGHT - 8.0,
            escape(&self.x.name),
            (TOP + bottom) / 2.0,
            escape(&self.y.name)
        );
    }

    fn line(&self, svg: &mut String, series: &Series, colour: &str, (x, y): (Span, Span)) {
        let points: Vec<&Point> = series.points.iter().filter(|point| self.shows(point)).collect();
        let stride = points.len().div_ceil(MOST_POINTS).max(1);
        let last = points.len().saturating_sub(1);
        let kept = points.iter().enumerate().filter(|(index, _)| index % stride == 0 || *index == last);
        let _ = write!(svg, "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\" points=\"");
        for (_, point) in kept {
            let _ = write!(svg, "{:.1},{:.1} ", x_place(x, point.x), y_place(y, point.y));
        }
        let _ = write!(svg, "\"><title>{}</title></polyline>", escape(&series.name));
    }

    fn dots(&self, svg: &mut String, series: &Series, colour: &str, (x, y): (Span, Span)) {
        for point in series.points.iter().filter(|point| self.shows(point)) {
            let (column, row) = (x_place(x, point.x), y_place(y, point.y));
            let radius = (point.area.max(0.0) / std::f64::consts::PI).sqrt().clamp(3.0, 60.0);
            let (side, anchor) = match column > WIDTH * 0.75 {
                true => (column - radius - 4.0, "end"),
                false => (column + radius + 4.0, "start"),
            };
            let name = escape(&point.name);
            let _ = write!(
                svg,
                "<circle cx=\"{column:.1}\" cy=\"{row:.1}\" r=\"{radius:.1}\" fill=\"{colour}\" fill-opacity=\"0.6\">\
                 <title>{name}</title></circle>\
                 <text class=\"name\" x=\"{side:.1}\" y=\"{:.1}\" font-size=\"12\" text-anchor=\"{anchor}\">{name}</text>",
                row + 4.0
            );
        }
    }

    fn legend(&self, svg: &mut String) {
        let mut place = LEFT;
        for (series, colour) in
            self.series.iter().zip(COLOURS.iter().cycle()).filter(|(series, _)| !series.name.is_empty())
        {
            let _ = write!(
                svg,
                "<rect x=\"{place:.1}\" y=\"8\" width=\"12\" height=\"12\" fill=\"{colour}\"/>\
                 <text class=\"name\" x=\"{:.1}\" y=\"18\" font-size=\"12\">{}</text>",
                place + 16.0,
                escape(&series.name)
            );
            place += 36.0 + 7.0 * series.name.chars().count() as f64;
        }
    }
}

fn x_place(span: Span, value: f64) -> f64 {
    LEFT + span.share(value) * (WIDTH - LEFT - RIGHT)
}

fn y_place(span: Span, value: f64) -> f64 {
    HEIGHT - BOTTOM - span.share(value) * (HEIGHT - TOP - BOTTOM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_thinned_and_dots_named() {
        let points = (0..10_000).map(|step| (f64::from(step), 1.0 / f64::from(step + 1)));
        let dot = Point { x: 5.0, y: 0.5, area: 400.0, name: "a & b".to_owned() };
        let plot = Plot::new(Axis::linear("step"), Axis::logarithmic("loss"))
            .with(Series::line("train", points))
            .with(Series::dots(
                "",
                vec![dot, Point { x: f64::NAN, y: 1.0, area: 1.0, name: "absent".to_owned() }],
            ));
        let svg = plot.svg();
        let line = svg.split("points=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!((1000..1810).contains(&line.split_whitespace().count()));
        assert!(svg.contains("a &amp; b") && !svg.contains("absent") && !svg.contains("NaN"));
        assert!(svg.contains(">train</text>"));
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let svg = Plot::new(Axis::linear("x"), Axis::logarithmic("y")).with(Series::line("", [])).svg();
        assert!(svg.starts_with("<svg") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
