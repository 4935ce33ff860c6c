#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `./run fuzz [SECONDS]` builds the fuzzers, then calls this: each runs for so many seconds, beginning with its seeds and
# what it found in earlier runs (build/fuzz/corpus/, which may be thrown away). An input that breaks one is kept in
# build/fuzz/, and is to become a seed once the defect is gone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${1:-60}
[[ $# -le 1 && $seconds =~ ^[1-9][0-9]*$ ]] || {
  printf 'fuzz: %s is no number of seconds\n' "$*" >&2
  exit 2
}

fuzz_one() {
  local name=$1 seconds=$2 corpus=build/fuzz/corpus/$1 log=build/fuzz/$1.log
  mkdir -p "$corpus"
  if timeout $((seconds + 60)) "build/fuzz/bin/${name}_fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/$name-" "$corpus" "tests/fuzz/seeds/$name" >"$log" 2>&1; then
    printf 'ok   %-13s %s inputs in %s s, from %s seeds\n' "$name" \
      "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$seconds" \
      "$(find "tests/fuzz/seeds/$name" -type f | wc -l)"
  else
    printf 'FAIL %-13s all of it is in %s:\n' "$name" "$log"
    grep -E 'does not hold|runtime error|ERROR: |^ +#[0-9]+ .*(crypto|fuzz)/|Test unit written' "$log" | head -20
    return 1
  fi
}
export -f fuzz_one

find tests/fuzz -name '*_fuzzer.cc' -printf '%f\n' | sed 's/_fuzzer\.cc$//' | sort |
  xargs -P "$(nproc)" -I{} bash -c 'fuzz_one "$@"' _ {} "$seconds" ||
  {
    printf 'fuzz: a parser broke a promise, or a limit of time or memory; to see it again: build/fuzz/bin/NAME_fuzzer FILE\n' >&2
    exit 1
  }
