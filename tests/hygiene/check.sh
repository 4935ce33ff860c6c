#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The checks behind `./run check [--fix]`. Each prints one line of summary, after what it found. Wants the
# release built: clang-tidy reads what protoc made, and how each file is compiled.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fix=false
tidy=true
tidy_half=
for argument in "$@"; do
  case $argument in
    --fix) fix=true ;;
    # Every second file, or none, for CI, where nothing is remembered.
    --tidy-half=[01]) tidy_half=${argument#*=} ;;
    --no-tidy) tidy=false ;;
    *)
      printf 'check: there is no option %s; there are --fix, --no-tidy, --tidy-half=0 and --tidy-half=1\n' \
        "$argument" >&2
      exit 2
      ;;
  esac
done

failed=0
# verdict NAME FINDINGS WHAT: the line of summary.
verdict() {
  if [[ $2 -eq 0 ]]; then
    printf 'ok    %-8s %s\n' "$1" "$3"
  else
    printf 'FAIL  %-8s %s: %d\n' "$1" "$3" "$2"
    failed=1
  fi
}

# What git tracks or would track, and what is there; a checkout of another user's is fine to read.
files() {
  local file
  git -c safe.directory='*' ls-files --cached --others --exclude-standard -- "$@" | sort -u |
    while IFS= read -r file; do
      if [[ -f $file ]]; then printf '%s\n' "$file"; fi
    done
}

# --- format ---

check_format() {
  local sources=() output bad
  mapfile -t sources < <(files '*.cc' '*.h')
  if $fix; then clang-format -i "${sources[@]}"; fi
  output=$(clang-format --dry-run "${sources[@]}" 2>&1 || true)
  bad=$(grep -oE '^[^ :]+:[0-9]+:[0-9]+: (warning|error)' <<<"$output" | cut -d: -f1 | sort -u || true)
  [[ -z $bad ]] || printf '%s: not formatted; ./run check --fix does it\n' $bad >&2
  verdict format "$(wc -w <<<"$bad")" "clang-format over ${#sources[@]} files"
}

# --- clang-tidy ---
#
# It takes minutes for all files, so it remembers which were clean: by the content of the file, of every header
# of ours that it includes, and of what else decides. The folder may be thrown away.

tidy_cache=${CHIROGRAPH_TIDY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chirograph-tidy}

# "SOURCE KEY" for each source that is compiled and delivered: the tests are twice as many, and would take
# longer than all else that CI does. ninja knows what each includes, together with those it is compiled with.
tidy_keys() {
  local common
  common=$({
    clang-tidy --version
    c++ --version
    cat .clang-tidy cmake/Toolchain.cmake
  } | sha256sum | cut -c1-64)
  ninja -C build/release -t deps | awk -v root="$PWD/" '
    function flush(  s, p) {
      for (s in sources) for (p in paths) print s, p
      split("", sources); split("", paths)
    }
    /^[^ ]/ { flush(); next }
    /^    / {
      path = $1
      if (path ~ /^\.\.\/\.\.\//) path = substr(path, 7)
      if (index(path, root) == 1) path = substr(path, length(root) + 1)
      if (path ~ /^\//) next
      if (path ~ /^generated\//) path = "build/release/" path
      paths[path]
      if (path ~ /\.cc$/) sources[path]
    }
    END { flush() }' | grep -v ' \.\.' | sort -u >build/tidy.deps
  cut -d' ' -f2 build/tidy.deps | sort -u | xargs -d '\n' sha256sum >build/tidy.sums 2>/dev/null || true
  awk 'FNR == NR { sum[$2] = $1; next } { print $1, sum[$2] }' build/tidy.sums build/tidy.deps |
    awk -v common="$common" '
      $1 != last { if (last != "") print last, keys; last = $1; keys = common }
      { keys = keys ":" $2 }
      END { if (last != "") print last, keys }' |
    while read -r source keys; do
      [[ $source == build/* || $source == tests/* || ! -f $source ]] || printf '%s %s\n' "$source" "$(printf %s "$source:$keys" | sha256sum | cut -c1-64)"
    done
}

# Called by xargs below for one file.
tidy_one() {
  local source=$1 key=$2 output
  if output=$(clang-tidy -p build/tidy --quiet "$source" 2>/dev/null); then
    mkdir -p "$CHIROGRAPH_TIDY_CACHE"
    touch "$CHIROGRAPH_TIDY_CACHE/$key"
  else
    printf '%s\n' "${output:-$source: clang-tidy failed without a word}" >&2
    printf '%s\n' "$source"
  fi
}

check_tidy() {
  local source key all=0 todo=() bad
  # Each file by itself, and without the compiler's precompiled headers, which are none for clang: so it is seen
  # to include what it uses. What protoc makes is the release's.
  cmake --preset release -B build/tidy -DCHIROGRAPH_UNITY=OFF -DCHIROGRAPH_BUILD_TESTS=OFF \
    >build/check.configure.log 2>&1 || {
    tail -20 build/check.configure.log >&2
    verdict tidy 1 "build/tidy cannot be configured"
    return
  }
  sed -i -E 's/-Winvalid-pch|-include [^ ]*cmake_pch\.hxx//g; s|build/tidy/generated|build/release/generated|g' \
    build/tidy/compile_commands.json
  while read -r source key; do
    all=$((all + 1))
    [[ -n $tidy_half && $((all % 2)) -ne $tidy_half ]] || [[ -e $tidy_cache/$key ]] || todo+=("$source" "$key")
  done < <(tidy_keys)
  if [[ $all -eq 0 ]]; then
    verdict tidy 1 "no source is compiled in build/release"
    return
  fi
  bad=
  if [[ ${#todo[@]} -gt 0 ]]; then
    printf 'clang-tidy looks at %d of %d files\n' $((${#todo[@]} / 2)) "$all"
    export -f tidy_one
    export CHIROGRAPH_TIDY_CACHE=$tidy_cache
    bad=$(printf '%s\n' "${todo[@]}" | xargs -d '\n' -n 2 -P "$(nproc)" bash -c 'tidy_one "$@"' _)
  fi
  verdict tidy "$(grep -c . <<<"$bad" || true)" "clang-tidy over ${tidy_half:+every second of }$all files"
}

# --- licence lines ---

check_licence() {
  local file bad=0 all=0
  while IFS= read -r file; do
    all=$((all + 1))
    if ! head -3 "$file" | grep -qxE '(//|#|<!--) SPDX-License-Identifier: Apache-2\.0( -->)?'; then
      printf '%s: its first lines have no "SPDX-License-Identifier: Apache-2.0"\n' "$file" >&2
      bad=$((bad + 1))
    fi
  done < <(files '*.cc' '*.h' '*.proto' '*.sh' '*.cmake' '*CMakeLists.txt' '*.supp' '*.go' '*go.mod' '*.mjs' '*.py' '*.npmrc' 'docs/*.md' README.md .clang-format .clang-tidy .gitattributes .gitignore run .ci/run)
  verdict licence "$bad" "SPDX lines in $all files"
}

# --- unregistered tests ---

check_registered() {
  local bad=0 all
  all=$(files 'tests/*_test.cc' | wc -l)
  # tests/CMakeLists.txt compares what there is with what the test executables take.
  cmake --preset release >build/check.configure.log 2>&1 || {
    tail -20 build/check.configure.log >&2
    bad=1
  }
  verdict tests "$bad" "each of $all test files is in an executable"
}

# --- layers ---
#
# crypto <- proto <- service, client. Folders named internal/ are their own folder's (and its tests'), and the
# libraries that only a .cc may use are in no header but there. (hygiene.header.* in CTest looks at what the
# headers include in turn.)

check_layers() {
  local found own
  found=$({
    files 'crypto/*.cc' 'crypto/*.h' | xargs -r grep -nHE '#include ["<](proto|service|client|grpc|grpcpp|google)/' || true
    files 'proto/*.cc' 'proto/*.h' | xargs -r grep -nHE '#include "(service|client)/' || true
    files 'service/*.cc' 'service/*.h' | xargs -r grep -nHE '#include "client/' || true
    files 'client/*.cc' 'client/*.h' | xargs -r grep -nHE '#include ["<](service|rocksdb)/' || true
    for part in crypto proto service client; do
      own="^(tests/)?$part/"
      [[ $part != service ]] || own='^(service|tests/service|tests/faults)/'  # tests/faults: of the store's disk
      files '*.cc' '*.h' | grep -vE "$own" | xargs -r grep -nHE "#include \"$part/(.*/)?internal/" || true
      files "$part/*.h" | grep -v '/internal/' |
        xargs -r grep -nHE '#include ("[a-z_/]*internal/|["<](openssl/|rocksdb/|yaml-cpp/|curl/|httplib\.h|zlib\.h|zip\.h))' || true
    done
  })
  [[ -z $found ]] || printf '%s\n' "$found" >&2
  verdict layers "$(grep -c . <<<"$found" || true)" "who includes whom"
}

# --- links ---

# The anchors of a page, as GitHub names its headings.
anchors() {
  sed -nE 's/^#+ +//p' "$1" | tr '[:upper:]' '[:lower:]' | sed -E 's/`//g; s/[^a-z0-9 _-]//g; s/ /-/g'
}

check_links() {
  local page link target anchor file bad=0 all=0
  while IFS= read -r page; do
    while IFS= read -r link; do
      all=$((all + 1))
      target=${link%%#*}
      anchor=
      [[ $link == *'#'* ]] && anchor=${link#*#}
      file=$page
      if [[ -n $target ]]; then
        file=$(dirname "$page")/$target
        [[ $target == /* ]] && file=.$target
      fi
      if [[ ! -e $file ]]; then
        printf '%s: %s leads nowhere\n' "$page" "$link" >&2
        bad=$((bad + 1))
      elif [[ -n $anchor && $file == *.md ]] && ! anchors "$file" | grep -qxF -- "$anchor"; then
        printf '%s: %s has no heading of that name\n' "$page" "$link" >&2
        bad=$((bad + 1))
      fi
    done < <(awk '/^ *```/ { code = !code } !code' "$page" | grep -oE '\]\([^) ]+' | cut -c3- |
      grep -vE '^[a-z]+:' || true)
  done < <(files '*.md')
  verdict links "$bad" "$all links in README.md and docs/"
}

check_format
check_licence
check_registered
check_layers
check_links
if $tidy; then check_tidy; else printf 'skip  tidy     --no-tidy\n'; fi
exit "$failed"
