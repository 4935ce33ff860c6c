// SPDX-License-Identifier: Apache-2.0
//
// The log for strangers, over HTTP (docs/http.md).
#ifndef CHIROGRAPH_SERVICE_HTTP_SERVER_H_
#define CHIROGRAPH_SERVICE_HTTP_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/log_head.h"
#include "service/log_store.h"
#include "service/tls_files.h"

namespace chirograph {

struct HttpServerOptions {
  std::string listen;  // HOST:PORT, port 0 for any
  bool serve_content = false;
  // Connections that are served at a time, each by a thread of its own, and that wait for one; past both a
  // connection is answered 503 and closed.
  int threads = 16;
  std::size_t max_waiting = 64;
};

// Listens, answers, and never writes to the store. However slow its clients are, they hold no more than its
// threads, and nobody else's.
class HttpServer {
 public:
  using NewestTree = std::function<std::shared_ptr<const PublishedTree>()>;

  // Each request is answered from one tree, the newest, which is never null. `store` must outlive the server.
  // Unavailable: the address cannot be listened on. InvalidArgument: it is none, or `tls` is not usable.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options,
                                                           const TlsFiles& tls, const LogStore& store,
                                                           NewestTree newest_tree);
  // Stop, without a grace.
  virtual ~HttpServer() = default;

  // What is listened on, with the port that was bound.
  virtual const std::string& address() const = 0;

  // Takes no more connections, and ends those that ask nothing now. Does not wait. Idempotent.
  virtual void StopListening() = 0;
  // The same, and waits until `deadline` for the answers that are being sent; cuts those that are left.
  virtual void Stop(absl::Time deadline) = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_HTTP_SERVER_H_
