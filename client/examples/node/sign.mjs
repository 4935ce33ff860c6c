// SPDX-License-Identifier: Apache-2.0
//
// Signs articles in place, with a key that `chirograph keys generate` made, and without any of Chirograph's code:
//
//   npm ci
//   node sign.mjs keys/news.example.org.2026-rsa.signing-key.pem article.md...
import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import YAML from 'yaml';
import { makeSignature, readDocument, seal, signingInput } from './article.mjs';

const [keyFile, ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error('Usage: node sign.mjs SIGNING-KEY-FILE ARTICLE...');
  process.exit(2);
}
const keyText = readFileSync(keyFile, 'utf8');
const key = YAML.parse(keyText.slice(0, keyText.indexOf('-----BEGIN')));
const privateKey = createPrivateKey(keyText);

for (const file of files) {
  const { head, frontMatter, dashes, body, article } = readDocument(readFileSync(file, 'utf8'));
  if (article.provider?.domain?.toLowerCase() !== key.domain) throw new Error(`${file} is not by ${key.domain}`);
  const signature = makeSignature(key.algorithm, privateKey, signingInput(article));
  const secured = seal(key.envelope ?? 'none', Buffer.from(key.envelope_key ?? '', 'hex'), signature);
  const unsigned = frontMatter.replace(/^secured:.*\n/m, '');
  writeFileSync(file, `${head}${unsigned}secured: "${secured}"\n${dashes}${body}`);
  console.log(`${file}: signed as ${key.domain} with ${key.id}`);
}
