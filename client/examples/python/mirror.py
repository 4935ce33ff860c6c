#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies a log into a folder of C2SP tlog-tiles: checkpoint, tiles and entry bundles, which any web server can serve.

    mirror.py HOST:PORT VKEY FOLDER

Wants what archive.py wants, which says how to make it. The entries come over gRPC; every hash is made here, and the
root hash is compared with the checkpoint that the log signed. Exits with 0 where it is the same, with 1 where not.
"""
import os
import sys

import grpc

from archive import DoesNotCheck, open_checkpoint, sha256
from chirograph.v1 import log_service_pb2 as log
from chirograph.v1 import log_service_pb2_grpc as log_grpc

WIDTH = 256  # hashes in a full tile, and entries in a full bundle


def tile_path(level, number, width):
    """tile/0/x001/234, and .p/WIDTH after a partial one."""
    text = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        text = f"x{number % 1000:03}/{text}"
    return f"tile/{level}/{text}" + ("" if width == WIDTH else f".p/{width}")


def write(folder, path, data):
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def subtree_root(hashes):
    """The root of some hashes, in RFC 6962: split at the largest power of two below their number."""
    if len(hashes) == 1:
        return hashes[0]
    left = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\x01" + subtree_root(hashes[:left]) + subtree_root(hashes[left:]))


def mirror(channel, vkey, folder):
    stub = log_grpc.LogServiceStub(channel)
    note = stub.GetCheckpoint(log.GetCheckpointRequest()).checkpoint
    size, root = open_checkpoint(note, vkey)
    entries = []
    for answer in stub.StreamEntries(log.StreamEntriesRequest(end_index=size)):
        entries += [stored.log_entry for stored in answer.entries]

    hashes = [sha256(b"\x00" + entry) for entry in entries]
    if len(hashes) != size or (size and subtree_root(hashes) != root):
        raise DoesNotCheck(f"{len(hashes)} entries came, and are not those of the checkpoint for {size}")
    for first in range(0, size, WIDTH):
        bundle = entries[first:first + WIDTH]
        write(folder, tile_path("entries", first // WIDTH, len(bundle)),
              b"".join(len(entry).to_bytes(2, "big") + entry for entry in bundle))
    level = 0
    while hashes:
        for first in range(0, len(hashes), WIDTH):
            tile = hashes[first:first + WIDTH]
            write(folder, tile_path(level, first // WIDTH, len(tile)), b"".join(tile))
        full = len(hashes) // WIDTH  # a level above has the roots of the full tiles alone
        hashes = [subtree_root(hashes[n * WIDTH:(n + 1) * WIDTH]) for n in range(full)]
        level += 1
    write(folder, "checkpoint", note.encode())  # last: what it promises is there
    print(f"{size} entries of {note.splitlines()[0]} in {folder}")


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    server, vkey, folder = sys.argv[1:]
    try:
        with grpc.insecure_channel(server) as channel:
            mirror(channel, vkey, folder)
            return 0
    except DoesNotCheck as error:
        print(f"mirror.py: DOES NOT CHECK: {error}", file=sys.stderr)
    except grpc.RpcError as error:
        print(f"mirror.py: {error.code().name}: {error.details()}", file=sys.stderr)
    except OSError as error:
        print(f"mirror.py: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
