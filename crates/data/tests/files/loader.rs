use featherlite_data::{Batch, Dataset, Loader, LoaderOptions, Mix, Part, Shard, Split, Step, Transform};

use crate::fixtures::{Folder, bytes, numbers};

/// 23 noisy images of 9 x 7 in 3 classes.
fn split(name: &str) -> Split {
    let folder = Folder::new(name);
    let pixels = (0..23 * 63 * 3u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let labels: Vec<i64> = (0..23).map(|index| index % 3).collect();
    let path =
        folder.npz("data.npz", &[("x", bytes(&[23, 9, 7, 3], pixels)), ("y", numbers(&[23], &labels))]);
    Dataset::open(&path).unwrap().part(Part::Train).unwrap().clone()
}

fn options() -> LoaderOptions {
    let transform = Transform::new(vec![
        Step::RandomResizedCrop { size: 8.into(), scale: [0.3, 1.0], ratio: [0.75, 1.33], antialias: true },
        Step::RandomCrop { size: 8.into(), padding: 1, fill: 0.0 },
        Step::HorizontalFlip { probability: 0.5 },
        Step::ColorJitter { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 },
        Step::RandAugment { operations: 2, magnitude: 7.0, fill: 0.0 },
        Step::Normalize { mean: vec![127.5], std: vec![127.5] },
        Step::RandomErasing { probability: 0.5, scale: [0.02, 0.33], ratio: [0.3, 3.3], fill: 0.0 },
    ]);
    let mix = Some(Mix { mixup: 0.2, cutmix: 1.0, probability: 0.8 });
    LoaderOptions { batch: 5, shuffle: true, seed: 11, transform, mix, ..LoaderOptions::default() }
}

fn batches(split: &Split, options: &LoaderOptions, epoch: u64) -> Vec<Batch> {
    Loader::new(split, options.clone()).unwrap().epoch(epoch).map(Result::unwrap).collect()
}

#[test]
fn batches_do_not_depend_on_threads_or_on_where_one_starts() {
    let split = split("threads");
    let expected =
        [batches(&split, &LoaderOptions { workers: 0, ..options() }, 0), batches(&split, &options(), 1)]
            .concat();
    assert_eq!(expected.iter().map(Batch::len).collect::<Vec<_>>(), [5, 5, 5, 5, 3, 5, 5, 5, 5, 3]);
    assert!(expected.iter().any(|batch| !batch.mixed.is_empty()));
    for workers in [0, 1, 2, 5, 9] {
        for ahead in [1, 20] {
            let loader = Loader::new(&split, LoaderOptions { workers, ahead, ..options() }).unwrap();
            for start in [0, 3, 4] {
                let found: Vec<Batch> = loader.from(0, start).take(10 - start).map(Result::unwrap).collect();
                assert_eq!(found, expected[start..], "{workers} {ahead} {start}");
            }
        }
    }
    let other = batches(&split, &LoaderOptions { seed: 12, ..options() }, 0);
    assert_ne!(other[0].samples, expected[0].samples);
}

#[test]
fn an_epoch_has_each_sample_once_in_its_own_order() {
    let split = split("epochs");
    let samples = |epoch| {
        let batches = batches(&split, &options(), epoch);
        batches.into_iter().flat_map(|batch| batch.samples).collect::<Vec<_>>()
    };
    let (first, second) = (samples(0), samples(1));
    assert_ne!(first, second);
    for mut order in [first, second] {
        order.sort_unstable();
        assert_eq!(order, (0..23).collect::<Vec<_>>());
    }
    let plain = LoaderOptions { batch: 10, drop_last: true, workers: 2, ..LoaderOptions::default() };
    let batches = batches(&split, &plain, 0);
    assert_eq!(
        batches.iter().map(|batch| batch.samples.clone()).collect::<Vec<_>>(),
        [(0..10).collect::<Vec<_>>(), (10..20).collect()]
    );
    for batch in &batches {
        assert_eq!(batch.shape(), [10, 9, 7, 3]);
        assert!(batch.samples.iter().zip(&batch.labels).all(|(sample, label)| sample % 3 == *label as usize));
    }
}

#[test]
fn shards_make_the_joint_batch() {
    let split = split("shards");
    let whole = batches(&split, &options(), 2);
    for count in [2, 3, 4] {
        let shards: Vec<Vec<Batch>> = (0..count)
            .map(|index| batches(&split, &LoaderOptions { shard: Shard { index, count }, ..options() }, 2))
            .collect();
        for (index, joint) in whole.iter().enumerate() {
            let parts = || shards.iter().map(|shard| &shard[index]);
            assert!(parts().flat_map(|part| &part.images).eq(&joint.images), "{count} {index}");
            assert!(parts().flat_map(|part| &part.labels).eq(&joint.labels));
            assert!(parts().flat_map(|part| &part.mixed).eq(&joint.mixed));
            assert!(parts().all(|part| part.joint == joint.len()));
        }
    }
}

#[test]
fn damaged_pictures_are_left_out_and_named() {
    let folder = Folder::new("corrupt");
    for index in 0..12 {
        folder.picture(&format!("{}/{index:02}.png", index / 6), 4, 4, index);
    }
    folder.write("0/03.png", b"rubbish");
    let whole = std::fs::read(folder.path().join("1/08.png")).unwrap();
    folder.write("1/08.png", &whole[..whole.len() / 2]);
    let dataset = Dataset::open(folder.path()).unwrap();
    let options = LoaderOptions { batch: 4, mix: options().mix, ..LoaderOptions::default() };
    let batches = batches(dataset.train().unwrap(), &options, 0);
    assert_eq!(batches.iter().map(Batch::len).collect::<Vec<_>>(), [3, 4, 3]);
    let skipped: Vec<_> = batches.iter().flat_map(|batch| &batch.skipped).collect();
    assert_eq!(skipped.iter().map(|skipped| skipped.sample).collect::<Vec<_>>(), [3, 8]);
    assert!(skipped[0].error.to_string().contains("03.png: not a picture"), "{}", skipped[0].error);
    assert!(skipped[1].error.to_string().contains("08.png"));
    (0..4).for_each(|index| drop(folder.write(&format!("0/0{index}.png"), b"rubbish")));
    let loader = Loader::new(dataset.train().unwrap(), LoaderOptions { workers: 2, ..options }).unwrap();
    let mut batches = loader.epoch(0);
    let error = batches.next().unwrap().unwrap_err().to_string();
    assert!(error.contains("none of the 4 images") && error.contains("00.png"), "{error}");
    assert!(batches.next().is_none());
}

#[test]
fn images_of_several_sizes_need_a_resize() {
    let folder = Folder::new("sizes");
    folder.picture("a/1.png", 4, 4, 0);
    folder.picture("a/2.png", 4, 5, 0);
    let dataset = Dataset::open(folder.path()).unwrap();
    let split = dataset.part(Part::Train).unwrap();
    let next = |steps: Vec<Step>| {
        let options = LoaderOptions { transform: Transform::new(steps), ..LoaderOptions::default() };
        Loader::new(split, options)?.epoch(0).next().unwrap()
    };
    let error = next(vec![]).unwrap_err().to_string();
    assert!(error.contains("2.png: the image has 4 x 5 x 1 numbers, others have 4 x 4 x 1"), "{error}");
    let error = next(vec![Step::CenterCrop { size: 9.into() }]).unwrap_err().to_string();
    assert!(
        error.contains("1.png: center_crop: an image of 4 x 4 is smaller than the part of 9 x 9"),
        "{error}"
    );
    let resize = Step::Resize { size: 3.into(), antialias: false };
    assert_eq!(next(vec![resize.clone(), Step::Channels { count: 3 }]).unwrap().shape(), [2, 3, 3, 3]);
    assert_eq!(next(vec![resize]).unwrap().shape(), [2, 3, 3, 1]);
    let error = next(vec![Step::Channels { count: 2 }]).unwrap_err().to_string();
    assert!(error.contains("channels: count must be 1 or 3"));
}

#[test]
fn streams_that_are_not_read_to_their_end_stop() {
    let split = split("drop");
    let loader = Loader::new(&split, LoaderOptions { workers: 3, ..options() }).unwrap();
    for taken in 0..4 {
        assert_eq!(loader.from(0, 0).take(taken).count(), taken);
    }
    assert!(Loader::new(&split, LoaderOptions { batch: 0, ..options() }).is_err());
    assert!(Loader::new(&split, LoaderOptions { batch: 24, drop_last: true, ..options() }).is_err());
    assert!(Loader::new(&split, LoaderOptions { shard: Shard { index: 2, count: 2 }, ..options() }).is_err());
}
