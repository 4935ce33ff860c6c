// SPDX-License-Identifier: Apache-2.0
#include "client/receipt_file.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "crypto/merkle.h"
#include "crypto/sha256.h"
#include "crypto/tlog_proof.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace chirograph {
namespace {

// Deterministic, so that one receipt has one file.
std::string SerializeExtra(const v1::TlogProofExtra& extra) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    static_cast<void>(extra.SerializeToCodedStream(&coded));  // into memory: cannot fail
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> FormatReceiptFile(const v1::Receipt& receipt) {
  if (receipt.log_entry().empty() || receipt.opening().empty() || receipt.checkpoint().empty()) {
    return absl::InvalidArgumentError("the receipt has no log entry, no opening or no checkpoint");
  }
  if (receipt.index() >= kMaxTreeSize) {
    return absl::InvalidArgumentError(fmt::format("the receipt's index {} is over 2^63-2", receipt.index()));
  }
  TlogProof proof;
  v1::TlogProofExtra extra;
  extra.set_log_entry(receipt.log_entry());
  extra.set_opening(receipt.opening());
  proof.extra = SerializeExtra(extra);
  proof.index = receipt.index();
  proof.checkpoint = receipt.checkpoint();
  for (const std::string& bytes : receipt.inclusion_proof()) {
    const std::optional<Digest> hash = DigestFromBytes(bytes);
    if (!hash.has_value()) {
      return absl::InvalidArgumentError(
          fmt::format("hash {} of the receipt's inclusion proof has {} bytes, not 32",
                      proof.inclusion_proof.size(), bytes.size()));
    }
    proof.inclusion_proof.push_back(*hash);
  }
  return FormatTlogProof(proof);
}

absl::StatusOr<v1::Receipt> ParseReceiptFile(std::string_view file) {
  absl::StatusOr<TlogProof> proof = ParseTlogProof(file);
  if (!proof.ok()) return proof.status();
  if (!proof->extra.has_value()) {
    return absl::InvalidArgumentError(
        "this .tlog-proof has no extra line, so it is no receipt: log entry and opening are missing");
  }
  v1::TlogProofExtra extra;
  if (!extra.ParseFromString(*proof->extra) || extra.log_entry().empty() || extra.opening().empty()) {
    return absl::InvalidArgumentError(
        "the extra line of this .tlog-proof is not a Chirograph receipt's: it has no log entry and opening");
  }
  v1::Receipt receipt;
  receipt.set_log_entry(std::move(*extra.mutable_log_entry()));
  receipt.set_opening(std::move(*extra.mutable_opening()));
  receipt.set_index(proof->index);
  for (const Digest& hash : proof->inclusion_proof) {
    receipt.add_inclusion_proof(std::string(AsBytes(hash)));
  }
  receipt.set_checkpoint(std::move(proof->checkpoint));
  return receipt;
}

}  // namespace chirograph
