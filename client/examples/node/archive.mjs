// SPDX-License-Identifier: Apache-2.0
//
// Archives, lists and watches articles over gRPC, from the .proto files alone, and believes no answer unchecked.
//
//   npm ci
//
// and, with the key that `chirographd init` printed:
//
//   node archive.mjs HOST:PORT VKEY ingest FILE            one article
//   node archive.mjs HOST:PORT VKEY ingest-many FILE...    many, over one stream
//   node archive.mjs HOST:PORT VKEY list                   all that is there
//   node archive.mjs HOST:PORT VKEY watch FROM COUNT       COUNT articles from index FROM on, as they come
//
// Each article is proved to be in the log: its leaf hash, its inclusion proof, the checkpoint and the log's signature
// are checked by proof.mjs. Exits with 0 where all is well, with 1 and a sentence where not.
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
import { DoesNotCheck, checkReceipt, protocol } from './proof.mjs';

function show({ index }, { record, opening }) {
  console.log(index, record.verdict_at_ingest.replace('VERDICT_', ''), opening.article_digest.toString('hex'), opening.url);
}

const commands = {
  async ingest(archive, vkey, path) {
    const document = readFileSync(path);
    const answer = await new Promise((resolve, reject) => {
      archive.IngestArticle({ source_document: document }, (error, value) => (error ? reject(error) : resolve(value)));
    });
    show(answer.receipt, checkReceipt(answer.receipt, answer.receipt.checkpoint, vkey, document));
  },

  async 'ingest-many'(archive, vkey, ...paths) {
    const documents = paths.map((path) => readFileSync(path));
    const stream = archive.IngestArticles();
    const send = async () => {  // while the answers are read below: the archive waits for a client that does not read
      for (let first = 0; first < documents.length; first += 32) {
        const submissions = documents.slice(first, first + 32).map((document, i) => (
          { tag: first + i, source_document: document }));
        if (!stream.write({ submissions })) await new Promise((resolve) => stream.once('drain', resolve));
      }
      stream.end();
    };
    send();
    const answered = new Set();
    for await (const { outcomes, checkpoint } of stream) {
      for (const { tag, refusal, receipt } of outcomes) {
        answered.add(tag);
        if (receipt) {
          show(receipt, checkReceipt(receipt, checkpoint, vkey, documents[tag]));
        } else {
          console.error(`${paths[tag]}: ${refusal.message}`);
          process.exitCode = 1;
        }
      }
    }
    if (answered.size !== documents.length) {
      throw new DoesNotCheck(`${documents.length} articles were sent, and ${answered.size} answered`);
    }
  },

  async list(archive, vkey) {
    for await (const { articles, checkpoint } of archive.ListArticles({})) {
      for (const { receipt } of articles) show(receipt, checkReceipt(receipt, checkpoint, vkey));
    }
  },

  async watch(archive, vkey, from, count) {
    let left = Number(count);
    const stream = archive.WatchArticles({ start_index: Number(from) });
    stream.on('error', () => {});  // what cancel() ends it with; the loop throws every other error
    for await (const { articles, checkpoint } of stream) {
      for (const { receipt } of articles) {
        show(receipt, checkReceipt(receipt, checkpoint, vkey));
        left -= 1;
        if (left === 0) {
          stream.cancel();
          return;
        }
      }
    }
  },
};

const [server, vkey, command, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(commands, command ?? '')) {
  console.error('Usage: node archive.mjs HOST:PORT VKEY ingest|ingest-many|list|watch [ARGUMENT...]');
  process.exit(2);
}
const archive = new protocol.ArchiveService(server, grpc.credentials.createInsecure());
try {
  await commands[command](archive, vkey, ...rest);
  archive.close();
} catch (error) {
  console.error(`archive.mjs: ${error instanceof DoesNotCheck ? 'DOES NOT CHECK: ' : ''}${error.message}`);
  process.exit(1);  // also out of a call that is still going on
}
