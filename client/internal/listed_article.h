// SPDX-License-Identifier: Apache-2.0
//
// One article of a list or a watch, checked.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_LISTED_ARTICLE_H_
#define CHIROGRAPH_CLIENT_INTERNAL_LISTED_ARTICLE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "chirograph/v1/listing.pb.h"
#include "client/answer.h"
#include "client/archived_article.h"
#include "client/checkpoint_tracker.h"
#include "client/internal/rpc_channel.h"
#include "client/receipt_check.h"
#include "proto/front_matter.h"
#include "proto/stored_format.h"

namespace chirograph::internal {

// What streams of articles need of the client that they are of, which outlives them. Thread-safe.
struct StreamServices {
  RpcChannel& channel;
  CheckpointTracker& tracker;
  ClientState& state;
  const NoteVerifier& log;
  const Keyring* keyring;
  // Recomputes a receipt whose checkpoint was judged, and holds it against the one that is kept for its
  // index. Failures: kDoesNotCheck with the findings; kAlarm; kCouldNot.
  std::function<Answer<ReceiptReport>(const v1::Receipt& receipt, const ReceiptEvidence& evidence,
                                      std::string_view came_with)>
      recompute;
  // What "beyond the tree size" for the entry at `index` is worth beside what the log signed before.
  std::function<Failure(std::uint64_t index, Failure failure)> doubt_beyond_tree;
};

// Moves the payload of `message`, which was checked, into `answer`. An error says what cannot be read.
template <typename Message>
absl::Status TakePayload(Message* message, ArchivedArticle* answer) {
  switch (message->payload_case()) {
    case Message::kArticle:
      answer->article = std::move(*message->mutable_article());
      break;
    case Message::kSourceDocument: {
      absl::StatusOr<v1::Article> article = ParseDocument(message->source_document());
      if (!article.ok()) return article.status();
      answer->article = *std::move(article);
      answer->source_document = std::move(*message->mutable_source_document());
      break;
    }
    case Message::kContent: {
      absl::StatusOr<v1::Content> content = ParseContent(message->content());
      if (!content.ok()) return content.status();
      answer->article = std::move(*content->mutable_article());
      if (content->has_source_document()) {
        answer->source_document = std::move(*content->mutable_source_document());
      }
      answer->content = std::move(*message->mutable_content());
      break;
    }
    case Message::PAYLOAD_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

// The payload of `message`, as far as it goes, as evidence; it points into it.
template <typename Message>
ReceiptEvidence EvidenceOf(const Message& message, const Keyring* keyring) {
  ReceiptEvidence evidence;
  if (message.has_article()) evidence.article = &message.article();
  if (message.has_source_document()) evidence.source_document = message.source_document();
  if (message.has_content()) evidence.content = message.content();
  evidence.keyring = keyring;
  return evidence;
}

// Checks `listed`, which came in a message with `checkpoint`, which the tracker has judged. `came_with`
// names the message. Failures as StreamServices::recompute; also kDoesNotCheck where the payload is not that
// of `view`.
Answer<ArchivedArticle> CheckListed(const StreamServices& services, v1::ListedArticle listed,
                                    const std::string& checkpoint, v1::ArticleView view,
                                    std::string_view came_with);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_LISTED_ARTICLE_H_
