use std::fs::File;

use featherlite_data::{Dataset, Image, Part, Picture, Random, npy};

use crate::fixtures::{Folder, bytes, gzip, idx, numbers, png};

/// Damaged copies: cut short, with bytes changed, and with numbers that are as large as can be.
fn damaged(good: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let cut = (0..good.len()).step_by(good.len().div_ceil(60)).map(|length| good[..length].to_vec());
    let changed = (0..300).map(|seed| {
        let mut random = Random::of(&[seed]);
        let mut copy = good.to_vec();
        for _ in 0..=random.below(4) {
            let place = random.below(copy.len());
            copy[place] = if random.is_drawn(0.5) { random.bits() as u8 } else { 0xff };
        }
        copy
    });
    cut.chain(changed)
}

#[test]
fn damaged_pictures_give_pixels_or_errors() {
    let mut bmp = b"BM".to_vec();
    for number in [0i32, 0, 54, 40, 4, 4, 24 << 16 | 1, 0, 0, 0, 0, 0, 0] {
        bmp.extend(number.to_le_bytes());
    }
    bmp.extend([7; 48]);
    let pnm = b"P6 # remark\n3 2\n255\n123456789012345678".to_vec();
    for good in [png(5, 7, 99), bmp, pnm] {
        Picture::decode(&good).unwrap();
        for bytes in damaged(&good) {
            if let Ok(picture) = Picture::decode(&bytes) {
                assert_eq!(picture.pixels.len(), picture.width * picture.height * picture.channels);
            }
        }
    }
}

#[test]
fn damaged_arrays_give_images_or_errors() {
    let folder = Folder::new("damage");
    let images = idx(&[4, 3, 2], &[5; 24]);
    folder.write("train-labels-idx1-ubyte", &idx(&[4], &[0, 1, 2, 1]));
    let check = |path: &std::path::Path| {
        let Ok(dataset) = Dataset::open(path) else { return };
        for split in Part::ALL.into_iter().filter_map(|part| dataset.part(part)) {
            let mut image = Image::default();
            for sample in 0..split.len() {
                split.read(sample, &mut image).unwrap();
                assert!(split.label(sample) < dataset.classes.len());
            }
        }
    };
    for bytes in damaged(&images) {
        check(&folder.write("train-images-idx3-ubyte", &bytes));
    }
    for bytes in damaged(&gzip(&images)) {
        check(&folder.write("more/train-images-idx3-ubyte.gz", &bytes));
    }
    let archive =
        folder.npz("data.npz", &[("x", bytes(&[4, 3, 2], vec![5; 24])), ("y", numbers(&[4], &[0, 1, 2, 1]))]);
    for bytes in damaged(&std::fs::read(&archive).unwrap()) {
        check(&folder.write("data.npz", &bytes));
    }
    let array = folder.path().join("x.npy");
    npy::write(File::create(&array).unwrap(), &bytes(&[4, 3, 2], vec![5; 24])).unwrap();
    for bytes in damaged(&std::fs::read(&array).unwrap()) {
        let _ = npy::read_from(&bytes[..]);
    }
}
