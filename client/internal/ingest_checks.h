// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_INGEST_CHECKS_H_
#define CHIROGRAPH_CLIENT_INTERNAL_INGEST_CHECKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chirograph/v1/archive_service.pb.h"
#include "client/answer.h"
#include "client/archive_client.h"
#include "client/internal/submission.h"

namespace chirograph::internal {

// What an answer to a submission must pass before it is believed, the same for a single call and a stream.
// `came_with` says which answer it is, for messages and evidence. Thread-safe.
class IngestChecks {
 public:
  virtual ~IngestChecks() = default;

  // CheckpointTracker::LargestSeen.
  virtual std::uint64_t LargestSeen() = 0;

  // Judges a checkpoint beside the trusted one, as CheckpointTracker::Observe; its tree size.
  virtual Answer<std::uint64_t> FollowCheckpoint(const std::string& note, std::string_view came_with,
                                                 std::uint64_t seen_when_asked) = 0;

  // Checks all else of an answer that says that it is archived, and compares it with what is kept. Its
  // receipt's checkpoint must have been followed; the receipt is not kept yet. Failures: kDoesNotCheck;
  // kAlarm: another entry is kept for that index; kCouldNot: the kept one cannot be read.
  virtual Answer<IngestOutcome> CheckIngested(const PreparedSubmission& prepared,
                                              v1::IngestArticleResponse response,
                                              std::string_view came_with) = 0;

  // The outcome of a refusal by policy, else `failure`, or kDoesNotCheck.
  virtual Answer<IngestOutcome> CheckRefused(const PreparedSubmission& prepared, Failure failure,
                                             std::string_view came_with) = 0;

  // Keeps receipts that were checked, for the price of few syncs; an answer each. kCouldNot: the state cannot
  // be written; kAlarm as CheckIngested.
  virtual std::vector<std::optional<Failure>> KeepAll(const std::vector<const v1::Receipt*>& receipts,
                                                      std::string_view came_with) = 0;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_INGEST_CHECKS_H_
