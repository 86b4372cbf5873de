//! Weights on their way into the order in which kernels read them.

use core::ops::Range;

use featherlite_base::Element;
use featherlite_simd::Copied;

use crate::Weights;
use crate::kernels::Layout;

/// Channels that are read side by side: few enough for the first-level cache, enough to fill its lines.
const STREAMS: usize = 16;

impl Layout {
    /// Packs `weights` into `packed`, which has [`Layout::packed_len`] elements.
    pub(crate) fn pack<T: Element>(&self, weights: Weights<'_, T>, packed: &mut [T]) {
        match self.group {
            1 => self.pack_groups::<T, 1>(weights, packed),
            2 => self.pack_groups::<T, 2>(weights, packed),
            4 => self.pack_groups::<T, 4>(weights, packed),
            #[cfg(target_arch = "aarch64")]
            8 => self.pack_groups::<T, 8>(weights, packed),
            group => unreachable!("no kernel sums {group} inputs at once"),
        }
    }

    fn pack_groups<T: Element, const GROUP: usize>(&self, weights: Weights<'_, T>, packed: &mut [T]) {
        let height = weights.k.next_multiple_of(GROUP);
        let panels = packed.chunks_mut((self.panel() * height).max(1));
        for (panel, first) in panels.zip((0..weights.n).step_by(self.panel())) {
            let width = panel.len() / height;
            let channels = width.min(weights.n - first);
            if channels < width || weights.k < height {
                panel.fill(T::default());
            }
            let (words, _) = panel.as_chunks_mut::<GROUP>();
            if weights.is_transposed {
                pack_columns(weights, first..first + channels, words, width);
            } else {
                for start in (0..channels).step_by(STREAMS) {
                    let end = channels.min(start + STREAMS);
                    pack_rows(weights, first + start..first + end, words, width, start);
                }
            }
        }
    }
}

/// Packs channels, each of which lies in one piece, from column `start` of a panel of `width` on.
fn pack_rows<T: Element, const GROUP: usize>(
    weights: Weights<'_, T>,
    channels: Range<usize>,
    panel: &mut [[T; GROUP]],
    width: usize,
    start: usize,
) {
    let Weights { data, k, .. } = weights;
    let count = channels.len();
    let mut rows: [&[[T; GROUP]]; STREAMS] = [&[]; STREAMS];
    for (row, channel) in rows.iter_mut().zip(channels.clone()) {
        (*row, _) = data[channel * k..][..k].as_chunks();
    }
    let mut lines = panel.chunks_exact_mut(width);
    for (index, line) in lines.by_ref().take(k / GROUP).enumerate() {
        for (word, row) in line[start..start + count].iter_mut().zip(&rows) {
            Copied::SMALL.round();
            *word = row[index];
        }
    }
    if let Some(line) = lines.next() {
        for (word, channel) in line[start..].iter_mut().zip(channels) {
            let rest = &data[channel * k..][k - k % GROUP..k];
            word[..rest.len()].copy_from_slice(rest);
        }
    }
}

/// Packs channels whose inputs lie apart, those of all channels side by side.
fn pack_columns<T: Element, const GROUP: usize>(
    weights: Weights<'_, T>,
    channels: Range<usize>,
    panel: &mut [[T; GROUP]],
    width: usize,
) {
    let rows = weights.data.chunks(weights.n * GROUP);
    for (rows, line) in rows.zip(panel.chunks_exact_mut(width)) {
        let line = &mut line[..channels.len()];
        let mut inputs: [&[T]; GROUP] = [&[]; GROUP];
        for (input, row) in inputs.iter_mut().zip(rows.chunks_exact(weights.n)) {
            *input = &row[channels.clone()];
        }
        if inputs.iter().all(|input| input.len() == line.len()) {
            for (channel, word) in line.iter_mut().enumerate() {
                Copied::SMALL.round();
                for index in 0..GROUP {
                    word[index] = inputs[index][channel];
                }
            }
        } else {
            for (index, input) in inputs.iter().enumerate() {
                for (word, &weight) in line.iter_mut().zip(*input) {
                    Copied::SMALL.round();
                    word[index] = weight;
                }
            }
        }
    }
}
