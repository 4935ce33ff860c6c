// SPDX-License-Identifier: Apache-2.0
//
// Asks whether the Node example notices each byte of a receipt that is wrong: spoilt_receipts.mjs SERVER VKEY INDEX.
// Lies beside the example's proof.mjs when it runs.
import grpc from '@grpc/grpc-js';
import { DoesNotCheck, checkReceipt, protocol } from './proof.mjs';

const [server, vkey, index] = process.argv.slice(2);
const archive = new protocol.ArchiveService(server, grpc.credentials.createInsecure());
const { receipt } = await new Promise((resolve, reject) => {
  archive.GetArticle({ index }, (error, value) => (error ? reject(error) : resolve(value)));
});
archive.close();
const note = receipt.checkpoint;
checkReceipt(receipt, note, vkey);

const flipped = (bytes, position) => {
  const changed = Buffer.from(bytes);
  changed[position] ^= 1;
  return changed;
};
const cases = [];
for (const field of ['log_entry', 'opening']) {
  for (let i = 0; i < receipt[field].length; i += 1) cases.push([{ ...receipt, [field]: flipped(receipt[field], i) }, note]);
}
const proof = receipt.inclusion_proof;
proof.forEach((hash, i) => {
  cases.push([{ ...receipt, inclusion_proof: Object.assign([...proof], { [i]: flipped(hash, 0) }) }, note]);
});
for (const other of [0, receipt.index - 1, receipt.index + 1, 2 ** 40]) cases.push([{ ...receipt, index: other }, note]);
cases.push([{ ...receipt, inclusion_proof: proof.slice(0, -1) }, note]);
cases.push([{ ...receipt, inclusion_proof: [...proof, Buffer.alloc(32)] }, note]);
const [name, size, root] = note.split('\n');
cases.push([receipt, note.replace(name, `${name}x`)], [receipt, note.replace(`\n${size}\n`, `\n${Number(size) + 1}\n`)]);
cases.push([receipt, note.replace(root, flipped(Buffer.from(root, 'base64'), 5).toString('base64'))]);
// These two only the log's signature shows.
cases.push([receipt, note.replace('\n\n', '\nan extension\n\n')]);
const signature = Buffer.from(note.trimEnd().split(' ').at(-1), 'base64');
for (let i = 0; i < signature.length; i += 1) {
  cases.push([receipt, note.replace(signature.toString('base64'), flipped(signature, i).toString('base64'))]);
}

for (const [changed, changedNote] of cases) {
  try {
    checkReceipt(changed, changedNote, vkey);
  } catch (error) {
    if (error instanceof DoesNotCheck) continue;
    throw error;
  }
  console.error('this was believed:', changed, changedNote);
  process.exit(1);
}
console.log(`${cases.length} spoilt receipts were noticed`);
