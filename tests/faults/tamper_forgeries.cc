// SPDX-License-Identifier: Apache-2.0
//
// What somebody with the log's key can do.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "proto/stored_format.h"
#include "tests/faults/tamper_spoiling_maker.h"

namespace chirograph {

void SpoilingMaker::AddForgeries() {
  Forge("another text", ArticleKind::kPlainMessage, CheckPart::kSignature,
        {v1::FINDING_CODE_SIGNATURE_INVALID}, [](Forger::Parts& parts) {
          parts.content.mutable_article()->set_title("Another title");
          Forger::SetDigests(parts);
        });
  Forge("another source", ArticleKind::kUnsignedSource, CheckPart::kSource, {v1::FINDING_CODE_SOURCE_DIFFERS},
        [](Forger::Parts& parts) {
          std::string& source = *parts.content.mutable_source_document();
          source.replace(source.find("Article"), 7, "Another");
          Forger::SetDigests(parts);
        });
  Forge("another article_digest", ArticleKind::kUnsignedMessage, CheckPart::kArticle,
        {v1::FINDING_CODE_ARTICLE_MISMATCH}, [](Forger::Parts& parts) {
          parts.opening.set_article_digest(WithBitTurned(parts.opening.article_digest(), 4));
        });
  Forge("another secured_digest", ArticleKind::kUnknownKey, CheckPart::kSecured,
        {v1::FINDING_CODE_SECURED_MISMATCH}, [](Forger::Parts& parts) {
          parts.opening.set_secured_digest(WithBitTurned(parts.opening.secured_digest(), 4));
        });
  Forge("another URL", ArticleKind::kUnsignedMessage, CheckPart::kNames, {v1::FINDING_CODE_URL_MISMATCH},
        [](Forger::Parts& parts) { parts.opening.set_url(parts.opening.url() + "x"); });
  Forge("another secured field", ArticleKind::kSealedSource, CheckPart::kEnvelope,
        {v1::FINDING_CODE_SIGNATURE_DIFFERS}, [](Forger::Parts& parts) {
          v1::Article& article = *parts.content.mutable_article();
          const std::string before = article.secured();
          std::string after = before;
          after[5] = after[5] == 'A' ? 'B' : 'A';
          article.set_secured(after);
          std::string& source = *parts.content.mutable_source_document();
          source.replace(source.find(before), before.size(), after);
          Forger::SetDigests(parts);
        });
  AddForgedRecords();
}

void SpoilingMaker::AddForgedRecords() {
  Forge("another verdict", ArticleKind::kUnsignedMessage, CheckPart::kVerdict,
        {v1::FINDING_CODE_VERDICT_CONTRADICTED}, [](Forger::Parts& parts) {
          parts.entry.mutable_article_record()->set_verdict_at_ingest(v1::VERDICT_INVALID);
        });
  Forge("a KeyEvent that is none", ArticleKind::kPlainMessage, CheckPart::kKeyEvents,
        {v1::FINDING_CODE_KEY_EVENT_MISSING}, [this](Forger::Parts& parts) {
          parts.entry.mutable_article_record()->set_key_event_index(log_.first_article());
        });
  Forge("another time", ArticleKind::kUnsignedMessage, CheckPart::kTimes, {v1::FINDING_CODE_TIME_WENT_BACK},
        [](Forger::Parts& parts) {
          *parts.entry.mutable_article_record()->mutable_ingest_time() =
              ToTimestamp(kTestNow - absl::Hours(1));
        });
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t index = RandomOf(ArticleKind::kUnsignedMessage);
    Add("re-signed: an entry in another order",
        {CheckPart::kEntryForm, {v1::FINDING_CODE_ENTRY_MALFORMED}, index}, [this, index] {
          const std::string bytes = store_.GetAt(StoreColumn::kEntries, index);
          // The version, which comes first and is of two bytes, behind the rest.
          forger_.PutEntry(index, bytes.substr(2) + bytes.substr(0, 2));
          forger_.Sign(log_.tree_size());
        });
  }
  for (std::uint64_t index = 0; index < 2; ++index) {
    Add("re-signed: a KeyEvent without a key",
        {CheckPart::kKeyForm, {v1::FINDING_CODE_KEY_EVENT_MALFORMED}, index}, [this, index] {
          forger_.Rewrite(
              index, [](Forger::Parts& parts) { parts.entry.mutable_key_event()->set_public_key("no key"); });
          forger_.Sign(log_.tree_size());
        });
  }
  for (int i = 0; i < 3; ++i) {
    Add("another root, signed", {CheckPart::kRoot, {v1::FINDING_CODE_ROOT_MISMATCH}, std::nullopt},
        [this, i] { forger_.SignRoot(log_.tree_size(), Sha256(fmt::format("root {}", i))); });
  }
}

// Nothing inside says that these are not the log's own past.
void SpoilingMaker::AddPasts() {
  const auto add = [this](const std::string& kind, std::function<void()> apply) {
    all_.push_back({.kind = kind,
                    .part = CheckPart::kRoot,
                    .codes = {},
                    .index = std::nullopt,
                    .is_inside = false,
                    .is_past = true,
                    .apply = std::move(apply)});
  };
  const std::uint64_t size = log_.tree_size();
  Add("the last hundred rolled back", {CheckPart::kEnd, {v1::FINDING_CODE_END_MISSING}, size - 100},
      [this, size] { forger_.RollBack(size, 100); });
  all_.back().is_past = true;
  add("the last hundred rolled back, COMMITTED too", [this, size] {
    forger_.RollBack(size, 100);
    store_.SetCommitted(size - 100);
  });
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t index = RandomOf(ArticleKind::kUnsignedMessage);
    add("rewritten and re-signed", [this, index, size] {
      forger_.Rewrite(index, [](Forger::Parts& parts) {
        parts.content.mutable_article()->set_title("As it never was");
        Forger::SetDigests(parts);
      });
      forger_.Sign(size);
    });
  }
}

}  // namespace chirograph
