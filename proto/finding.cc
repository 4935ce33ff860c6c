// SPDX-License-Identifier: Apache-2.0
#include "proto/finding.h"

#include <fmt/format.h>

namespace chirograph {

v1::Finding MakeFinding(v1::FindingCode code, std::uint64_t index, std::string_view expected,
                        std::string_view found) {
  v1::Finding finding;
  finding.set_code(code);
  finding.set_index(index);
  finding.set_expected(std::string(expected));
  finding.set_found(std::string(found));
  return finding;
}

v1::Finding MakeFindingOf(std::string_view subject, v1::FindingCode code, std::string_view expected,
                          std::string_view found) {
  v1::Finding finding;
  finding.set_code(code);
  finding.set_subject(std::string(subject));
  finding.set_expected(std::string(expected));
  finding.set_found(std::string(found));
  return finding;
}

std::string FindingCodeName(v1::FindingCode code) {
  constexpr std::string_view kPrefix = "FINDING_CODE_";
  std::string_view name = v1::FindingCode_Name(code);
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  return name.empty() ? fmt::format("{}", static_cast<int>(code)) : std::string(name);
}

// A line a code.
std::string_view FindingCodeText(v1::FindingCode code) {
  switch (code) {
    case v1::FINDING_CODE_ENTRY_MISSING:
      return "the log's entry is missing or cannot be read";
    case v1::FINDING_CODE_ENTRY_MALFORMED:
      return "the log's entry is not of the format";
    case v1::FINDING_CODE_ENTRY_MISMATCH:
      return "the entry is not the one that the signed tree has at this place";
    case v1::FINDING_CODE_TIME_WENT_BACK:
      return "the entry is dated before an earlier one, or after a later one";
    case v1::FINDING_CODE_KEY_EVENT_MALFORMED:
      return "the log names a publisher's key that cannot be used";
    case v1::FINDING_CODE_KEY_EVENT_MISSING:
      return "the article is said to be signed with a key that the log did not name before";
    case v1::FINDING_CODE_KEY_EVENT_NOT_IN_FORCE:
      return "the article is said to be signed with a key that was not its publisher's at that place";
    case v1::FINDING_CODE_OPENING_MISSING:
      return "what ties the article to the log is missing or cannot be read";
    case v1::FINDING_CODE_OPENING_MISMATCH:
      return "what ties the article to the log is not what was logged";
    case v1::FINDING_CODE_OPENING_MALFORMED:
      return "what ties the article to the log is not of the format";
    case v1::FINDING_CODE_CONTENT_MISSING:
      return "the article is missing or cannot be read";
    case v1::FINDING_CODE_CONTENT_MISMATCH:
      return "the stored article is not the one that was archived";
    case v1::FINDING_CODE_CONTENT_MALFORMED:
      return "the stored article is not of the format";
    case v1::FINDING_CODE_ARTICLE_UNLOGGED:
      return "there is an article where the log has none";
    case v1::FINDING_CODE_ARTICLE_NOT_CANONICAL:
      return "the article has no canonical form";
    case v1::FINDING_CODE_ARTICLE_MISMATCH:
      return "the article is not the one that the log speaks of";
    case v1::FINDING_CODE_SOURCE_MISMATCH:
      return "the source document is not the one that the log speaks of";
    case v1::FINDING_CODE_SOURCE_DIFFERS:
      return "the source document does not make the article beside it";
    case v1::FINDING_CODE_SECURED_MISMATCH:
      return "the secured field is not the one that the log speaks of";
    case v1::FINDING_CODE_PUBLISHER_MISMATCH:
      return "the log speaks of another publisher than the article";
    case v1::FINDING_CODE_URL_MISMATCH:
      return "the log speaks of another URL than the article";
    case v1::FINDING_CODE_SIGNATURE_INVALID:
      return "the publisher's signature, recorded as genuine, does not verify";
    case v1::FINDING_CODE_SIGNATURE_DIFFERS:
      return "the secured field holds another signature than the recorded one";
    case v1::FINDING_CODE_VERDICT_CONTRADICTED:
      return "the recorded verdict is not the one that the rules give";
    case v1::FINDING_CODE_KEY_NOT_TRUSTED:
      return "the archive relied on a key that the keyring given here does not know as the publisher's";
    case v1::FINDING_CODE_TILE_MISSING:
      return "a part of the tree is missing or cannot be read";
    case v1::FINDING_CODE_TILE_MISMATCH:
      return "a part of the tree does not fit what lies below it";
    case v1::FINDING_CODE_ROOT_MISMATCH:
      return "the entries do not hash to the root that was signed";
    case v1::FINDING_CODE_CHECKPOINT_INVALID:
      return "the log's checkpoint is missing or not signed by the log's key";
    case v1::FINDING_CODE_ENTRY_BEYOND_TREE:
      return "there is an entry that no signed checkpoint covers";
    case v1::FINDING_CODE_END_MISSING:
      return "the archive ends before entries that it had acknowledged";
    case v1::FINDING_CODE_STORE_MISLABELLED:
      return "what the store says of itself is not so";
    case v1::FINDING_CODE_INDEX_MISMATCH:
      return "a digest or key does not lead to its entry";
    case v1::FINDING_CODE_CATALOG_HIDES:
      return "the catalog lacks an article of the log";
    case v1::FINDING_CODE_CATALOG_INVENTS:
      return "the catalog has an article that is not in the log";
    case v1::FINDING_CODE_CATALOG_DIFFERS:
      return "the catalog says something else of an article than the log";
    case v1::FINDING_CODE_CATALOG_UNREADABLE:
      return "the catalog, or a part of it, cannot be read";
    case v1::FINDING_CODE_RECEIPT_NOT_HONOURED:
      return "the log gave a receipt for what it does not have";
    default:
      return "something that this version has no words for";
  }
}

std::string DescribeFinding(const v1::Finding& finding) {
  std::string text;
  if (finding.has_index()) text = fmt::format("#{} ", finding.index());
  text += FindingCodeName(finding.code());
  if (!finding.subject().empty()) text += fmt::format(" {}", finding.subject());
  text += fmt::format(": {}", FindingCodeText(finding.code()));
  if (!finding.expected().empty() && !finding.found().empty()) {
    text += fmt::format(" (expected {}, found {})", finding.expected(), finding.found());
  } else if (!finding.expected().empty()) {
    text += fmt::format(" (expected {})", finding.expected());
  } else if (!finding.found().empty()) {
    text += fmt::format(" ({})", finding.found());
  }
  return text;
}

}  // namespace chirograph
