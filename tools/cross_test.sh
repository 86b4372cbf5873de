#!/usr/bin/env bash
# Tests the crates with kernels on processors that are not this machine's (docs/targets.md):
#
#   tools/cross_test.sh [aarch64] [wasm32]
#
# AArch64 runs under qemu, once for each processor in QEMU_CPUS, which differ by instruction sets; WebAssembly runs in node,
# once with plain vectors and once with relaxed ones. CROSS_RUSTFLAGS is for the compiler, such as --sysroot=FOLDER.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- aarch64 wasm32

for target in "$@"; do
    case $target in
    aarch64)
        export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
        export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS="${CROSS_RUSTFLAGS:-}"
        for cpu in ${QEMU_CPUS:-cortex-a53 cortex-a76 max,sve=off}; do
            echo "== aarch64, $cpu"
            export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -cpu $cpu -L /usr/aarch64-linux-gnu"
            cargo test --quiet --target aarch64-unknown-linux-gnu --lib \
                -p featherlite-simd -p featherlite-gemm -p featherlite-ops
        done
        ;;
    wasm32)
        export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="node --experimental-wasm-relaxed-simd $PWD/tools/run_wasm.mjs"
        for features in +simd128 +simd128,+relaxed-simd; do
            echo "== wasm32, $features"
            export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-C target-feature=$features ${CROSS_RUSTFLAGS:-}"
            cargo test --quiet --target wasm32-unknown-unknown --lib \
                -p featherlite-simd -p featherlite-gemm -p featherlite-ops
        done
        ;;
    *)
        echo "unknown target $target" >&2
        exit 64
        ;;
    esac
done
