// SPDX-License-Identifier: Apache-2.0
//
// What the HTTP side answers (docs/http.md), without a socket.
#ifndef CHIROGRAPH_SERVICE_HTTP_RESOURCES_H_
#define CHIROGRAPH_SERVICE_HTTP_RESOURCES_H_

#include <string>
#include <string_view>

#include "service/log_head.h"
#include "service/log_store.h"

namespace chirograph {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string cache_control = "no-cache";
  std::string body;  // where the status is not 200, one sentence and a line feed
  // Worth compressing for who asks for it.
  bool compressible = false;
};

// An answer that is one sentence.
HttpAnswer HttpSentence(int status, std::string_view sentence);

// What is at `path`, which begins with a slash, in `tree`: nothing that the store has beyond it is served.
// Text that is somebody's is served only where `serve_content` says so. Statuses: 200; 404, no such thing;
// 503, the store cannot answer now; 500, it is damaged, which goes to the diagnostics too. Thread-safe.
HttpAnswer AnswerHttpGet(const LogStore& store, const PublishedTree& tree, bool serve_content,
                         std::string_view path);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_HTTP_RESOURCES_H_
