//! The recipes in the repository.

use std::path::Path;

use featherlite_train::{Recipe, SupernetRecipe};

#[test]
fn recipes_for_fashion_mnist_are_of_small_networks() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/fashion-mnist");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let recipe = Recipe::from_toml(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        recipe.for_qat().unwrap();
        let network = recipe.arch(&folder, 10).unwrap().network().unwrap();
        let found =
            format!("{}: {} parameters, {} MACs", path.display(), network.parameters(), network.macs());
        assert!(network.parameters() <= 500_000, "{found}");
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn recipes_of_supernets_fit_their_spaces() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes");
    let recipes = [
        ("ofa-fashion-mnist", 10),
        ("ofa-fashion-mnist-at-once", 10),
        ("ofa-fashion-mnist-full", 10),
        ("ofa-images", 6),
        ("ofa-mbv3-imagenet", 1000),
    ];
    for (name, classes) in recipes {
        let text = std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
        let recipe = SupernetRecipe::from_toml(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let space = recipe.space(&folder, classes).unwrap();
        let network = space.full.network().unwrap();
        let found = (network.parameters(), network.macs());
        assert!(
            !name.starts_with("ofa-fashion-mnist") || (found.0 <= 3_000_000 && found.1 <= 60_000_000),
            "{found:?}"
        );
    }
}

#[test]
fn the_recipe_of_classify_is_of_a_small_network() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/classify.toml");
    let recipe = Recipe::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap();
    recipe.for_qat().unwrap();
    let network = recipe.arch(Path::new("."), 10).unwrap().network().unwrap();
    assert!(network.parameters() <= 150_000 && recipe.probabilities);
}
