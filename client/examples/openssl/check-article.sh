#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Verifies a signed article with the openssl command, from its secured line and the publisher's public key:
#
#   check-article.sh ARTICLE.md ALGORITHM PUBLIC-KEY.pem [ENVELOPE-KEY.hex]
#
# With an envelope key (64 hexadecimal digits for aes-256-cbc, 32 for aes-128-cbc) the signature is taken out of its
# envelope first; `openssl enc` knows no aes-256-gcm. Wants chirograph in PATH, for the signing input alone.
set -euo pipefail
[[ $# -eq 3 || $# -eq 4 ]] || { sed -n 's/^#   //p' "$0" >&2 && exit 2; }
article=$1 algorithm=$2 public_key=$3 envelope_key=${4:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

chirograph canonical --signing-input "$article" >"$work/input"
secured=$(sed -nE 's/^secured: *"?([^"]*)"?$/\1/p' "$article")
if [[ -z $envelope_key ]]; then
  printf %s "$secured" | base64 -d >"$work/signature"
else
  key=$(tr -d ' \n' <"$envelope_key")
  iv=$(printf %s "${secured#*;}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
  printf %s "${secured%;*}" | base64 -d |
    openssl enc -d "-aes-$((${#key} * 4))-cbc" -K "$key" -iv "$iv" >"$work/signature"
fi
"$(dirname "$0")/verify-signature.sh" "$algorithm" "$public_key" "$work/signature" "$work/input"
