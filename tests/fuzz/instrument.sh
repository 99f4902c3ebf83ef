#!/bin/sh
# The compiler for crates of ours that libFuzzer is to look into: `cargo xtask fuzz` sets it as RUSTC_WORKSPACE_WRAPPER, so that everything
# else stays as `cargo test` built it. Counters for every edge of the code, and the operands of comparisons; as cargo-fuzz does without
# sanitizers, which take a nightly toolchain.
exec "$@" \
    -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Clink-dead-code
