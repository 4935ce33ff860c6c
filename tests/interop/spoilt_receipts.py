# SPDX-License-Identifier: Apache-2.0
"""Asks whether the Python example notices each byte of a receipt that is wrong: spoilt_receipts.py SERVER VKEY INDEX."""
import base64
import sys

import grpc

import archive as example
from chirograph.v1 import archive_service_pb2, archive_service_pb2_grpc


def spoilt(receipt, field):
    """A copy of the receipt for each byte of one field, with one bit of that byte changed."""
    value = getattr(receipt, field)
    for position in range(len(value)):
        changed = type(receipt).FromString(receipt.SerializeToString())
        if isinstance(value, bytes):
            setattr(changed, field, value[:position] + bytes([value[position] ^ 1]) + value[position + 1:])
        else:  # the hashes of the proof
            changed.inclusion_proof[position] = bytes([value[position][0] ^ 1]) + value[position][1:]
        yield changed


def main():
    server, vkey, index = sys.argv[1:]
    with grpc.insecure_channel(server) as channel:
        receipt = archive_service_pb2_grpc.ArchiveServiceStub(channel).GetArticle(
            archive_service_pb2.GetArticleRequest(index=int(index))).receipt
    note = receipt.checkpoint
    example.check_receipt(receipt, note, vkey)

    cases = [(changed, note) for field in ("log_entry", "opening", "inclusion_proof") for changed in spoilt(receipt, field)]
    for other_index in (0, receipt.index - 1, receipt.index + 1, 1 << 40):
        changed = type(receipt).FromString(receipt.SerializeToString())
        changed.index = other_index
        cases.append((changed, note))
    shorter = type(receipt).FromString(receipt.SerializeToString())
    del shorter.inclusion_proof[-1]
    longer = type(receipt).FromString(receipt.SerializeToString())
    longer.inclusion_proof.append(bytes(32))
    cases += [(shorter, note), (longer, note)]
    name, size, root = note.split("\n")[:3]
    other_root = root[:5] + ("A" if root[5] != "A" else "B") + root[6:]
    for old, new in ((name, name + "x"), (f"\n{size}\n", f"\n{int(size) + 1}\n"), (root, other_root)):
        cases.append((receipt, note.replace(old, new, 1)))
    # These two only the log's signature shows.
    cases.append((receipt, note.replace("\n\n", "\nan extension\n\n", 1)))
    text, signature = note.rstrip().rsplit(" ", 1)
    signature = base64.b64decode(signature)
    for i in range(len(signature)):
        changed = signature[:i] + bytes([signature[i] ^ 1]) + signature[i + 1:]
        cases.append((receipt, f"{text} {base64.b64encode(changed).decode()}\n"))
    for changed, changed_note in cases:
        try:
            example.check_receipt(changed, changed_note, vkey)
        except example.DoesNotCheck:
            continue
        print("this was believed:", changed, changed_note, file=sys.stderr)
        return 1
    print(f"{len(cases)} spoilt receipts were noticed")
    return 0


sys.exit(main())
