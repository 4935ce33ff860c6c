// SPDX-License-Identifier: Apache-2.0
#include "service/internal/http_connection.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "service/gzip.h"

namespace chirograph {
namespace {

// How often it is looked, while nothing is asked, whether others wait.
constexpr std::chrono::milliseconds kIdleSlice{50};
// What a new connection is given to ask something although others wait.
constexpr std::chrono::milliseconds kFirstWait{500};

bool IsRead(const httplib::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

// A body is never read, so nothing that comes after one is a request.
bool HasBody(const httplib::Request& request) {
  return request.has_header("Transfer-Encoding") ||
         (request.has_header("Content-Length") && request.get_header_value("Content-Length") != "0");
}

// Takes the client's word on encodings out of the request, for httplib would compress what text there is by
// itself, also for who refuses it (q=0); ours stays in its place.
constexpr char kGzip[] = "Chirograph-Gzip";
void SettleEncoding(httplib::Request& request) {
  std::string all;
  const auto [begin, end] = request.headers.equal_range("Accept-Encoding");
  for (auto header = begin; header != end; ++header) all += header->second + ",";
  request.headers.erase("Accept-Encoding");
  request.headers.erase(kGzip);
  if (AcceptsGzip(all)) request.headers.emplace(kGzip, "");
}

void FillIn(HttpAnswer answer, bool gzip, httplib::Response& response) {
  response.status = answer.status;
  if (answer.compressible) {
    response.set_header("Vary", "Accept-Encoding");
    if (std::optional<std::string> packed; gzip && (packed = Gzip(answer.body))) {
      answer.body = *std::move(packed);
      response.set_header("Content-Encoding", "gzip");
    }
  }
  response.set_header("Cache-Control", answer.cache_control);
  response.set_header("Content-Type", answer.content_type);
  // httplib would promise them to who asks with HEAD.
  response.set_header("Accept-Ranges", "none");
  // A stranger's text is never a page with a script in it.
  response.set_header("X-Content-Type-Options", "nosniff");
  response.body = std::move(answer.body);
}

// What httplib refuses by itself: the same form.
HttpAnswer Refusal(int status) {
  switch (status) {
    case 414:
      return HttpSentence(414, "The request's path is too long.");
    case 500:
      return HttpSentence(500, "The archive's server failed.");
    default:
      return HttpSentence(status, "This is no request that is understood here.");
  }
}

}  // namespace

HttpConnections::HttpConnections(Resources resources, const HttpLimits& limits)
    : resources_(std::move(resources)), limits_(limits) {
  set_keep_alive_max_count(static_cast<std::size_t>(limits_.max_requests));
  set_keep_alive_timeout(std::chrono::duration_cast<std::chrono::seconds>(limits_.idle_time).count());
  // Not a handler for a pattern: httplib matches those with std::regex, whose stack grows with the path.
  set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    Answer(request, response);
    return HandlerResponse::Handled;
  });
  set_error_handler([](const httplib::Request&, httplib::Response& response) {
    response.headers.erase("EXCEPTION_WHAT");  // what went wrong inside is nobody's business
    if (response.body.empty()) FillIn(Refusal(response.status), false, response);
  });
}

void HttpConnections::Answer(const httplib::Request& request, httplib::Response& response) const {
  if (!IsRead(request)) {
    response.set_header("Allow", "GET, HEAD");
    return FillIn(HttpSentence(405, "Everything here is only read: GET or HEAD."), false, response);
  }
  if (HasBody(request)) return FillIn(HttpSentence(400, "A request has no body here."), false, response);
  const std::string_view target = request.target;
  FillIn(resources_(target.substr(0, target.find('?'))), request.has_header(kGzip), response);
}

bool HttpConnections::ServeOne(HttpSocket& socket, bool last) {
  bool understood = false;
  bool closed = false;
  const auto set_up = [&](httplib::Request& request) {
    understood = true;
    socket.SetDeadline(HttpSocket::Clock::now() + limits_.write_time);
    SettleEncoding(request);
    // Whole resources only: httplib would copy one as often as a header of 8 KiB can name it.
    request.ranges.clear();
    request.headers.erase("Range");
    request.headers.erase("Expect");
    if (IsRead(request) && !HasBody(request)) return;
    closed = true;
    request.headers.erase("Connection");
    request.headers.emplace("Connection", "close");
  };
  try {
    return process_request(socket, last, closed, set_up) && understood && !closed && !last;
  } catch (const std::exception& error) {
    spdlog::error("HTTP: a request could not be answered: {}", error.what());
    return false;
  }
}

void HttpConnections::Serve(HttpSocket& socket, const std::function<bool()>& others_wait) {
  socket.SetDeadline(HttpSocket::Clock::now() + limits_.read_time);
  if (!socket.Handshake()) return;
  for (int request = 1;; ++request) {
    const auto idle_since = HttpSocket::Clock::now();
    while (!socket.WaitReadable(kIdleSlice)) {
      const auto idle = HttpSocket::Clock::now() - idle_since;
      // Who has asked nothing yet may be about to.
      if (idle >= limits_.idle_time || (others_wait() && (request > 1 || idle >= kFirstWait))) return;
    }
    socket.SetReadBudget(limits_.max_head_bytes);
    socket.SetDeadline(HttpSocket::Clock::now() + limits_.read_time);
    if (!ServeOne(socket, request >= limits_.max_requests || others_wait())) return;
  }
}

}  // namespace chirograph
