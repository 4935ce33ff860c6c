#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `./run interop` builds, installs what is missing, then calls this: the examples of client/examples/, which have none
# of our code, against an archive of this run. Each tool must also say no to something wrong. Ends by itself, and says
# what it did not check and why; with CI=true that is a failure. docs/interop.md says which tool checks what.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=${CHIROGRAPH_BIN_DIR:-$root/build/release/bin}
tools=${CHIROGRAPH_INTEROP_DIR:-$root/build/interop}
examples=$root/client/examples
python=${CHIROGRAPH_PYTHON:-/usr/bin/python3}
domain=news.example
records=1000  # so that there are some full tiles, a partial one, and a second level

work=$(mktemp -d)
mkdir -p "$tools"
export PATH=$bin:$PATH
export CHIROGRAPH_STATE_DIR=$work/state CHIROGRAPH_KEYRING=$work/keys/keyring.yaml CHIROGRAPH_PROTO=$root/proto
export PYTHONPATH=$tools/python:$examples/python PYTHONDONTWRITEBYTECODE=1
unset CHIROGRAPH_LOG_KEY CHIROGRAPH_SERVER

server=
finish() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- checks: a line for each, and what a failed one said ---

passed=0 failed=0 skipped=0

fail() {
  printf 'FAIL %s: %s\n' "$1" "$2"
  sed 's/^/       /' "$work/out" | tail -20
  failed=$((failed + 1))
}

pass() {
  printf 'ok   %s: %s\n' "$1" "$2"
  passed=$((passed + 1))
}

# check TOOL WHAT COMMAND...: the command must succeed. Each has two minutes.
check() {
  local tool=$1 what=$2
  shift 2
  if timeout 120 "$@" >"$work/out" 2>&1; then pass "$tool" "$what"; else fail "$tool" "$what"; fi
}

# refuses TOOL WHAT PATTERN COMMAND...: the command must fail, and say why.
refuses() {
  local tool=$1 what=$2 pattern=$3
  shift 3
  local code=0
  timeout 120 "$@" >"$work/out" 2>&1 || code=$?
  if [[ $code -eq 0 ]]; then
    fail "$tool" "$what (it was taken)"
  elif [[ $code -eq 124 ]]; then
    fail "$tool" "$what (it did not end)"
  elif grep -qE -- "$pattern" "$work/out"; then
    pass "$tool" "$what"
  else
    fail "$tool" "$what (it failed, but did not say \"$pattern\")"
  fi
}

skip() {
  printf 'SKIP %s: %s\n' "$1" "$2"
  skipped=$((skipped + 1))
}

stop() {
  printf 'interop: %s\n' "$1" >&2
  [[ ! -s ${2:-} ]] || tail -20 "$2" >&2
  exit 3
}

# --- the tools ---

prepare_go() {
  (cd "$examples/go" && GOFLAGS=-mod=readonly GOTOOLCHAIN=local timeout 300 go build -buildvcs=false -o "$tools/checklog" .) \
    >"$work/go.log" 2>&1 || stop "go could not build the example" "$work/go.log"
}

prepare_node() {
  mkdir -p "$tools/node"
  cp "$examples"/node/*.mjs "$examples"/node/package*.json "$examples/node/.npmrc" "$root"/tests/interop/*.mjs "$tools/node/"
  if ! cmp -s "$tools/node/package-lock.json" "$tools/node/installed.json"; then
    (cd "$tools/node" && timeout 300 npm ci && cp package-lock.json installed.json) >"$work/npm.log" 2>&1 ||
      stop "npm could not install what package-lock.json names" "$work/npm.log"
  fi
}

prepare_python() {
  mkdir -p "$tools/python"
  (cd "$root" && find proto -name '*.proto' -exec protoc -I proto --python_out="$tools/python" \
    --grpc_python_out="$tools/python" --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" {} +) \
    >"$work/protoc.log" 2>&1 || stop "protoc could not make Python of the .proto files" "$work/protoc.log"
}

# --- the archive ---

# NAME ALGORITHM ENVELOPE: a key of each algorithm, and each envelope once.
keys() {
  cat <<'END'
pss rsa-pss-sha256 aes-256-cbc
pkcs1 rsa-pkcs1-sha256 aes-128-cbc
ed ed25519 none
ec ecdsa-p256-sha256 aes-256-gcm
END
}

make_keys() {
  local id algorithm envelope
  while read -r id algorithm envelope; do
    chirograph keys generate --domain "$domain" --id "$id" --algorithm "$algorithm" --envelope "$envelope" --out keys >/dev/null
  done < <(keys)
  {
    printf 'publishers:\n  %s:\n' "$domain"
    while read -r id algorithm envelope; do
      printf '    - id: %s\n      algorithm: %s\n      public_key: %s.%s.public-key.pem\n' "$id" "$algorithm" "$domain" "$id"
      [[ $envelope == none ]] ||
        printf '      envelope: %s\n      envelope_key_file: %s.%s.envelope-key.hex\n' "$envelope" "$domain" "$id"
    done < <(keys)
  } >keys/keyring.yaml
}

signing_key() { printf 'keys/%s.%s.signing-key.pem' "$domain" "$1"; }
public_key() { printf 'keys/%s.%s.public-key.pem' "$domain" "$1"; }

# write_article FILE NAME: quotes, escapes, a float and a list, for the canonical forms to differ over if they do.
write_article() {
  cat >"$1" <<END
---
title: "Article $2: “quoted”, \\"escaped\\", caf\\u00e9"
publishedDateTime: 2026-11-23T08:00:00Z
webUrl: https://$domain/articles/$2
heat: 1.50
topics: [b, a, "1"]
weights: [1e21, 0.000001, -0.0000001, 5e-324]
provider:
  name: The Example News
  domain: $domain
---

The text of article $2.
---
And more.
END
}

start_server() {
  chirographd init --data-dir archive --origin interop.example/log >init.txt
  vkey=$(sed -n 's/^ *\(interop.example.log+.*\)$/\1/p' init.txt)
  chirographd serve --data-dir archive --keyring keys/keyring.yaml --listen 127.0.0.1:0 --port-file port \
    --http-listen 127.0.0.1:0 --http-port-file http-port 2>chirographd.log &
  server=$!
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    [[ -s port ]] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  [[ -s port ]] || stop "chirographd did not start" chirographd.log
  address=127.0.0.1:$(<port)
  http=http://127.0.0.1:$(<http-port)
  export CHIROGRAPH_SERVER=$address CHIROGRAPH_LOG_KEY=$vkey
}

tree_size() { chirograph --json checkpoint | sed 's/.*"treeSize":\([0-9]*\).*/\1/'; }

# A verifier key of the same name, of another log.
other_vkey() {
  chirographd init --data-dir other --origin interop.example/log | sed -n 's/^ *\(interop.example.log+.*\)$/\1/p'
}

# --- what is checked ---

# Runs every command of an evidence case's CHECK.txt, and compares what they print with what it says.
# shellcheck disable=SC2016 # it is for another shell
readonly follow_case='cd "$1" && sed -n "s/^  = //p" CHECK.txt >expected &&
  sed -n "s/^  [$] //p" CHECK.txt | sh >printed 2>&1; diff expected printed && [ "$(wc -l <expected)" -gt 30 ]'

check_openssl() {
  local id algorithm envelope article envelope_key
  while read -r id algorithm envelope; do
    article=openssl-$id.md
    write_article "$article" "openssl-$id"
    chirograph sign --key "$(signing_key "$id")" "$article" >/dev/null
    chirograph ingest "$article" >/dev/null
    chirograph proof get "./$article" -o "$id.tlog-proof" >/dev/null
    envelope_key=()
    [[ $envelope == none ]] || envelope_key=("keys/$domain.$id.envelope-key.hex")
    if [[ $envelope != *-gcm ]]; then  # which `openssl enc` does not know; the proof below has the opened signature
      check openssl "a signature by $algorithm, out of its envelope ($envelope)" \
        "$examples/openssl/check-article.sh" "$article" "$algorithm" "$(public_key "$id")" "${envelope_key[@]}"
    fi
    check openssl "a receipt: the log's signature, the proof, and the opened signature by $algorithm" \
      "$examples/openssl/check-proof.sh" "$id.tlog-proof" "$vkey" "$article" "$algorithm" "$(public_key "$id")"
    chirograph evidence "./$article" -o "$id.zip" >/dev/null
    "$python" -m zipfile -e "$id.zip" "$id.case"
    check openssl "an evidence case's CHECK.txt, followed to the end ($algorithm)" bash -c "$follow_case" _ "$id.case"/evidence-*
    sed 's/The text/The test/' "$article" >"changed-$article"
    refuses openssl "a changed article ($algorithm) is not the archived one" 'another article than' \
      "$examples/openssl/check-proof.sh" "$id.tlog-proof" "$vkey" "changed-$article" "$algorithm" "$(public_key "$id")"
  done < <(keys)

  refuses openssl "a changed article's signature does not verify" '[Ff]ail' \
    "$examples/openssl/check-article.sh" changed-openssl-ed.md ed25519 "$(public_key ed)"
  refuses openssl "another publisher's key does not verify" "publisher's signature does not verify" \
    "$examples/openssl/check-proof.sh" pss.tlog-proof "$vkey" openssl-pss.md rsa-pss-sha256 "$(public_key pkcs1)"
  refuses openssl "another log's key does not verify" "log's signature on the checkpoint does not verify" \
    "$examples/openssl/check-proof.sh" pss.tlog-proof "$other" openssl-pss.md rsa-pss-sha256 "$(public_key pss)"
  spoil ed.case/evidence-*/record.bin
  refuses openssl "an evidence case with a changed record does not hold" 'record.bin: FAILED' bash -c "$follow_case" _ ed.case/evidence-*
  local entry=$(($(sed -n 's/^index //p' ec.tlog-proof) - 1))
  sed "s/^index .*/index $entry/" ec.tlog-proof >moved.tlog-proof
  refuses openssl "a proof at another index does not hold" 'not in the log|inclusion proof is too' \
    "$examples/openssl/check-proof.sh" moved.tlog-proof "$vkey" openssl-ec.md ecdsa-p256-sha256 "$(public_key ec)"
}

check_node() {
  local id algorithm envelope article
  while read -r id algorithm envelope; do
    article=node-$id.md
    write_article "$article" "node-$id"
    check node "sign.mjs signs with $algorithm in $envelope" node "$tools/node/sign.mjs" "$(signing_key "$id")" "$article"
    check node "chirograph finds it VALID" chirograph verify "$article"
    check node "the archive takes it as VALID" chirograph ingest --require valid "$article"
    sed 's/The text/The test/' "$article" >"changed-$article"
    refuses node "the archive refuses it with a letter changed" 'INVALID' chirograph ingest "changed-$article"

    article=chirograph-$id.md
    write_article "$article" "chirograph-$id"
    chirograph sign --key "$(signing_key "$id")" "$article" >/dev/null
    check node "verify.mjs verifies what \`chirograph sign\` signed" node "$tools/node/verify.mjs" keys/keyring.yaml "$article"
    sed 's/The text/The test/' "$article" >"changed-$article"
    refuses node "verify.mjs refuses it with a letter changed" "INVALID" \
      node "$tools/node/verify.mjs" keys/keyring.yaml "changed-$article"
  done < <(keys)

  local vectors
  for vectors in "$root/tests/data/secured" "$root/../shared/vectors/secured"; do [[ ! -d $vectors ]] || break; done
  if [[ -f $vectors/manifest.json ]]; then
    check node "the vectors in tests/data/secured: verdicts and canonical forms" \
      node "$tools/node/vectors.mjs" "$vectors" "$work/vectors"
  else
    skip node "tests/data/secured has no manifest.json"
  fi
}

# Python and Node each archive a part over gRPC; what the one archives the other watches, lists and proves.
check_grpc() {
  local py=("$python" "$examples/python/archive.py" "$address" "$vkey")
  local js=(node "$tools/node/archive.mjs" "$address" "$vkey")
  local i many_py=() many_js=() start watcher code
  local each=$(((records - $(tree_size)) / 2))
  mkdir many
  for ((i = 0; i < 2 * each; i++)); do write_article "many/$i.md" "$i"; done
  chirograph sign --key "$(signing_key ed)" many >/dev/null 2>&1 ||
    find many -name '*.md' -exec chirograph sign --key "$(signing_key ed)" {} + >/dev/null
  for ((i = 0; i < each; i++)); do many_py+=("many/$i.md"); done
  for ((i = each; i < 2 * each; i++)); do many_js+=("many/$i.md"); done

  check python "archives one article, and proves it" "${py[@]}" ingest "${many_py[0]}"
  check node "archives one article, and proves it" "${js[@]}" ingest "${many_js[0]}"
  start=$(tree_size)
  timeout 100 "${js[@]}" watch "$start" $((each - 1)) >watched-by-node 2>&1 &
  watcher=$!
  check python "archives $each articles over one stream, and proves each" "${py[@]}" ingest-many "${many_py[@]}"
  cp "$work/out" archived-by-python
  code=0 && wait "$watcher" || code=$?
  tail -n +2 archived-by-python | sort >expected
  cp watched-by-node "$work/out"
  check node "watched them come (exit code $code), and proved each" cmp expected <(sort watched-by-node)
  start=$(tree_size)
  timeout 100 "${py[@]}" watch "$start" $((each - 1)) >watched-by-python 2>&1 &
  watcher=$!
  check node "archives $each articles over one stream, and proves each" "${js[@]}" ingest-many "${many_js[@]}"
  tail -n +2 "$work/out" | sort >expected
  code=0 && wait "$watcher" || code=$?
  check python "watched them come (exit code $code), and proved each" cmp expected <(sort watched-by-python)

  check python "signs an article that is no file, by the canonical form that the archive makes, and archives it" \
    "${py[@]}" ingest-message "$(signing_key ed)" 'A “message”' "$domain" "https://$domain/message"
  cp "$work/out" message
  check python "it is VALID" grep VALID message
  timeout 60 "${py[@]}" list >listed-by-python
  timeout 60 "${js[@]}" list >listed-by-node
  wc -l <listed-by-python >listed
  check python "lists all $(<listed) articles, and proves each" grep -x $(($(tree_size) - 4)) listed
  check node "lists the same, and proves each" cmp listed-by-python listed-by-node

  local last=$(($(tree_size) - 1)) tampered=many/tampered.md
  sed 's/The text/The test/' many/0.md >"$tampered"
  refuses python "the archive refuses a changed article" 'REJECTED|refused as INVALID' "${py[@]}" ingest "$tampered"
  refuses node "the archive refuses a changed article in a stream" 'refused as INVALID' "${js[@]}" ingest-many many/1.md "$tampered"
  refuses python "another log's key is not taken" 'DOES NOT CHECK' "$python" "$examples/python/archive.py" "$address" "$other" list
  refuses node "another log's key is not taken" 'DOES NOT CHECK' node "$tools/node/archive.mjs" "$address" "$other" list
  check python "a receipt with any byte of it wrong is noticed" "$python" "$root/tests/interop/spoilt_receipts.py" "$address" "$vkey" "$last"
  check node "a receipt with any byte of it wrong is noticed" node "$tools/node/spoilt_receipts.mjs" "$address" "$vkey" "$last"
}

# Changes one bit in the middle of a file.
spoil() {
  "$python" - "$1" <<'END'
import sys
with open(sys.argv[1], "r+b") as file:
    data = bytearray(file.read())
    data[len(data) // 2] ^= 1
    file.seek(0)
    file.write(data)
END
}

check_go() {
  local size file
  size=$(tree_size)
  check go "its own tests: logs of all sorts, any changed bit is seen" \
    bash -c "cd '$examples/go' && GOFLAGS=-mod=readonly GOTOOLCHAIN=local go test ./..."
  check go "opens the checkpoint, and proves the records and the consistency with earlier sizes, over HTTP" \
    "$tools/checklog" -key "$vkey" -old early-checkpoint "$http"
  cp "$work/out" checklog.out
  check go "that were all $size records" grep -x "$size records proved" checklog.out
  check go "and the log extends the checkpoint from before" grep -x 'the log extends the checkpoint in early-checkpoint.*' checklog.out
  refuses go "another log's key opens nothing" 'the checkpoint: ' "$tools/checklog" -key "$other" "$http"

  check python "mirrors the log as static tiles, and makes the same root hash" \
    "$python" "$examples/python/mirror.py" "$address" "$vkey" mirror
  check python "each file of the mirror is what HTTP serves" "$python" "$root/tests/interop/same_files.py" mirror "$http"
  check go "proves the mirror as well" "$tools/checklog" -key "$vkey" -old early-checkpoint mirror
  for file in $(cd mirror && ls checkpoint tile/0/000 tile/0/003.p/* tile/1/000.p/3 tile/entries/001 tile/entries/003.p/*); do
    cp "mirror/$file" kept
    spoil "mirror/$file"
    refuses go "a bit changed in $file is seen" 'checklog: ' "$tools/checklog" -key "$vkey" mirror
    cp kept "mirror/$file"
  done
  check go "and all is well with the bits put back" "$tools/checklog" -key "$vkey" mirror
}

prepare_go
prepare_node
prepare_python
cd "$work"
make_keys
start_server
other=$(other_vkey)
chirograph --json checkpoint | "$python" -c 'import json, sys; sys.stdout.write(json.load(sys.stdin)["note"])' >early-checkpoint
check_openssl
check_node
check_grpc
check_go

printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[[ $failed -eq 0 ]] || exit 1
if [[ $skipped -gt 0 && ${CI:-} == true ]]; then
  printf 'interop: in CI nothing may be skipped\n' >&2
  exit 1
fi
