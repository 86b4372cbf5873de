//! The signal operators that keep state, run by run, against what they mean for the whole stream.

use featherlite::schema::flexbuffer::MapBuilder;
use featherlite::{DType, Session};
use featherlite_testkit::{ModelBuilder, Op, TensorSpec, tensor, tensor_of};

/// A session of a model of one custom operator with one input, whose elements have 16 bits.
fn session(name: &str, options: MapBuilder<'_>, input: &[i32], outputs: &[TensorSpec]) -> Session {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let input = graph.input(tensor::<i16>(input));
    let outputs: Vec<i32> = outputs.iter().map(|spec| graph.tensor(spec.clone())).collect();
    graph.operator(Op::custom(name, &options.build()), &[input], &outputs);
    outputs.iter().for_each(|&output| graph.output(output));
    featherlite::from_bytes(model.build()).unwrap().session().unwrap()
}

fn run(session: &mut Session, input: &[i16]) -> Vec<i16> {
    session.input_mut::<i16>(0).unwrap().copy_from_slice(input);
    session.run().unwrap();
    session.output(0).unwrap().values::<i16>().unwrap().to_vec()
}

/// Output 1.
fn is_valid(session: &Session) -> bool {
    let flag = session.output(1).unwrap();
    assert_eq!(flag.dtype(), DType::Bool);
    flag.bytes() == [1]
}

fn stream(length: usize) -> Vec<i16> {
    (1..=length as i16).collect()
}

fn flag() -> TensorSpec {
    tensor_of(DType::Bool, &[])
}

#[test]
fn a_delay_gives_the_stream_later() {
    for delay in [1usize, 3, 7] {
        let options = MapBuilder::new().int("delay_length", delay as i64);
        let mut session = session("SignalDelay", options, &[1, 3], &[tensor::<i16>(&[1, 3])]);
        for _ in 0..2 {
            let samples = stream(15);
            let delayed: Vec<i16> = samples.chunks(3).flat_map(|part| run(&mut session, part)).collect();
            let expected: Vec<i16> = std::iter::repeat_n(0, delay).chain(samples).take(15).collect();
            assert_eq!(delayed, expected);
            session.reset();
        }
    }
}

#[test]
fn frames_are_pieces_of_the_stream() {
    // Size, step, whether zeros come first, steps that give no frame.
    for (size, step, prefill, missing) in
        [(5, 2, false, 2), (5, 2, true, 0), (4, 2, false, 1), (2, 2, false, 0)]
    {
        let options = MapBuilder::new()
            .int("frame_size", size as i64)
            .int("frame_step", step as i64)
            .bool("prefill", prefill);
        let outputs = [tensor::<i16>(&[1, 2, size as i32]), flag()];
        let mut session = session("SignalFramer", options, &[1, 4], &outputs);
        let zeros = if prefill { size - step } else { 0 };
        let samples = stream(16);
        let whole: Vec<i16> = std::iter::repeat_n(0, zeros).chain(samples.iter().copied()).collect();
        for (index, part) in samples.chunks(4).enumerate() {
            let frames = run(&mut session, part);
            assert_eq!(is_valid(&session), 2 * index >= missing, "{size} {step} {prefill} {index}");
            for (frame, number) in frames.chunks(size).zip(2 * index..) {
                let expected = match number.checked_sub(missing) {
                    Some(number) => whole[number * step..][..size].to_vec(),
                    None => vec![0; size],
                };
                assert_eq!(frame, expected, "{size} {step} {prefill} {number}");
            }
        }
    }
}

#[test]
fn stacks_hold_their_neighbours() {
    let options = MapBuilder::new()
        .int("num_channels", 2)
        .int("stacker_left_context", 2)
        .int("stacker_right_context", 1)
        .int("stacker_step", 3);
    let mut session = session("SignalStacker", options, &[2], &[tensor::<i16>(&[8]), flag()]);
    let frames: Vec<Vec<i16>> = stream(18).chunks(2).map(<[i16]>::to_vec).collect();
    for (index, frame) in frames.iter().enumerate() {
        let stack = run(&mut session, frame);
        // Frame 0 is told of when frame 1 is there, then every third.
        let centre = index.checked_sub(1).filter(|centre| centre % 3 == 0);
        assert_eq!(is_valid(&session), centre.is_some(), "{index}");
        let Some(centre) = centre else { continue };
        let expected: Vec<i16> =
            (0..4).flat_map(|place| frames[(centre + place).saturating_sub(2)].clone()).collect();
        assert_eq!(stack, expected, "{index}");
    }
}

#[test]
fn overlapping_frames_add_up() {
    let (size, step) = (5, 2);
    let options = MapBuilder::new().int("T", 7).int("frame_step", step as i64);
    let output = tensor::<i16>(&[1, 2 * step as i32]);
    let mut session = session("SignalOverlapAdd", options, &[1, 2, size as i32], &[output]);
    let frames = stream(6 * size);
    let mut whole = vec![0; 6 * step + size];
    for (index, frame) in frames.chunks(size).enumerate() {
        whole[index * step..].iter_mut().zip(frame).for_each(|(sum, sample)| *sum += sample);
    }
    let samples: Vec<i16> = frames.chunks(2 * size).flat_map(|part| run(&mut session, part)).collect();
    assert_eq!(samples, whole[..6 * step]);

    session.reset();
    let loud = [i16::MAX; 10];
    assert_eq!(run(&mut session, &loud), [i16::MAX; 4]);
    assert_eq!(run(&mut session, &[-1; 10])[..2], [32766, 32766]);
}
