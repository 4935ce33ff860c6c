#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Checks a .tlog-proof without the archive, with the openssl command: that the log signed the checkpoint, that the entry
# is in the log, that it is this article's, and that the publisher signed it. No envelope key is needed: the proof has
# the signature as the archive opened it.
#
#   check-proof.sh PROOF.tlog-proof VKEY ARTICLE.md ALGORITHM PUBLIC-KEY.pem
#
# The proof comes from `chirograph proof get`, VKEY is what `chirographd init` printed. Wants protoc and the .proto files
# (CHIROGRAPH_PROTO names their folder), and chirograph in PATH, for the canonical form alone.
set -euo pipefail
[[ $# -eq 5 ]] || { sed -n 's/^#   //p' "$0" >&2 && exit 2; }
proof=$1 vkey=$2 article=$3 algorithm=$4 public_key=$5
here=$(dirname "$0")
proto=${CHIROGRAPH_PROTO:-$here/../../../proto}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'check-proof.sh: %s\n' "$1" >&2
  exit 1
}
sha256() { openssl dgst -sha256 -binary; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
bytes() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }

# decode MESSAGE: the message on standard input as text, a field a line.
decode() { protoc -I "$proto" --decode="chirograph.v1.$1" chirograph/v1/log_entry.proto chirograph/v1/receipt.proto; }

# field NAME FILE: a bytes field of such a text. protoc writes bytes as C strings, which printf reads.
field() {
  local text
  text=$(sed -nE "s/^ *$1: \"(.*)\"\$/\1/p" "$2")
  # shellcheck disable=SC2059 # the text is the format: %b would leave \" as it is
  printf "${text//%/%%}"
}

# 1. The checkpoint is all after the first empty line: three lines, an empty line, the log's signature.
note=$work/note
sed '1,/^$/d' "$proof" >"$note"
sed '/^$/,$d' "$note" >"$work/signed-text"
{ read -r origin && read -r size && read -r root; } <"$work/signed-text"
[[ $origin == "${vkey%%+*}" ]] || fail "the checkpoint is of $origin, not of ${vkey%%+*}"
key=$(base64 -d <<<"${vkey#*+*+}" | hex)
bytes "302a300506032b6570032100${key:2}" | openssl pkey -pubin -inform DER -out "$work/log.pem"
grep -m1 -F -- "— $origin " "$note" | sed 's/.* //' | base64 -d | tail -c +5 >"$work/log-signature"
"$here/verify-signature.sh" ed25519 "$work/log.pem" "$work/log-signature" "$work/signed-text" >"$work/said" ||
  fail "the log's signature on the checkpoint does not verify"

# 2. From the entry's leaf hash up to the root hash (RFC 9162, section 2.1.3.2).
sed -n 's/^extra //p' "$proof" | base64 -d | decode TlogProofExtra >"$work/extra"
field log_entry "$work/extra" >"$work/entry"
field opening "$work/extra" >"$work/opening"
index=$(sed -n 's/^index //p' "$proof")
((index < size)) || fail "index $index is not in a tree of $size"
hash=$({ printf '\0' && cat "$work/entry"; } | sha256 | hex)
node=$index last=$((size - 1))
while read -r sibling; do
  ((last > 0)) || fail "the inclusion proof is too long"
  sibling=$(base64 -d <<<"$sibling" | hex)
  if ((node % 2 == 1 || node == last)); then
    hash=$(bytes "01$sibling$hash" | sha256 | hex)
    while ((node % 2 == 0 && node != 0)); do ((node /= 2, last /= 2)) || true; done
  else
    hash=$(bytes "01$hash$sibling" | sha256 | hex)
  fi
  ((node /= 2, last /= 2)) || true
done < <(sed '/^$/,$d' "$proof" | grep -vE '^(c2sp|extra|index)')
((last == 0)) || fail "the inclusion proof is too short"
[[ $hash == "$(base64 -d <<<"$root" | hex)" ]] || fail "the entry at index $index is not in the log"

# 3. The entry has the opening's digest, and the opening the article's.
decode LogEntry <"$work/entry" >"$work/entry.txt"
decode Opening <"$work/opening" >"$work/opening.txt"
[[ $(field opening_digest "$work/entry.txt" | hex) == "$(sha256 <"$work/opening" | hex)" ]] ||
  fail "the opening is not that of the entry"
[[ $(field article_digest "$work/opening.txt" | hex) == "$(chirograph canonical "$article" | sha256 | hex)" ]] ||
  fail "another article than $article is archived at index $index"

# 4. The publisher's signature, by his public key.
field opened_signature "$work/opening.txt" >"$work/signature"
[[ -s $work/signature ]] || fail "the archive opened no signature on this article"
chirograph canonical --signing-input "$article" >"$work/input"
"$here/verify-signature.sh" "$algorithm" "$public_key" "$work/signature" "$work/input" >"$work/said" ||
  fail "the publisher's signature does not verify"

printf '%s: index %s of %s, size %s; signed with %s\n' "$article" "$index" "$origin" "$size" "$public_key"
