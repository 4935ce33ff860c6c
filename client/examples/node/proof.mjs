// SPDX-License-Identifier: Apache-2.0
//
// Checks that an article is in the log: RFC 6962 hashing, C2SP signed-note and tlog-checkpoint, and the messages as
// the .proto files have them (CHIROGRAPH_PROTO names their folder, by default the project's). Nothing that the archive says is believed.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const protoFolder = process.env.CHIROGRAPH_PROTO ?? fileURLToPath(new URL('../../../proto', import.meta.url));
const definition = protoLoader.loadSync(['chirograph/v1/archive_service.proto', 'chirograph/v1/log_entry.proto'], {
  includeDirs: [protoFolder],
  keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true,
});
export const protocol = grpc.loadPackageDefinition(definition).chirograph.v1;

export class DoesNotCheck extends Error {}

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();

// Checks the log's signature on a checkpoint, and returns its tree size and root hash.
function openCheckpoint(note, vkey) {
  const [, name, keyText] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(vkey);
  const key = Buffer.from(keyText, 'base64');
  const keyId = sha256(Buffer.from(`${name}\n`), key).subarray(0, 4);
  const publicKey = createPublicKey({
    format: 'der', type: 'spki', key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)]),
  });
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  for (const line of note.slice(end + 2).split('\n')) {
    const signature = Buffer.from(line.split(' ').at(-1), 'base64');
    if (!line.startsWith(`\u2014 ${name} `) || !signature.subarray(0, 4).equals(keyId)) continue;
    if (!verify(null, Buffer.from(text), publicKey, signature.subarray(4))) {
      throw new DoesNotCheck("the log's signature on the checkpoint does not verify");
    }
    const [origin, size, root] = text.split('\n');
    if (origin !== name) throw new DoesNotCheck(`the checkpoint is of ${origin}, not of ${name}`);
    return { size: Number(size), root: Buffer.from(root, 'base64') };
  }
  throw new DoesNotCheck("the checkpoint has no signature by this log's key");
}

// The root hash that an inclusion proof leads to from a leaf hash (RFC 9162, section 2.1.3.2).
function rootOf(leaf, index, size, proof) {
  const half = (n) => Math.floor(n / 2);
  let [hash, node, last] = [leaf, index, size - 1];
  for (const sibling of proof) {
    if (last === 0) throw new DoesNotCheck('the inclusion proof is too long');
    if (node % 2 === 1 || node === last) {
      hash = sha256(Buffer.from([1]), sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = sha256(Buffer.from([1]), hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0) throw new DoesNotCheck('the inclusion proof is too short');
  return hash;
}

// Recomputes all that a receipt says. Answers with the ArticleRecord and the Opening.
export function checkReceipt(receipt, note, vkey, document) {
  const { index } = receipt;
  const { size, root } = openCheckpoint(note, vkey);
  if (!(index < size)) throw new DoesNotCheck(`index ${index} is not in a tree of ${size}`);
  const leaf = sha256(Buffer.from([0]), receipt.log_entry);
  if (!rootOf(leaf, index, size, receipt.inclusion_proof).equals(root)) {
    throw new DoesNotCheck(`the entry at index ${index} is not in the log`);
  }
  const record = protocol.LogEntry.deserialize(receipt.log_entry).article_record;
  if (!record || !sha256(receipt.opening).equals(record.opening_digest)) {
    throw new DoesNotCheck(`the opening is not that of the entry at index ${index}`);
  }
  const opening = protocol.Opening.deserialize(receipt.opening);
  if (document && !sha256(document).equals(opening.source_digest)) {
    throw new DoesNotCheck(`another document is archived at index ${index}`);
  }
  return { record, opening };
}
