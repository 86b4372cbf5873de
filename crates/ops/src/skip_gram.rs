//! SKIP_GRAM: the n-grams of a sentence, words skipped in between or not, as strings joined by spaces.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, SkipGramOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::strings::{Strings, Table};

/// SKIP_GRAM.
pub static OP: OpDef = OpDef {
    name: "SKIP_GRAM",
    code: Code::Builtin(BuiltinOperator::SKIP_GRAM),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "SKIP_GRAM", summary: "The n-grams of a sentence.", macs: None };

const STRING: Types = Types::of(&[DType::String]);
const SIGS: &[Sig] = &[Sig { name: "string", inputs: &[req(STRING)], outputs: &[req(STRING)], version: 1 }];

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options: SkipGramOptions<'_> = plan.node.options();
    let grams = Grams {
        // A negative number asks for more words than any sentence has.
        size: usize::try_from(options.ngram_size()).unwrap_or(usize::MAX),
        reach: usize::try_from(i64::from(options.max_skip_size()) + 1).unwrap_or(0),
        shorter_too: options.include_all_ngrams(),
    };
    Ok(Box::new(move |io: &mut Io<'_>| {
        let sentence = Strings::new(io.input::<u8>(0)?)?.get(0)?;
        let words = words(sentence);
        let (mut count, mut text) = (0usize, 0usize);
        grams.each(&words, |gram| {
            count += 1;
            text += gram.iter().map(|&word| words[word].len() + 1).sum::<usize>() - 1;
            if text > i32::MAX as usize {
                return Err(Error::invalid_value(format!("n-grams of {} words are too many", words.len())));
            }
            Ok(())
        })?;
        let mut table = Table::new(io, 0, Shape::new(&[count])?, text)?;
        grams.each(&words, |gram| {
            let parts = gram.iter().enumerate().flat_map(|(position, &word)| {
                let space: &[u8] = if position == 0 { b"" } else { b" " };
                [space, words[word]]
            });
            table.push(parts)
        })
    }))
}

/// The words of a sentence. As TensorFlow Lite has it, a first word after leading white space is left out if another
/// follows, and the last one keeps such space.
fn words(sentence: &[u8]) -> Vec<&[u8]> {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let (mut words, mut start) = (Vec::new(), 0);
    for (index, &byte) in sentence.iter().enumerate().skip(1) {
        if is_space(byte) {
            if index > start && !is_space(sentence[start]) {
                words.push(&sentence[start..index]);
            }
            start = index + 1;
        }
    }
    if start < sentence.len() {
        words.push(&sentence[start..]);
    }
    words
}

#[derive(Clone, Copy)]
struct Grams {
    /// Words of an n-gram.
    size: usize,
    /// How far apart neighbouring words may be.
    reach: usize,
    /// Whether n-grams of fewer words count, too.
    shorter_too: bool,
}

impl Grams {
    /// Calls `visit` with the numbers of the words of each n-gram, each after those that it is the beginning of.
    fn each(self, words: &[&[u8]], mut visit: impl FnMut(&[usize]) -> Result<()>) -> Result<()> {
        if words.len() < self.size || self.size == 0 {
            return Ok(());
        }
        // The chosen words, and the next to try after them.
        let (mut chosen, mut next) = (Vec::new(), Vec::from([0]));
        while let Some(candidate) = next.last_mut() {
            let reachable =
                chosen.last().is_none_or(|&last: &usize| *candidate <= last.saturating_add(self.reach));
            if chosen.len() < self.size && reachable && *candidate < words.len() {
                chosen.push(*candidate);
                *candidate += 1;
                next.push(chosen[chosen.len() - 1] + 1);
                continue;
            }
            if chosen.len() == self.size || (self.shorter_too && !chosen.is_empty()) {
                visit(&chosen)?;
            }
            chosen.pop();
            next.pop();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grams(sentence: &str, size: usize, reach: usize, shorter_too: bool) -> Vec<Vec<u8>> {
        let words = words(sentence.as_bytes());
        let mut grams = Vec::new();
        let visit = |gram: &[usize]| {
            grams.push(gram.iter().map(|&word| words[word]).collect::<Vec<_>>().join(&b' '));
            Ok(())
        };
        Grams { size, reach, shorter_too }.each(&words, visit).unwrap();
        grams
    }

    #[test]
    fn grams_come_depth_first() {
        let expected: &[&[u8]] = &[b"a b", b"a c", b"b c", b"b d", b"c d"];
        assert_eq!(grams("a b c d", 2, 2, false), expected);
        let expected: &[&[u8]] = &[b"a b c", b"a b", b"a", b"b c", b"b", b"c"];
        assert_eq!(grams("a b c", 3, 1, true), expected);
        assert!(grams("a b", 3, 1, true).is_empty());
    }

    #[test]
    fn white_space_separates() {
        assert_eq!(words(b"a  b\tcd "), [&b"a"[..], b"b", b"cd"]);
        assert_eq!(words(b" a b"), [&b"b"[..]]);
        assert_eq!(words(b" a"), [&b" a"[..]]);
    }
}
