use core::ops::Range;

use featherlite_base::arena::Parallel;

/// Products below this many multiply-accumulates are not worth waking threads for.
const SERIAL: usize = 64 * 1024;

/// Cuts the results of a product into rectangles and runs `task(rows, columns)` on each, spread over `parallel`.
///
/// Rows are cut first, at multiples of `row_unit`; when there are fewer such blocks than threads, columns too, at
/// multiples of `column_unit`. The rectangles are disjoint, cover everything, and each is handed out once.
pub(crate) fn rectangles(
    parallel: &dyn Parallel,
    (rows, row_unit): (usize, usize),
    (columns, column_unit): (usize, usize),
    depth: usize,
    task: &(dyn Fn(Range<usize>, Range<usize>) + Sync),
) {
    if rows == 0 || columns == 0 {
        return;
    }
    let width = parallel.width();
    if width <= 1 || rows.saturating_mul(columns).saturating_mul(depth) < SERIAL {
        return task(0..rows, 0..columns);
    }
    let (row_blocks, column_blocks) = (rows.div_ceil(row_unit), columns.div_ceil(column_unit));
    let row_tasks = row_blocks.min(width);
    let column_tasks = (width / row_tasks).clamp(1, column_blocks);
    parallel.run(row_tasks * column_tasks, &|index| {
        let (row, column) = (index / column_tasks, index % column_tasks);
        let part = |blocks: usize, unit: usize, total: usize, index: usize, tasks: usize| {
            (blocks * index / tasks * unit).min(total)..(blocks * (index + 1) / tasks * unit).min(total)
        };
        if row < row_tasks {
            task(
                part(row_blocks, row_unit, rows, row, row_tasks),
                part(column_blocks, column_unit, columns, column, column_tasks),
            );
        }
    });
}
