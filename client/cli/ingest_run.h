// SPDX-License-Identifier: Apache-2.0
//
// Files, through a stream, to an archive.
#ifndef CHIROGRAPH_CLIENT_CLI_INGEST_RUN_H_
#define CHIROGRAPH_CLIENT_CLI_INGEST_RUN_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "client/archive_client.h"
#include "client/cli/article_files.h"
#include "client/cli/host.h"
#include "client/cli/ingest_result.h"
#include "client/ingest_stream.h"
#include "crypto/mutex.h"

namespace chirograph {

struct IngestRunOptions {
  // Files that are read, parsed and, with require_valid, asked about at a time.
  int jobs = 16;
  // Send only what the archive, asked beforehand, finds VALID.
  bool require_valid = false;
};

// Sends files, and hands on what became of each. One file's error does not stop the others. An alarm does,
// and so does an archive that no longer answers, and Interrupt: what is under way is waited for if it can be,
// the rest is NotSent. What is in memory is bounded by the stream's window, `jobs` files, and 1024 results
// that wait for one before them.
class IngestRun {
 public:
  // One at a time, from any thread.
  struct Listener {
    // In the order of `files`; each exactly once.
    std::function<void(const IngestResult&)> on_result;
    // What ended it for all that came after; before the results of those.
    std::function<void(const Failure&)> on_failure;
  };

  // All that is referred to must outlive this.
  IngestRun(ArchiveClient& client, const std::vector<ArticleFile>& files, const IngestRunOptions& options,
            Host& host, Listener listener);

  // To be called once.
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  // From any thread, at any time.
  void Interrupt() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Read(IngestStream& stream);
  bool Take(std::size_t* position) ABSL_LOCKS_EXCLUDED(mutex_);
  // Asks about it, and sends it if it is wanted.
  void Handle(IngestStream& stream, std::size_t position);
  // A Failure, or an answer, where it is not to be sent.
  std::optional<IngestResult> AskWhetherValid(const ArticleFile& file, const Submission& submission);
  void NoteHealth(const Failure* failure) ABSL_LOCKS_EXCLUDED(mutex_);
  IngestResult ResultOf(const ArticleFile& file, Answer<IngestOutcome> outcome) const;
  void Deliver(std::size_t position, IngestResult result) ABSL_LOCKS_EXCLUDED(mutex_);
  void DeliverRest(const IngestEnd& end) ABSL_LOCKS_EXCLUDED(mutex_);
  void StopReading() ABSL_LOCKS_EXCLUDED(mutex_);

  ArchiveClient& client_;
  const std::vector<ArticleFile>& files_;
  const IngestRunOptions options_;
  Host& host_;
  const Listener listener_;

  Mutex mutex_;
  CondVar changed_;
  IngestStream* stream_ ABSL_GUARDED_BY(mutex_) = nullptr;  // while there is one to stop
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t delivered_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::size_t, IngestResult> early_ ABSL_GUARDED_BY(mutex_);
  int unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  bool alarmed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_INGEST_RUN_H_
