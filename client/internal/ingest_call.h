// SPDX-License-Identifier: Apache-2.0
//
// One attempt at ArchiveService.IngestArticles.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_INGEST_CALL_H_
#define CHIROGRAPH_CLIENT_INTERNAL_INGEST_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <optional>

#include "absl/base/thread_annotations.h"
#include "chirograph/v1/archive_service.grpc.pb.h"
#include "client/internal/bell.h"
#include "crypto/mutex.h"

namespace chirograph::internal {

// One message is on its way at a time, and one that came is held, so that nothing here grows. Used by one
// thread, which `bell` wakes when there is something to do.
class IngestCall final
    : private grpc::ClientBidiReactor<v1::IngestArticlesRequest, v1::IngestArticlesResponse> {
 public:
  // Begins. `stub` and `bell` must outlive this.
  IngestCall(v1::ArchiveService::Stub& stub, Bell& bell);
  // Cancels, and waits for the end.
  ~IngestCall() override;
  IngestCall(const IngestCall&) = delete;
  IngestCall& operator=(const IngestCall&) = delete;

  // Whether Write and CloseWriting may be called: nothing is on its way, and neither side has ended it.
  bool CanWrite() ABSL_LOCKS_EXCLUDED(mutex_);
  void Write(v1::IngestArticlesRequest message) ABSL_LOCKS_EXCLUDED(mutex_);
  // No more will be written.
  void CloseWriting() ABSL_LOCKS_EXCLUDED(mutex_);
  // The next message that came; nothing: none yet, or no more. The one after it is read from then on.
  std::optional<v1::IngestArticlesResponse> TakeResponse() ABSL_LOCKS_EXCLUDED(mutex_);
  // How it ended, once every response has been taken.
  std::optional<grpc::Status> End() ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends it soon; again does nothing.
  void Cancel();

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  Bell& bell_;
  grpc::ClientContext context_;
  // The call's own while it writes or reads them; between that the user's.
  v1::IngestArticlesRequest request_;
  v1::IngestArticlesResponse response_;

  Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_response_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_all_ ABSL_GUARDED_BY(mutex_) = false;
  bool held_ ABSL_GUARDED_BY(mutex_) = true;  // gRPC waits with OnDone
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_INGEST_CALL_H_
