// SPDX-License-Identifier: Apache-2.0
#include "service/article_payload.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "crypto/sha256.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "service/request.h"
#include "service/store_error.h"

namespace chirograph {
namespace {

// The stored content of the article whose receipt this is, checked against its opening.
absl::StatusOr<std::string> ReadCheckedContent(const LogStore& store, const v1::Receipt& receipt) {
  absl::StatusOr<v1::Opening> opening = ParseOpening(receipt.opening());
  if (!opening.ok()) return FromStoreError(opening.status());
  absl::StatusOr<std::string> content = store.ReadContent(receipt.index());
  if (!content.ok()) return FromStoreError(content.status());
  if (AsBytes(Sha256(*content)) != opening->content_digest()) {
    return FromStoreError(absl::DataLossError(
        fmt::format("the content at index {} does not hash to its opening's digest", receipt.index())));
  }
  return content;
}

// False: the source is asked for, and there is none; the article is set.
template <class Message>
absl::StatusOr<bool> Add(const LogStore& store, v1::ArticleView view, Message* message) {
  if (view == v1::ARTICLE_VIEW_UNSPECIFIED || view == v1::ARTICLE_VIEW_RECORD) return true;
  absl::StatusOr<std::string> bytes = ReadCheckedContent(store, message->receipt());
  if (!bytes.ok()) return bytes.status();
  if (view == v1::ARTICLE_VIEW_CONTENT) {
    message->set_content(*std::move(bytes));
    return true;
  }
  absl::StatusOr<v1::Content> content = ParseContent(*bytes);
  if (!content.ok()) return FromStoreError(content.status());
  if (view == v1::ARTICLE_VIEW_SOURCE && content->has_source_document()) {
    message->set_source_document(std::move(*content->mutable_source_document()));
    return true;
  }
  *message->mutable_article() = std::move(*content->mutable_article());
  return view == v1::ARTICLE_VIEW_ARTICLE;
}

}  // namespace

absl::Status CheckView(v1::ArticleView view) {
  if (v1::ArticleView_IsValid(view)) return absl::OkStatus();
  return InvalidField("view", fmt::format("there is no ArticleView {}", static_cast<int>(view)));
}

absl::Status AddPayload(const LogStore& store, v1::ArticleView view, v1::GetArticleResponse* response) {
  const absl::StatusOr<bool> added = Add(store, view, response);
  if (!added.ok()) return added.status();
  if (*added) return absl::OkStatus();
  const std::string index = std::to_string(response->receipt().index());
  return MakeError(
      v1::ERROR_REASON_NO_SOURCE_DOCUMENT,
      fmt::format("the article at index {} came as a message: there is no source document", index),
      {{"index", index}});
}

absl::Status AddPayload(const LogStore& store, v1::ArticleView view, v1::ListedArticle* listed) {
  return Add(store, view, listed).status();
}

}  // namespace chirograph
