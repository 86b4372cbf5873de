//! HTML pages with plots and tables: each is one file that needs nothing else, in light and dark. Curves on terminals.
//!
//! ```
//! use featherlite_report::{Axis, Page, Plot, Series};
//!
//! let mut page = Page::new("A run");
//! let losses = [(0.0, 2.3), (1.0, 1.1), (2.0, 0.7)];
//! let plot = Plot::new(Axis::linear("epoch"), Axis::logarithmic("loss")).with(Series::line("train", losses));
//! page.figure(&plot.svg());
//! assert!(page.finish().contains("<svg"));
//! ```

mod matrix;
mod page;
mod plot;
pub mod terminal;
pub mod training;

pub use matrix::Matrix;
pub use page::{Column, Page, escape};
pub use plot::{Axis, COLOURS, Plot, Point, Series};
