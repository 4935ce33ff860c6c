// SPDX-License-Identifier: Apache-2.0
#include "client/cli/document_signer.h"

#include <optional>

#include "crypto/keyring.h"
#include "crypto/secured_field.h"
#include "crypto/verdict.h"
#include "fmt/format.h"
#include "proto/front_matter.h"

namespace chirograph {
namespace {

// The line end of the line that ends before `offset`.
std::string_view LineEndBefore(std::string_view document, std::size_t offset) {
  const bool carriage_return = offset >= 2 && document[offset - 2] == '\r';
  return carriage_return ? "\r\n" : "\n";
}

// `document` with `secured` in place of the lines that hold it now, or as the front matter's last line.
std::string WithSecuredLine(std::string_view document, const DocumentLayout& layout,
                            std::string_view secured) {
  const ByteRange replaced =
      layout.secured_lines.value_or(ByteRange{layout.front_matter.end, layout.front_matter.end});
  // Where nothing is replaced this is the line before the closing dashes; there always is one.
  const std::string_view line_end = LineEndBefore(document, replaced.end);
  return fmt::format("{}secured: \"{}\"{}{}", document.substr(0, replaced.begin), secured, line_end,
                     document.substr(replaced.end));
}

// `replaced` is what the new field stands in place of; empty where there was none.
absl::Status ProveUnchanged(const std::string& signed_document, const CheckedDocument& before,
                            std::string_view replaced, const SigningKey& key, absl::Time now) {
  const absl::StatusOr<CheckedDocument> after = CheckDocument(signed_document, key.keyring, now);
  if (!after.ok()) {
    // It is over a limit now, or the alias of an anchor is left alone. The error's position is one in a
    // document that nobody has.
    const bool has_anchor = replaced.find('&') != std::string_view::npos;
    return absl::InvalidArgumentError(
        fmt::format("with the new signature in it, it could not be read, so nothing was written: {}{}",
                    std::string(after.status().message()),
                    has_anchor ? "; if its secured field is an anchor that another key refers to, take the "
                                 "secured key out and sign again"
                               : ""));
  }
  if (after->canonical_form != before.canonical_form) {
    return absl::InvalidArgumentError(
        "its secured field cannot be replaced without changing the rest of the article (is it an anchor that "
        "another key refers to?); take the secured key out and sign again");
  }
  if (after->verification.verdict != Verdict::kValid) {
    return absl::InternalError(fmt::format("the signature just made does not verify: {}",
                                           VerdictReasonText(after->verification.reason)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSignsFor(const SigningKey& key, const v1::Article& article) {
  if (!article.provider().has_domain()) {
    return absl::InvalidArgumentError(fmt::format(
        "it names no publisher, so no archive could find the key: add to its front matter a provider with "
        "domain: {}",
        key.domain));
  }
  const std::string& domain = article.provider().domain();
  if (NormalizePublisherDomain(domain) != key.domain) {
    return absl::InvalidArgumentError(
        fmt::format("its provider.domain is {}, but the key signs for {}", domain, key.domain));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> SignDocument(std::string_view document, const SigningKey& key, absl::Time now) {
  const absl::StatusOr<DocumentLayout> layout = FindLayout(document);
  if (!layout.ok()) return layout.status();
  const absl::StatusOr<CheckedDocument> before = CheckDocument(document, key.keyring, now);
  if (!before.ok()) return before.status();
  if (const absl::Status status = CheckSignsFor(key, before->article); !status.ok()) return status;
  const absl::StatusOr<std::string> secured =
      MakeSecuredField(before->canonical_form, *key.private_key, key.envelope, key.envelope_key);
  if (!secured.ok()) return secured.status();
  std::string signed_document = WithSecuredLine(document, *layout, *secured);
  const ByteRange replaced = layout->secured_lines.value_or(ByteRange{});
  const std::string_view old_lines = document.substr(replaced.begin, replaced.end - replaced.begin);
  if (absl::Status status = ProveUnchanged(signed_document, *before, old_lines, key, now); !status.ok()) {
    return status;
  }
  return signed_document;
}

}  // namespace chirograph
