#!/bin/sh
# Builds vad.wasm beside its source, or where $1 says. Same bytes each time with clang and lld 14 (Debian 12).
# Links with wasm-ld itself: clang would call a wasm-opt from the PATH, whose age decides whether it knows SIMD.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/vad.wasm}
object=$(mktemp)
trap 'rm -f "$object"' EXIT
clang --target=wasm32 -std=c11 -O3 -Wall -Wextra -Werror -ffreestanding -nostdlib -fno-math-errno \
  -msimd128 -c "$here/vad.c" -o "$object"
wasm-ld --no-entry --strip-all --import-memory --stack-first -z stack-size=16384 "$object" -o "$out"
