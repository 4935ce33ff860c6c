// SPDX-License-Identifier: Apache-2.0
//
// Asks whether the Node example agrees with the vectors of a folder: vectors.mjs FOLDER WORK-FOLDER. Each document that
// can be read must have the verdict and the canonical form of manifest.json. Lies beside the example when it runs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, work] = process.argv.slice(2);
const { keys, cases } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const verifyScript = fileURLToPath(new URL('verify.mjs', import.meta.url));
mkdirSync(work, { recursive: true });

// A keyring for each key: the manifest says of each document which is meant.
for (const key of Object.values(keys)) {
  const lines = ['publishers:', `  ${key.domain}:`, `    - id: ${key.id}`, `      algorithm: ${key.algorithm}`,
    `      public_key: ${resolve(folder, key.public_key)}`, `      envelope: ${key.envelope}`];
  if (key.envelope_key_hex) {
    writeFileSync(join(work, `${key.id}.hex`), key.envelope_key_hex);
    lines.push(`      envelope_key_file: ${key.id}.hex`);
  }
  for (const name of ['not_before', 'not_after', 'revoked_at']) if (key[name]) lines.push(`      ${name}: ${key[name]}`);
  writeFileSync(join(work, `${key.id}.yaml`), `${lines.join('\n')}\n`);
}
const anotherKey = Object.keys(keys).find((id) => keys[id].domain !== 'nyoooz.com');

const readable = cases.filter((one) => one.expect !== 'IMPORT_ERROR');
let wrong = 0;
for (const id of Object.keys(keys)) {
  const asked = readable.filter((one) => (one.key ?? anotherKey) === id);
  const documents = asked.map((one) => join(folder, one.document));
  // It exits with 1 where one is not VALID.
  const { stdout, stderr } = spawnSync('node', [verifyScript, join(work, `${id}.yaml`), ...documents], { encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  asked.forEach((one, i) => {
    const [verdict, , digest] = (lines[i] ?? '').slice(documents[i].length + 1).split(' ');
    if (verdict === one.expect && digest === one.canonical_sha256) return;
    console.error(`${one.name}: ${verdict} ${digest}, where ${one.expect} ${one.canonical_sha256} was expected ${stderr}`);
    wrong += 1;
  });
}
console.log(`${readable.length - wrong} agree; ${cases.length - readable.length} that the archive refuses to read were not asked`);
process.exitCode = wrong === 0 && readable.length > 0 ? 0 : 1;
