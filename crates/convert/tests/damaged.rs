//! Damaged files are refused or converted, never a panic.

use featherlite_convert::{export, import, passes};
use featherlite_schema::owned;
use featherlite_schema::{BuiltinOperator as B, Padding};
use featherlite_testkit::{ModelBuilder, Op, Random, constant, tensor};

/// A little of what passes look for.
fn network() -> Vec<u8> {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[-1, 3, 6, 6]).named("x"));
    let axes = graph.tensor(constant(&[4], &[0i32, 2, 3, 1]));
    let y = graph.add(Op::builtin(B::TRANSPOSE), &[x, axes], tensor::<f32>(&[-1, 6, 6, 3]));
    let paddings = graph.tensor(constant(&[4, 2], &[0i32, 0, 0, 1, 0, 1, 0, 0]));
    let y = graph.add(Op::builtin(B::PAD), &[y, paddings], tensor::<f32>(&[-1, 7, 7, 3]));
    let weights = graph.tensor(constant(&[4, 3, 3, 3], &[0.25f32; 108]));
    let bias = graph.tensor(constant(&[4], &[1f32; 4]));
    let conv =
        owned::Conv2DOptions { padding: Padding::VALID, stride_w: 2, stride_h: 2, ..Default::default() };
    let conv = Op::builtin(B::CONV_2D).options(conv);
    let y = graph.add(conv, &[y, weights, bias], tensor::<f32>(&[-1, 3, 3, 4]));
    let scale = graph.tensor(constant(&[4], &[2f32; 4]));
    let mul = Op::builtin(B::MUL).options(owned::MulOptions::default());
    let y = graph.add(mul, &[y, scale], tensor::<f32>(&[-1, 3, 3, 4]));
    let y = graph.add(Op::builtin(B::RELU6), &[y], tensor::<f32>(&[-1, 3, 3, 4]));
    let back = graph.tensor(constant(&[4], &[0i32, 3, 1, 2]));
    let y = graph.add(Op::builtin(B::TRANSPOSE), &[y, back], tensor::<f32>(&[-1, 4, 3, 3]));
    let shape = graph.tensor(constant(&[2], &[-1i32, 36]));
    let y = graph.add(Op::builtin(B::RESHAPE), &[y, shape], tensor::<f32>(&[-1, 36]));
    let weights = graph.tensor(constant(&[2, 36], &[0.5f32; 72]));
    let full = Op::builtin(B::FULLY_CONNECTED).options(owned::FullyConnectedOptions::default());
    let y = graph.add(full, &[y, weights, -1], tensor::<f32>(&[-1, 2]).named("y"));
    graph.output(y);
    model.signature("serve", 0, &[("in", x)], &[("out", y)]);
    model.build()
}

fn convert(file: Vec<u8>) -> featherlite_convert::Result<Vec<u8>> {
    let mut model = import::tflite::from_bytes(file.into())?;
    passes::run(&mut model, None, |_, _| {})?;
    export::to_bytes(&model)
}

#[test]
fn damaged_files_do_not_panic() {
    let whole = network();
    convert(whole.clone()).unwrap();
    let mut random = Random::new(2024);
    let (mut refused, mut converted) = (0, 0);
    for _ in 0..3000 {
        let mut file = whole.clone();
        for _ in 0..random.size(1..=3) {
            let at = random.below(file.len());
            file[at] = match random.below(3) {
                0 => random.below(256) as u8,
                1 => [0, 1, 0x7F, 0x80, 0xFF][random.below(5)],
                _ => file[at] ^ (1 << random.below(8)),
            };
        }
        match convert(file) {
            Ok(_) => converted += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 100 && converted > 100, "{refused} refused, {converted} converted");
}

#[test]
fn cut_files_are_refused() {
    let whole = network();
    for length in 0..whole.len() - 64 {
        let error = convert(whole[..length].to_vec()).unwrap_err();
        assert!(!error.to_string().is_empty());
    }
}
