// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/ingest_load.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "chirograph/v1/archive_service.grpc.pb.h"
#include "crypto/mutex.h"
#include "proto/rpc_error.h"
#include "tests/benchmarks/bench_error.h"
#include "tests/benchmarks/child_program.h"

namespace chirograph {
namespace {

// The articles that may be sent and are not answered.
class Window {
 public:
  explicit Window(std::size_t size) : size_(size) {}
  void Take(std::size_t count) {
    MutexLock lock(mutex_);
    while (taken_ > 0 && taken_ + count > size_) changed_.Wait(mutex_);
    taken_ += count;
  }
  void Give(std::size_t count) {
    MutexLock lock(mutex_);
    taken_ -= count;
    changed_.NotifyAll();
  }

 private:
  const std::size_t size_;
  Mutex mutex_;
  CondVar changed_;
  std::size_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

IngestLoad RunIngestLoad(const std::string& address, const std::vector<v1::IngestArticlesRequest>& messages,
                         std::size_t in_flight) {
  IngestLoad load;
  for (const v1::IngestArticlesRequest& message : messages) {
    load.articles += static_cast<std::size_t>(message.submissions_size());
  }
  const auto stub =
      v1::ArchiveService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  std::vector<double> sent(load.articles);
  load.ack_ms.reserve(load.articles);
  Window window(in_flight);
  const double start = NowSeconds();
  const double cpu_start = ProcessCpuSeconds();
  grpc::ClientContext context;
  const auto stream = stub->IngestArticles(&context);
  std::thread reader([&] {
    v1::IngestArticlesResponse response;
    while (stream->Read(&response)) {
      const double now = NowSeconds();
      for (const v1::SubmissionOutcome& outcome : response.outcomes()) {
        if (!outcome.has_receipt() || outcome.already_archived()) {
          Die("an article was not archived: " + outcome.ShortDebugString());
        }
        load.ack_ms.push_back((now - sent[outcome.tag()]) * 1e3);
      }
      window.Give(static_cast<std::size_t>(response.outcomes_size()));
    }
  });
  for (const v1::IngestArticlesRequest& message : messages) {
    window.Take(static_cast<std::size_t>(message.submissions_size()));
    const double now = NowSeconds();
    for (const v1::TaggedSubmission& submission : message.submissions()) sent[submission.tag()] = now;
    if (!stream->Write(message)) break;
  }
  stream->WritesDone();
  reader.join();
  const grpc::Status status = stream->Finish();
  load.seconds = NowSeconds() - start;
  load.client_cpu_seconds = ProcessCpuSeconds() - cpu_start;
  if (!status.ok()) Die("the stream ended early: " + status.error_message());
  if (load.ack_ms.size() != load.articles) Die("the server left articles unanswered");
  std::sort(load.ack_ms.begin(), load.ack_ms.end());
  return load;
}

double Quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

}  // namespace chirograph
