use crate::{Isa, Level};

/// The kernels that do one job, best first; the last is the plain reference, which runs everywhere and defines the
/// result.
pub struct Family<F: 'static> {
    /// The job, such as `conv_2d_i8`.
    pub name: &'static str,
    /// The kernels.
    pub rows: &'static [Row<F>],
}

/// One kernel.
pub struct Row<F> {
    /// `<dtype>_<kernel>__<isa>_<tile>`-like name, the same in source, log, profile and benchmark.
    pub name: &'static str,
    /// The instructions it needs.
    pub isa: Isa,
    /// The function, or a struct of functions.
    pub kernel: F,
}

impl<F> Family<F> {
    /// The best kernel for `level`, or the reference if asked for.
    pub fn choose(&self, level: Level, reference: bool) -> &'static Row<F> {
        let rows: &'static [Row<F>] = self.rows;
        let last = self.reference();
        if reference { last } else { rows.iter().find(|row| level.has(row.isa)).unwrap_or(last) }
    }

    /// The plain kernel.
    pub fn reference(&self) -> &'static Row<F> {
        let rows: &'static [Row<F>] = self.rows;
        rows.last().expect("a family has at least its reference")
    }

    /// The kernels that may run at `level`.
    pub fn eligible(&self, level: Level) -> impl Iterator<Item = &'static Row<F>> {
        let rows: &'static [Row<F>] = self.rows;
        rows.iter().filter(move |row| level.has(row.isa))
    }
}

/// What generated documentation needs to know of a family, whatever its function type.
pub trait KernelList: Sync {
    /// The family's name.
    fn name(&self) -> &'static str;
    /// Name and instruction set of each kernel, best first.
    fn row(&self, index: usize) -> Option<(&'static str, Isa)>;
}

impl<F: Sync> KernelList for Family<F> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn row(&self, index: usize) -> Option<(&'static str, Isa)> {
        self.rows.get(index).map(|row| (row.name, row.isa))
    }
}
