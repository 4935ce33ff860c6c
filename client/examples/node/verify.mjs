// SPDX-License-Identifier: Apache-2.0
//
// Verifies signed articles by a keyring, without any of Chirograph's code. A line for each: its verdict, the key that
// verified it, and the SHA-256 of its canonical form.
//
//   npm ci
//   node verify.mjs keys/keyring.yaml article.md...
//
// Exits with 0 where all are VALID, with 1 where one is not.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import YAML from 'yaml';
import { canonicalForm, checkSignature, fieldParts, fits, open, readDocument, sha256, signingInput } from './article.mjs';

function readKeyring(file) {
  const near = (name) => readFileSync(resolve(dirname(file), name), 'utf8');
  const publishers = new Map();
  for (const [domain, keys] of Object.entries(YAML.parse(readFileSync(file, 'utf8')).publishers)) {
    publishers.set(domain.toLowerCase(), keys.map((key) => ({
      ...key,
      envelope: key.envelope ?? 'none',
      publicKey: createPublicKey(near(key.public_key)),
      envelopeKey: key.envelope_key_file && Buffer.from(near(key.envelope_key_file).trim(), 'hex'),
    })));
  }
  return publishers;
}

// The verdict on one document now, in the order of docs/secured-field.md.
function judge({ article, secured }, keyring, now) {
  if (secured === '') return ['UNSIGNED'];
  const parts = fieldParts(secured);
  if (!parts) return ['MALFORMED'];
  const keys = keyring.get(String(article.provider?.domain).toLowerCase());
  if (!keys) return ['UNKNOWN_KEY'];
  const fitting = keys.filter((key) => fits(key.algorithm, key.envelope, key.publicKey, parts));
  if (fitting.length === 0) return ['MALFORMED'];

  const input = signingInput(article);
  const verified = fitting.filter((key) => {
    const signature = open(key.envelope, key.envelopeKey, parts);
    return signature && checkSignature(key.algorithm, key.publicKey, input, signature);
  });
  const time = (text, otherwise) => (text ? Date.parse(text) : otherwise);
  const revoked = (key) => time(key.revoked_at, Infinity) <= now;
  const inPeriod = (key) => time(key.not_before, -Infinity) <= now && now < time(key.not_after, Infinity);
  for (const [verdict, counts] of [
    ['VALID', (key) => inPeriod(key) && !revoked(key)],
    ['KEY_REVOKED', revoked],
    ['KEY_OUT_OF_PERIOD', () => true],
  ]) {
    const key = verified.find(counts);
    if (key) return [verdict, key.id];
  }
  return ['INVALID'];
}

const [keyringFile, ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error('Usage: node verify.mjs KEYRING ARTICLE...');
  process.exit(2);
}
const keyring = readKeyring(keyringFile);
for (const file of files) {
  const document = readDocument(readFileSync(file, 'utf8'));
  const [verdict, id = '-'] = judge(document, keyring, Date.now());
  console.log(`${file} ${verdict} ${id} ${sha256(canonicalForm(document.article)).toString('hex')}`);
  if (verdict !== 'VALID') process.exitCode = 1;
}
