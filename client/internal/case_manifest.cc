// SPDX-License-Identifier: Apache-2.0
#include "client/internal/case_manifest.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "client/internal/case_check.h"
#include "crypto/encoding.h"
#include "crypto/key_types.h"
#include "crypto/verdict.h"
#include "proto/enum_conversion.h"

namespace chirograph::internal {
namespace {

using nlohmann::ordered_json;

ordered_json HexOrNull(bool present, std::string_view digest) {
  return present ? ordered_json(HexEncode(digest)) : ordered_json(nullptr);
}

ordered_json TextOrNull(std::string_view text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json TimeOrNull(bool present, const google::protobuf::Timestamp& time) {
  return present ? ordered_json(CaseTime(time)) : ordered_json(nullptr);
}

ordered_json KeyJson(const CaseKey& key) {
  const v1::KeyEvent& event = key.event;
  const std::optional<EnvelopeKind> envelope = FromProto(event.envelope());
  return {{"index", key.entry.index},
          {"leafHash", ToHex(key.leaf_hash)},
          {"publisher", event.publisher_domain()},
          {"keyId", event.key_id()},
          {"algorithm", KeyAlgorithmName(key.public_key->algorithm())},
          {"envelope", EnvelopeKindName(envelope.value_or(EnvelopeKind::kNone))},
          {"notBefore", TimeOrNull(event.has_not_before(), event.not_before())},
          {"notAfter", TimeOrNull(event.has_not_after(), event.not_after())},
          {"revokedAt", TimeOrNull(event.has_revoked_at(), event.revoked_at())},
          {"eventTime", CaseTime(event.event_time())}};
}

}  // namespace

std::string WriteCaseManifest(const CaseFacts& facts, const std::vector<EvidenceFile>& files) {
  const v1::Opening& opening = facts.opening;
  const std::optional<Verdict> verdict = FromProto(facts.record.verdict_at_ingest());
  const std::optional<VerdictReason> reason = FromProto(facts.record.reason_at_ingest());
  ordered_json json = {
      {"format", "chirograph-evidence-v1"},
      {"origin", facts.checkpoint.origin},
      {"verifierKey", facts.verifier_key},
      {"treeSize", facts.checkpoint.tree_size},
      {"rootHash", ToHex(facts.checkpoint.root_hash)},
      {"index", facts.receipt.index()},
      {"leafHash", ToHex(facts.leaf_hash)},
      {"openingDigest", ToHex(Sha256(facts.receipt.opening()))},
      {"articleDigest", HexEncode(opening.article_digest())},
      {"sourceDigest", HexOrNull(opening.has_source_digest(), opening.source_digest())},
      {"securedDigest", HexOrNull(opening.has_secured_digest(), opening.secured_digest())},
      {"contentDigest", HexEncode(opening.content_digest())},
      {"publisher", TextOrNull(opening.publisher_domain())},
      {"url", TextOrNull(opening.url())},
      {"verdictAtIngest", verdict ? ordered_json(VerdictName(*verdict)) : ordered_json(nullptr)},
      {"reasonAtIngest", reason ? ordered_json(VerdictReasonName(*reason)) : ordered_json(nullptr)},
      {"ingestTime", CaseTime(facts.record.ingest_time())},
      {"key", facts.key ? KeyJson(*facts.key) : ordered_json(nullptr)},
      {"files", ordered_json::array()}};
  for (const EvidenceFile& file : files) {
    json["files"].push_back(
        {{"name", file.name}, {"bytes", file.bytes.size()}, {"sha256", ToHex(Sha256(file.bytes))}});
  }
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace chirograph::internal
