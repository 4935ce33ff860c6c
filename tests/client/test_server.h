// SPDX-License-Identifier: Apache-2.0
//
// A gRPC server of a TestLog on loopback: honest, unless it is told what to lie about.
#ifndef CHIROGRAPH_TESTS_CLIENT_TEST_SERVER_H_
#define CHIROGRAPH_TESTS_CLIENT_TEST_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "chirograph/v1/archive_service.pb.h"
#include "chirograph/v1/log_service.pb.h"
#include "chirograph/v1/verification_service.pb.h"
#include "crypto/keyring.h"
#include "tests/client/test_log.h"

namespace chirograph {

// Moments in the handling of one message of a stream.
enum class StreamStep {
  kRead,      // nothing of it is done
  kStored,    // its articles are archived or refused, and not answered
  kAnswered,  // its answer is written
};

// What to change in answers before they are sent. Null: nothing.
struct Lies {
  std::function<void(v1::GetLogInfoResponse&)> log_info;
  // Of IngestArticle, and of each article of IngestArticles.
  std::function<void(v1::IngestArticleResponse&)> ingest;
  std::function<void(v1::IngestArticlesResponse&)> ingest_stream;
  // Called in an ingest stream, outside all locks, with the number of its message: may wait, and ends the
  // stream with what it returns.
  std::function<std::optional<absl::Status>(StreamStep step, int message)> stream_step;
  std::function<void(v1::GetArticleResponse&)> get;
  std::function<void(v1::GetCheckpointResponse&)> checkpoint;
  std::function<void(v1::GetInclusionProofResponse&)> inclusion;
  std::function<void(v1::GetConsistencyProofResponse&)> consistency;
  std::function<void(v1::VerifyArticleResponse&)> verify;
  // Streams: for each message; `number` counts them from 0 within the stream.
  std::function<void(int number, v1::ListArticlesResponse&)> list;
  std::function<void(int number, v1::ListVersionsResponse&)> versions;
  std::function<void(int number, v1::WatchArticlesResponse&)> watch;
  std::function<void(int number, v1::StreamEntriesResponse&)> entries;
  // How a stream of that method ends in place of its message of that number; OK: it does not.
  std::function<absl::Status(std::string_view method, int number)> cut;
  // An error to answer with instead, by the method's name, or "submission" for each article of an ingest
  // stream; OK: none.
  std::function<absl::Status(std::string_view)> refuse;
};

// Articles in one message of a stream.
inline constexpr std::size_t kTestArticlesPerMessage = 2;

// Entries in one message of StreamEntries.
inline constexpr int kTestEntriesPerMessage = 3;

struct TestServerOptions {
  Keyring keyring;
  // PEM; both, for TLS.
  std::string tls_key;
  std::string tls_certificate;
  std::string listen = "127.0.0.1:0";  // or "unix:PATH"
};

// Thread-safe.
class TestServer {
 public:
  explicit TestServer(TestLog log, TestServerOptions options = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  // "127.0.0.1:PORT", or "unix:PATH".
  const std::string& address() const;

  // The log as it is now, and another one in its place.
  TestLog log() const;
  void UseLog(TestLog log);
  void Tell(Lies lies);
  // How often a method was called, by its name.
  int Calls(std::string_view method) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_TEST_SERVER_H_
