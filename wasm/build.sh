#!/bin/sh
# wasm/build.sh resample|vad|echo [OUT] builds one module beside its source, or into OUT. clang and lld 14 (Debian 12)
# give the same bytes each time. It links with wasm-ld itself: clang would run a wasm-opt from the PATH, and an old one
# does not know SIMD.
set -eu
module=${1:-}
# The stack lies first in the memory; filter-kernel.ts, silero.ts and echo.ts of src/audio place their arrays behind it.
case $module in
  resample) stack=1024 ;;
  vad) stack=16384 ;;
  echo) stack=8192 ;;
  *) echo "usage: $0 resample|vad|echo [OUT]" >&2; exit 2 ;;
esac
folder=$(cd "$(dirname "$0")" && pwd)/$module
out=${2:-$folder/$module.wasm}
object=$(mktemp)
trap 'rm -f "$object"' EXIT
clang --target=wasm32 -std=c11 -O3 -Wall -Wextra -Werror -ffreestanding -nostdlib -fno-math-errno \
  -msimd128 -c "$folder/$module.c" -o "$object"
wasm-ld --no-entry --strip-all --import-memory --stack-first -z stack-size="$stack" "$object" -o "$out"
