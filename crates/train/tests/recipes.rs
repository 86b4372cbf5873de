//! The recipes in the repository.

use std::path::Path;

use featherlite_train::Recipe;

#[test]
fn recipes_for_fashion_mnist_are_of_small_networks() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/fashion-mnist");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
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
