#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Archives, lists and watches articles over gRPC, from the .proto files alone, and believes no answer unchecked.

On Debian: apt-get install python3-grpcio python3-protobuf python3-cryptography protobuf-compiler protobuf-compiler-grpc
and once, in the project's folder, to make Python of the .proto files:

    mkdir -p generated
    protoc -I proto --python_out=generated --grpc_python_out=generated \\
      --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" proto/*/*/*.proto
    export PYTHONPATH=generated

Then, with the key that `chirographd init` printed:

    archive.py HOST:PORT VKEY ingest FILE            one article
    archive.py HOST:PORT VKEY ingest-many FILE...    many, over one stream
    archive.py HOST:PORT VKEY ingest-message KEY TITLE DOMAIN URL    an article that never was a file, signed here
    archive.py HOST:PORT VKEY list                   all that is there
    archive.py HOST:PORT VKEY watch FROM COUNT       COUNT articles from index FROM on, as they come

Each article is proved to be in the log: its leaf hash, its inclusion proof, the checkpoint and the log's signature are
checked in this file. Exits with 0 where all is well, with 1 and a sentence where not.
"""
import base64
import hashlib
import sys

import grpc
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chirograph.v1 import archive_service_pb2 as archive
from chirograph.v1 import archive_service_pb2_grpc as archive_grpc
from chirograph.v1 import article_pb2 as articles
from chirograph.v1 import listing_pb2 as listing
from chirograph.v1 import log_entry_pb2 as log_entry
from chirograph.v1 import submission_pb2 as submission
from chirograph.v1 import verification_pb2 as verification
from chirograph.v1 import verification_service_pb2 as verifying
from chirograph.v1 import verification_service_pb2_grpc as verifying_grpc


class DoesNotCheck(Exception):
    """The archive's answer is not what it must be."""


def sha256(data):
    return hashlib.sha256(data).digest()


# --- the proof: RFC 6962, C2SP signed-note and tlog-checkpoint ---


def open_checkpoint(note, vkey):
    """Checks the log's signature on a checkpoint, and returns its tree size and root hash."""
    name, _, key = vkey.split("+", 2)
    key = base64.b64decode(key)
    key_id = sha256(name.encode() + b"\n" + key)[:4]
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        signature = base64.b64decode(line.split(" ")[-1])
        if line.startswith(f"\u2014 {name} ") and signature[:4] == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], text.encode())
            except InvalidSignature:
                raise DoesNotCheck("the log's signature on the checkpoint does not verify") from None
            origin, size, root = text.split("\n")[:3]
            if origin != name:
                raise DoesNotCheck(f"the checkpoint is of {origin}, not of {name}")
            return int(size), base64.b64decode(root)
    raise DoesNotCheck("the checkpoint has no signature by this log's key")


def root_of(leaf, index, size, proof):
    """The root hash that an inclusion proof leads to from a leaf hash (RFC 9162, section 2.1.3.2)."""
    node, last = index, size - 1
    for sibling in proof:
        if last == 0:
            raise DoesNotCheck("the inclusion proof is too long")
        if node % 2 == 1 or node == last:
            leaf = sha256(b"\x01" + sibling + leaf)
            while node % 2 == 0 and node != 0:
                node, last = node >> 1, last >> 1
        else:
            leaf = sha256(b"\x01" + leaf + sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise DoesNotCheck("the inclusion proof is too short")
    return leaf


def check_receipt(receipt, note, vkey, document=None):
    """Recomputes all that a receipt says. Returns the ArticleRecord and the Opening."""
    size, root = open_checkpoint(note, vkey)
    if not receipt.index < size:
        raise DoesNotCheck(f"index {receipt.index} is not in a tree of {size}")
    if root_of(sha256(b"\x00" + receipt.log_entry), receipt.index, size, receipt.inclusion_proof) != root:
        raise DoesNotCheck(f"the entry at index {receipt.index} is not in the log")
    record = log_entry.LogEntry.FromString(receipt.log_entry).article_record
    if sha256(receipt.opening) != record.opening_digest:
        raise DoesNotCheck(f"the opening is not that of the entry at index {receipt.index}")
    opening = log_entry.Opening.FromString(receipt.opening)
    if document is not None and sha256(document) != opening.source_digest:
        raise DoesNotCheck(f"another document is archived at index {receipt.index}")
    return record, opening


def show(receipt, record, opening):
    verdict = verification.Verdict.Name(record.verdict_at_ingest).removeprefix("VERDICT_")
    print(receipt.index, verdict, opening.article_digest.hex(), opening.url, flush=True)


# --- the calls ---


def read(path):
    with open(path, "rb") as file:
        return file.read()


def ingest(channel, vkey, path):
    document = read(path)
    answer = archive_grpc.ArchiveServiceStub(channel).IngestArticle(
        archive.IngestArticleRequest(source_document=document))
    show(answer.receipt, *check_receipt(answer.receipt, answer.receipt.checkpoint, vkey, document))


def ingest_many(channel, vkey, *paths):
    documents = [read(path) for path in paths]

    def requests():  # gRPC takes these in a thread of its own, so writing and reading go on at the same time
        for first in range(0, len(documents), 32):
            yield archive.IngestArticlesRequest(submissions=[
                submission.TaggedSubmission(tag=first + i, source_document=document)
                for i, document in enumerate(documents[first:first + 32])])

    answered = set()
    refused = 0
    for answer in archive_grpc.ArchiveServiceStub(channel).IngestArticles(requests()):
        for outcome in answer.outcomes:
            answered.add(outcome.tag)
            if outcome.HasField("refusal"):
                print(f"{paths[outcome.tag]}: {outcome.refusal.message}", file=sys.stderr)
                refused += 1
                continue
            show(outcome.receipt,
                 *check_receipt(outcome.receipt, answer.checkpoint, vkey, documents[outcome.tag]))
    if len(answered) != len(documents):
        raise DoesNotCheck(f"{len(documents)} articles were sent, and {len(answered)} answered")
    return 1 if refused else 0


def ingest_message(channel, vkey, key_file, title, domain, url):
    """Signs with an Ed25519 key without an envelope. The archive makes the canonical form: no YAML or JCS here."""
    article = articles.Article(title=title, web_url=url, body="Some text.\n")
    article.provider.domain = domain
    made = verifying_grpc.VerificationServiceStub(channel).VerifyArticle(
        verifying.VerifyArticleRequest(article=article, include_canonical_form=True))
    key = load_pem_private_key(read(key_file), password=None)
    signature = key.sign(b"chirograph.article.v1\n" + made.canonical_form)
    article.secured = base64.b64encode(signature).decode()
    answer = archive_grpc.ArchiveServiceStub(channel).IngestArticle(archive.IngestArticleRequest(article=article))
    record, opening = check_receipt(answer.receipt, answer.receipt.checkpoint, vkey)
    if opening.article_digest != sha256(made.canonical_form):
        raise DoesNotCheck("another article than the one that was signed is archived")
    show(answer.receipt, record, opening)


def list_articles(channel, vkey):
    for answer in archive_grpc.ArchiveServiceStub(channel).ListArticles(listing.ListArticlesRequest()):
        for listed in answer.articles:
            show(listed.receipt, *check_receipt(listed.receipt, answer.checkpoint, vkey))


def watch(channel, vkey, start, count):
    left = int(count)
    call = archive_grpc.ArchiveServiceStub(channel).WatchArticles(listing.WatchArticlesRequest(start_index=int(start)))
    for answer in call:
        for listed in answer.articles:
            show(listed.receipt, *check_receipt(listed.receipt, answer.checkpoint, vkey))
            left -= 1
            if left == 0:
                call.cancel()
                return


COMMANDS = {"ingest": ingest, "ingest-many": ingest_many, "ingest-message": ingest_message, "list": list_articles,
            "watch": watch}


def main():
    if len(sys.argv) < 4 or sys.argv[3] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    server, vkey, command, *arguments = sys.argv[1:]
    try:
        with grpc.insecure_channel(server) as channel:
            return COMMANDS[command](channel, vkey, *arguments) or 0
    except DoesNotCheck as error:
        print(f"archive.py: DOES NOT CHECK: {error}", file=sys.stderr)
    except grpc.RpcError as error:
        print(f"archive.py: {error.code().name}: {error.details()}", file=sys.stderr)
    except OSError as error:
        print(f"archive.py: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
