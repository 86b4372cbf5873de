#!/usr/bin/env bash
# Builds the Python wheel, installs it beside ai-edge-litert in an environment of its own, and runs the tests of
# crates/python against both.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
python=$target/python/bin/python
if ! "$python" -c "import ai_edge_litert, maturin, numpy, pytest" 2>/dev/null; then
    python3 -m venv "$target/python"
    "$python" -m pip install --quiet ai-edge-litert "maturin>=1.9,<2" numpy pytest
fi
wheels=$(mktemp -d)
trap 'rm -r "$wheels"' EXIT
"$python" -m maturin build --quiet --manifest-path crates/python/Cargo.toml --out "$wheels"
"$python" -m pip install --quiet --force-reinstall --no-deps "$wheels"/*.whl
"$python" -m pytest --quiet crates/python/tests
