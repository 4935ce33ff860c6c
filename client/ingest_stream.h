// SPDX-License-Identifier: Apache-2.0
//
// Many articles to one archive, by ArchiveService.IngestArticles.
#ifndef CHIROGRAPH_CLIENT_INGEST_STREAM_H_
#define CHIROGRAPH_CLIENT_INGEST_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "client/answer.h"
#include "client/archive_client.h"

namespace chirograph {

struct IngestStreamOptions {
  // Gets what became of one article: called once for each that Submit took, unless IngestEnd names it. From a
  // thread of the stream, or from within Submit; one call at a time; in the order in which the archive
  // answered, which is that of Submit but for refusals and for what was archived before. It must not call the
  // stream. A failure here is of that article alone: it cannot be read (from within Submit, kCouldNot with
  // InvalidArgument and a SourcePosition), the server refuses it otherwise than by policy (server_error), or
  // its answer or the receipt in the state does not check.
  std::function<void(std::uint64_t tag, Answer<IngestOutcome> outcome)> on_outcome;
  // Called once, from a thread of the stream, if it fails as a whole: no more is taken. May be null.
  std::function<void()> on_end;
  // Articles, and bytes of their documents, that were handed in and have no outcome yet; Submit waits beyond.
  // An article that is larger alone is taken when there is no other. In memory each takes some five times its
  // bytes.
  std::size_t window_articles = 512;
  std::size_t window_bytes = std::size_t{4} << 20;
  // Threads that check receipts, at least 1. 0: one a processor, at most 4.
  int check_threads = 0;
};

// How a stream ended. What is named here got no outcome.
struct IngestEnd {
  // Absent: it did not fail. kCouldNot: the archive could not be reached or was busy for
  // ClientOptions.retry_for, gave no answer for call_timeout, has no IngestArticles, or the state cannot be
  // written. kDoesNotCheck: a checkpoint does not check, or it answered what was not asked, twice, or not at
  // all. kAlarm.
  std::optional<Failure> failure;
  // Tags of articles that were sent: each may be archived or not. To send it again is safe.
  std::vector<std::uint64_t> unanswered;
  // Tags of articles that were never sent.
  std::vector<std::uint64_t> not_sent;
};

// Keeps a window of articles under way, many to a message. Each receipt is checked as ArchiveClient::Ingest
// does, and kept in the state before its outcome is handed on. A connection that breaks is made again, and
// what was not answered is sent again: an article that was archived by the first attempt is then answered as
// archived before. Thread-safe.
class IngestStream {
 public:
  // As Stop and Finish, without waiting for answers.
  virtual ~IngestStream() = default;

  // Takes one article, whose outcome will bear `tag`, which need not be unique; waits for room in the window.
  // False: it was not taken, and gets no outcome; the stream has failed or was stopped.
  virtual bool Submit(std::uint64_t tag, Submission submission) = 0;

  // Sends nothing from now on. What is under way is still waited for, unless the connection breaks.
  virtual void Stop() = 0;

  // Sends the rest, unless stopped, and waits for all answers. To be called once, when no Submit runs.
  virtual IngestEnd Finish() = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_INGEST_STREAM_H_
