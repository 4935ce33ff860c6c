// SPDX-License-Identifier: Apache-2.0
#include "service/http_server.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "crypto/mutex.h"
#include "service/http_resources.h"
#include "service/internal/http_connection.h"
#include "service/internal/http_socket.h"

namespace chirograph {
namespace {

constexpr int kBacklog = 128;
// Where there is no descriptor, or no memory, for another connection.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nCache-Control: no-cache\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 44\r\n\r\n"
    "Too many connections wait; try again later.\n";

std::string ErrnoText(int error) { return std::generic_category().message(error); }

// A descriptor of a socket that listens; negative: errno.
int ListenOn(const addrinfo& address) {
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int on = 1;
  // Else an address could not be listened on for a minute after a server that was stopped.
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(fd, address.ai_addr, address.ai_addrlen) == 0 && listen(fd, kBacklog) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

absl::StatusOr<int> Listen(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), listen.c_str() + colon + 1, &hints, &found);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(error == 0 ? found : nullptr, freeaddrinfo);
  std::string why = error == 0 ? "" : gai_strerror(error);
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    if (const int fd = ListenOn(*address); fd >= 0) return fd;
    why = ErrnoText(errno);
  }
  return absl::UnavailableError(fmt::format(
      "cannot listen on {} for HTTP: {}; name another address with --http-listen HOST:PORT, or serve no HTTP "
      "with --http-listen none",
      listen, why));
}

std::string PortOf(int fd) {
  sockaddr_storage bound = {};
  socklen_t size = sizeof(bound);
  std::array<char, NI_MAXSERV> port = {};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the interface's
  auto* address = reinterpret_cast<sockaddr*>(&bound);
  if (getsockname(fd, address, &size) != 0 ||
      getnameinfo(address, size, nullptr, 0, port.data(), port.size(), NI_NUMERICSERV) != 0) {
    return "0";
  }
  return port.data();
}

class RunningHttpServer final : public HttpServer {
 public:
  RunningHttpServer(const HttpServerOptions& options, int listener, std::shared_ptr<SSL_CTX> tls,
                    const LogStore& store, NewestTree newest_tree)
      : options_(options),
        address_(fmt::format("{}:{}", options.listen.substr(0, options.listen.rfind(':')), PortOf(listener))),
        listener_(listener),
        stop_event_(eventfd(0, EFD_CLOEXEC)),
        tls_(std::move(tls)),
        connections_(
            [&store, newest_tree = std::move(newest_tree), content = options.serve_content](
                std::string_view path) { return AnswerHttpGet(store, *newest_tree(), content, path); },
            HttpLimits()) {
    for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Work(); });
    acceptor_ = std::thread([this] { Accept(); });
  }

  ~RunningHttpServer() override {
    Stop(absl::InfinitePast());
    close(stop_event_);
  }

  const std::string& address() const override { return address_; }

  void StopListening() override {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
      wake_.NotifyAll();
    }
    eventfd_write(stop_event_, 1);
    if (acceptor_.joinable()) acceptor_.join();
  }

  void Stop(absl::Time deadline) override {
    StopListening();
    {
      MutexLock lock(mutex_);
      while (!active_.empty()) {
        const absl::Duration left = deadline - absl::Now();
        if (left <= absl::ZeroDuration() || !idle_.WaitFor(mutex_, absl::ToChronoNanoseconds(left))) break;
      }
      for (const int fd : active_) shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Accept() {
    for (;;) {
      std::array<pollfd, 2> polled = {{{listener_, POLLIN, 0}, {stop_event_, POLLIN, 0}}};
      poll(polled.data(), polled.size(), -1);
      if (polled[1].revents != 0) break;
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd >= 0) {
        Take(fd);
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        spdlog::warn("HTTP: a connection cannot be taken: {}", ErrnoText(errno));
        poll(&polled[1], 1, static_cast<int>(kAcceptPause.count()));
      }
    }
    close(listener_);
  }

  // Takes over `fd`.
  void Take(int fd) {
    {
      MutexLock lock(mutex_);
      if (waiting_.size() < options_.max_waiting) {
        waiting_.push_back(fd);
        wake_.NotifyOne();
        return;
      }
    }
    // Whatever of it leaves at once; within TLS it could not be said.
    if (tls_ == nullptr) send(fd, kBusy.data(), kBusy.size(), MSG_NOSIGNAL);
    close(fd);
  }

  void Work() {
    for (;;) {
      int fd = -1;
      {
        MutexLock lock(mutex_);
        while (waiting_.empty() && !stopping_) wake_.Wait(mutex_);
        if (waiting_.empty()) return;
        fd = waiting_.front();
        waiting_.pop_front();
        active_.insert(fd);
      }
      Serve(fd);
    }
  }

  void Serve(int fd) {
    HttpSocket socket(fd, tls_.get());
    connections_.Serve(socket, [this] { return IsPressed(); });
    // Before the descriptor is closed, and so may be another's.
    MutexLock lock(mutex_);
    active_.erase(fd);
    if (active_.empty()) idle_.NotifyAll();
  }

  bool IsPressed() {
    MutexLock lock(mutex_);
    // For one that waits a free thread may be on its way.
    return stopping_ || waiting_.size() + active_.size() > static_cast<std::size_t>(options_.threads);
  }

  const HttpServerOptions options_;
  const std::string address_;
  const int listener_;  // the acceptor's, which closes it
  const int stop_event_;
  const std::shared_ptr<SSL_CTX> tls_;
  HttpConnections connections_;

  Mutex mutex_;
  CondVar wake_;
  CondVar idle_;
  std::deque<int> waiting_ ABSL_GUARDED_BY(mutex_);
  std::set<int> active_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options,
                                                              const TlsFiles& tls, const LogStore& store,
                                                              NewestTree newest_tree) {
  absl::StatusOr<std::shared_ptr<SSL_CTX>> context = MakeTlsContext(tls);
  if (!context.ok()) return context.status();
  const absl::StatusOr<int> listener = Listen(options.listen);
  if (!listener.ok()) return listener.status();
  return std::make_unique<RunningHttpServer>(options, *listener, *std::move(context), store,
                                             std::move(newest_tree));
}

}  // namespace chirograph
