// SPDX-License-Identifier: Apache-2.0
#include "service/internal/http_socket.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "absl/status/status.h"

namespace chirograph {
namespace {

// How long, and how much, is read of what nobody asked for before the connection is closed: a reset would
// take the answer away from who has not read it.
constexpr std::chrono::milliseconds kDrainTime{200};
constexpr std::size_t kDrainBytes = std::size_t{64} << 10;

using BioPtr = std::unique_ptr<BIO, int (*)(BIO*)>;
using CertificatePtr = std::unique_ptr<X509, void (*)(X509*)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

BioPtr Reader(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

bool UseCertificates(SSL_CTX* context, const std::string& pem) {
  const BioPtr reader = Reader(pem);
  const CertificatePtr own(PEM_read_bio_X509_AUX(reader.get(), nullptr, nullptr, nullptr), X509_free);
  if (own == nullptr || SSL_CTX_use_certificate(context, own.get()) != 1) return false;
  for (;;) {
    const CertificatePtr next(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr), X509_free);
    if (next == nullptr) return true;
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) return false;
  }
}

bool UseKey(SSL_CTX* context, const std::string& pem) {
  const BioPtr reader = Reader(pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  return key != nullptr && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

}  // namespace

absl::StatusOr<std::shared_ptr<SSL_CTX>> MakeTlsContext(const TlsFiles& files) {
  if (files.certificate.empty()) return std::shared_ptr<SSL_CTX>();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const bool made = context != nullptr && SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1 &&
                    UseCertificates(context.get(), files.certificate) &&
                    UseKey(context.get(), files.private_key);
  ERR_clear_error();
  if (!made)
    return absl::InvalidArgumentError("the TLS certificate or its private key cannot be used for HTTP");
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  return context;
}

HttpSocket::HttpSocket(int fd, SSL_CTX* tls)
    : fd_(fd), ssl_(tls == nullptr ? nullptr : SSL_new(tls), SSL_free) {
  if (ssl_ != nullptr) SSL_set_fd(ssl_.get(), fd_);
}

HttpSocket::~HttpSocket() {
  if (ssl_ != nullptr && SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
  ERR_clear_error();
  Drain();
  ssl_.reset();
  close(fd_);
}

void HttpSocket::Drain() {
  if (::shutdown(fd_, SHUT_WR) != 0) return;
  deadline_ = Clock::now() + kDrainTime;
  for (std::size_t drained = 0; drained < kDrainBytes && Await(POLLIN);) {
    const ssize_t count = recv(fd_, buffer_.data(), buffer_.size(), 0);
    if (count <= 0) return;
    drained += static_cast<std::size_t>(count);
  }
}

bool HttpSocket::Await(short events) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    if (left.count() <= 0) return false;
    pollfd polled{fd_, events, 0};
    const int ready = poll(&polled, 1, static_cast<int>(std::min<std::int64_t>(left.count(), INT_MAX)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool HttpSocket::AwaitTls(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Await(POLLIN);
    case SSL_ERROR_WANT_WRITE:
      return Await(POLLOUT);
    default:
      return false;
  }
}

bool HttpSocket::Handshake() {
  if (ssl_ == nullptr) return true;
  for (;;) {
    ERR_clear_error();
    const int result = SSL_accept(ssl_.get());
    if (result == 1) return true;
    if (!AwaitTls(result)) return false;
  }
}

bool HttpSocket::WaitReadable(std::chrono::milliseconds timeout) {
  if (begin_ < end_ || (ssl_ != nullptr && SSL_pending(ssl_.get()) > 0)) return true;
  pollfd polled{fd_, POLLIN, 0};
  return poll(&polled, 1, static_cast<int>(timeout.count())) > 0;
}

ssize_t HttpSocket::Fill() {
  const std::size_t size = std::min(buffer_.size(), budget_);
  for (;;) {
    if (ssl_ != nullptr) {
      ERR_clear_error();
      const int count = SSL_read(ssl_.get(), buffer_.data(), static_cast<int>(size));
      if (count > 0) return count;
      if (SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN) return 0;
      if (!AwaitTls(count)) return -1;
    } else {
      const ssize_t count = recv(fd_, buffer_.data(), size, 0);
      if (count >= 0) return count;
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return -1;
      if (!Await(POLLIN)) return -1;
    }
  }
}

ssize_t HttpSocket::read(char* data, std::size_t size) {
  if (begin_ == end_) {
    if (budget_ == 0) return 0;
    // Also where bytes come without a pause.
    if (Clock::now() >= deadline_) return -1;
    const ssize_t count = Fill();
    if (count <= 0) return count;
    budget_ -= static_cast<std::size_t>(count);
    begin_ = 0;
    end_ = static_cast<std::size_t>(count);
  }
  const std::size_t taken = std::min(size, end_ - begin_);
  std::memcpy(data, buffer_.data() + begin_, taken);
  begin_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t HttpSocket::WriteSome(const char* data, std::size_t size) {
  for (;;) {
    if (ssl_ != nullptr) {
      ERR_clear_error();
      const int count = SSL_write(ssl_.get(), data, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
      if (count > 0) return count;
      if (!AwaitTls(count)) return -1;
    } else {
      const ssize_t count = send(fd_, data, size, MSG_NOSIGNAL);
      if (count >= 0) return count;
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return -1;
      if (!Await(POLLOUT)) return -1;
    }
  }
}

ssize_t HttpSocket::write(const char* data, std::size_t size) {
  for (std::size_t written = 0; written < size;) {
    if (Clock::now() >= deadline_) return -1;
    const ssize_t count = WriteSome(data + written, size - written);
    if (count <= 0) return -1;
    written += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(size);
}

}  // namespace chirograph
