use core::ops::Range;

use featherlite_base::arena::{Parallel, TASKS_PER_THREAD, worth};

/// Multiply-accumulates, and blocks of rows that share the weights they load, which a task has at least before there are
/// more tasks than threads.
const TASK: (usize, usize) = (1 << 21, 4);

/// Cuts the results of a product into rectangles and runs `task(rows, columns)` on each, spread over `parallel`.
///
/// Rows are cut first, at multiples of `row_unit`; when there are fewer such blocks than threads, columns too, at
/// multiples of `column_unit`. Large products make several tasks for each thread, so that one which other programs hold
/// up does not hold up the rest. The rectangles are disjoint, cover everything, and each is handed out once.
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
    let products = rows.saturating_mul(columns).saturating_mul(depth);
    let parallel = worth(parallel, products);
    let width = parallel.width();
    if width <= 1 {
        return task(0..rows, 0..columns);
    }
    let (row_blocks, column_blocks) = (rows.div_ceil(row_unit), columns.div_ceil(column_unit));
    let worthwhile = (products / TASK.0).min(row_blocks / TASK.1);
    let row_tasks = worthwhile.clamp(width, width * TASKS_PER_THREAD).min(row_blocks);
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
