// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_INGEST_POOL_H_
#define CHIROGRAPH_CLIENT_CLI_INGEST_POOL_H_

#include <functional>
#include <vector>

#include "client/archive_client.h"
#include "client/cli/article_files.h"
#include "client/cli/host.h"
#include "client/cli/ingest_result.h"

namespace chirograph {

struct IngestPoolOptions {
  int jobs = 16;  // calls in flight
  // Send only what the archive, asked beforehand, finds VALID.
  bool require_valid = false;
};

// Submits `files` with a window of calls, and hands each result to `on_result` (one at a time, in the order
// of `files`, from any thread). One file's error does not stop the others; an alarm does, and so does an
// archive that has not answered any of the last calls, each with all its attempts: those in flight end, the
// rest are NotSent.
void IngestFiles(ArchiveClient& client, const std::vector<ArticleFile>& files,
                 const IngestPoolOptions& options, Host& host,
                 const std::function<void(const IngestResult&)>& on_result);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_INGEST_POOL_H_
