// SPDX-License-Identifier: Apache-2.0
//
// What answers to an ingest stream are worth.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_INGEST_JUDGE_H_
#define CHIROGRAPH_CLIENT_INTERNAL_INGEST_JUDGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "chirograph/v1/archive_service.pb.h"
#include "client/answer.h"
#include "client/internal/ingest_checks.h"
#include "client/internal/rpc_channel.h"
#include "client/internal/submission.h"

namespace chirograph::internal {

// An article under way. Stays where it is: `prepared` points into `submission`.
struct ArticleUnderWay {
  std::uint64_t tag = 0;  // the caller's
  Submission submission;
  PreparedSubmission prepared;
  std::size_t bytes = 0;              // on the wire
  bool was_sent = false;              // over some connection
  std::uint64_t seen_when_asked = 0;  // the largest tree size that the stream had followed when it was sent
};

// One message of answers, each with its article at the same place.
struct AnsweredArticles {
  std::vector<std::unique_ptr<ArticleUnderWay>> articles;
  v1::IngestArticlesResponse response;
};

struct JudgedAnswers {
  // In the order of the answers. Of each that is archived, the receipt is kept.
  std::vector<std::pair<std::uint64_t, Answer<IngestOutcome>>> outcomes;
  // What ends the stream; the tags that it leaves without an outcome.
  std::optional<Failure> failure;
  std::vector<std::uint64_t> unanswered;
  // The largest of the checkpoints; 0 where there was none.
  std::uint64_t tree_size = 0;
};

// Follows the checkpoint of each message, checks each answer in full, on up to `threads` threads, and keeps
// the receipts. Several messages that came meanwhile are best judged together: what is written to the disk
// costs the same for one as for many.
JudgedAnswers JudgeAnswers(IngestChecks& checks, const RpcChannel& channel,
                           std::vector<AnsweredArticles> messages, std::size_t threads);

// A submission's refusal as the failure that it is; always with server_error.
Failure RefusalOf(const RpcChannel& channel, const google::rpc::Status& refusal);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_INGEST_JUDGE_H_
