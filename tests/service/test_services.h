// SPDX-License-Identifier: Apache-2.0
//
// The RPC handlers on a test's archive, behind a socket of their own.
#ifndef CHIROGRAPH_TESTS_SERVICE_TEST_SERVICES_H_
#define CHIROGRAPH_TESTS_SERVICE_TEST_SERVICES_H_

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/archive.h"
#include "service/archive_service.h"
#include "service/check_stream.h"
#include "service/log_service.h"
#include "service/unreadable_request.h"
#include "service/verification_service.h"
#include "service/worker_pool.h"
#include "tests/service/grpc_call.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph {

// Streams of a kind at a time.
inline constexpr std::size_t kTestStreams = 2;

class TestServices {
 public:
  explicit TestServices(TestArchive& archive, const CatalogOptions& options = {}) : workers_(2) {
    const absl::Status started = archive.StartCatalog(options);
    EXPECT_TRUE(started.ok()) << started;
    const Archive parts{archive.admission(),
                        archive.store(),
                        archive.sequencer(),
                        archive.clock,
                        archive.log(),
                        workers_,
                        archive.catalog(),
                        streams_,
                        checks_,
                        watches_};
    services_.push_back(NewArchiveService(parts));
    services_.push_back(NewLogService(parts));
    services_.push_back(NewVerificationService(parts));
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    AnswerUnreadableRequests(builder);
    for (const auto& service : services_) builder.RegisterService(service.get());
    server_ = builder.BuildAndStart();
    EXPECT_NE(server_, nullptr);
    address_ = fmt::format("127.0.0.1:{}", port);
    client_ = std::make_unique<TestClient>(address_);
  }
  ~TestServices() { server_->Shutdown(); }
  TestServices(const TestServices&) = delete;
  TestServices& operator=(const TestServices&) = delete;

  TestClient& client() { return *client_; }
  const std::string& address() const { return address_; }
  StreamRegistry& streams() { return streams_; }
  StreamRegistry& checks() { return checks_; }
  StreamRegistry& watches() { return *watches_; }

 private:
  WorkerPool workers_;
  StreamRegistry streams_{kTestStreams};
  StreamRegistry checks_{kTestStreams, kTooManyChecks};
  const std::shared_ptr<StreamRegistry> watches_ = std::make_shared<StreamRegistry>(kTestStreams);
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::unique_ptr<TestClient> client_;
};

// One publisher with a key, in an archive behind a socket. Entry 0 is the key's event.
class ServicesTest : public ::testing::Test {
 protected:
  explicit ServicesTest(Policy policy = {}, SequencerOptions options = {})
      : archive_(KeyringOf({&publisher_}), std::move(policy), options), services_(archive_) {}

  TestClient& client() { return services_.client(); }
  HookedLogStore& store() { return archive_.store(); }
  // Archives articles 1 to `count`, at these indexes.
  void IngestArticles(int count) {
    for (int i = 1; i <= count; ++i) {
      const auto answer = client().Ingest(publisher_.Article(i));
      ASSERT_THAT(answer, IsAnswered());
      ASSERT_EQ(answer->receipt().index(), static_cast<std::uint64_t>(i));
    }
  }

  const TestPublisher publisher_;
  TestArchive archive_;
  TestServices services_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_TEST_SERVICES_H_
