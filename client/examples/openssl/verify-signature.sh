#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Verifies one signature with the openssl command:
#
#   verify-signature.sh ALGORITHM PUBLIC-KEY.pem SIGNATURE SIGNING-INPUT
#
# ALGORITHM is one of docs/secured-field.md; the signing input comes from `chirograph canonical --signing-input
# ARTICLE.md`. Exits with 0 where it verifies, with another code where not.
set -euo pipefail
[[ $# -eq 4 ]] || { sed -n 's/^#   //p' "$0" >&2 && exit 2; }
algorithm=$1 public_key=$2 signature=$3 input=$4

case $algorithm in
  rsa-pss-sha256)
    openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 \
      -verify "$public_key" -signature "$signature" "$input"
    ;;
  rsa-pkcs1-sha256 | ecdsa-p256-sha256)
    openssl dgst -sha256 -verify "$public_key" -signature "$signature" "$input"
    ;;
  ed25519)
    openssl pkeyutl -verify -rawin -pubin -inkey "$public_key" -sigfile "$signature" -in "$input"
    ;;
  *)
    printf 'verify-signature.sh: there is no algorithm %s\n' "$algorithm" >&2
    exit 2
    ;;
esac
