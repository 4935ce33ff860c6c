// SPDX-License-Identifier: Apache-2.0
//
// HTTP/1.1 on one connection: httplib reads what is asked and writes what is answered.
#ifndef CHIROGRAPH_SERVICE_INTERNAL_HTTP_CONNECTION_H_
#define CHIROGRAPH_SERVICE_INTERNAL_HTTP_CONNECTION_H_

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>

#include "service/http_resources.h"
#include "service/internal/http_socket.h"

namespace chirograph {

struct HttpLimits {
  std::size_t max_head_bytes = std::size_t{16} << 10;  // of a request's line and headers
  int max_requests = 1000;                             // on one connection
  std::chrono::milliseconds idle_time{5'000};          // until a request begins
  std::chrono::milliseconds read_time{5'000};          // for all of its head, and for a handshake
  std::chrono::milliseconds write_time{30'000};        // for all of an answer
};

// Thread-safe.
class HttpConnections : private httplib::Server {
 public:
  // What is at a path, which begins with a slash and has no query.
  using Resources = std::function<HttpAnswer(std::string_view path)>;

  HttpConnections(Resources resources, const HttpLimits& limits);

  // Answers one request after another, until either end has enough; `others_wait` is asked before each answer
  // and while nothing is asked: true ends the connection. No exception leaves it.
  void Serve(HttpSocket& socket, const std::function<bool()>& others_wait);

 private:
  // False: this was the last one.
  bool ServeOne(HttpSocket& socket, bool last);
  void Answer(const httplib::Request& request, httplib::Response& response) const;

  const Resources resources_;
  const HttpLimits limits_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_HTTP_CONNECTION_H_
