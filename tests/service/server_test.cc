// SPDX-License-Identifier: Apache-2.0
#include "service/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "service/internal/start_server.h"
#include "tests/service/http_call.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_services.h"
#include "tests/service/tls_certificate.h"

namespace chirograph::server_test {
namespace {

using ::testing::HasSubstr;

constexpr char kArchiveService[] = "chirograph.v1.ArchiveService";

// What grpc.health.v1 says of `service`: 1 is SERVING, 2 NOT_SERVING; 0: it does not know it.
int HealthOf(TestClient& client, const std::string& service) {
  const std::string request =
      service.empty() ? std::string() : std::string(1, '\x0A') + static_cast<char>(service.size()) + service;
  const auto answer = CallWithBytes(client.channel(), "/grpc.health.v1.Health/Check", request);
  if (answer.status.error_code() == grpc::StatusCode::NOT_FOUND) return 0;
  EXPECT_THAT(answer, IsAnswered());
  return answer.response.size() == 2 ? answer.response[1] : -1;
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    EXPECT_THAT(InitArchive(path_, kTestOrigin), IsOk());
    config_.listen = "127.0.0.1:0";
    config_.http_listen = "127.0.0.1:0";
  }

  absl::StatusOr<std::unique_ptr<Server>> Start() { return Server::Start(path_, config_, clock_); }
  // One on a store that `hook` may hold up.
  std::unique_ptr<Server> StartHooked(HookedLogStore** store, SequencerOptions options = {}) {
    OpenedArchive opened = OpenArchive(path_, false).value();
    auto hooked = std::make_unique<HookedLogStore>(std::move(opened.store));
    *store = hooked.get();
    opened.store = std::move(hooked);
    auto server = internal::StartServer(std::move(opened), folder_ / "catalog", Keyring(), config_, clock_,
                                        std::move(options));
    EXPECT_THAT(server, IsOk());
    return *std::move(server);
  }

  const TempFolder folder_;
  const std::string path_ = folder_ / "archive";
  ServerConfig config_;
  FakeClock clock_;
};

TEST_F(ServerTest, ServesAllThatItSays) {
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  EXPECT_THAT((*server)->address(), ::testing::MatchesRegex("127\\.0\\.0\\.1:[0-9]+"));
  EXPECT_NE((*server)->address(), "127.0.0.1:0");
  TestClient client((*server)->address());
  const auto ingested = client.Ingest(MakeDocument(1));
  ASSERT_THAT(ingested, IsAnswered());
  EXPECT_THAT(client.Get(0, v1::ARTICLE_VIEW_SOURCE), IsAnswered());
  EXPECT_THAT(client.Checkpoint(), IsAnswered());
  v1::VerifyArticleRequest verify;
  verify.set_source_document(MakeDocument(1));
  EXPECT_EQ(client.Verify(verify)->archived_index(), 0u);
  const auto log = NoteVerifier::Parse(client.LogInfo()->verifier_key());
  ASSERT_THAT(log, IsOk());
  VerifyReceipt(ingested->receipt(), *log);
}

TEST_F(ServerTest, ServesTheSameCheckpointOverHttp) {
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  EXPECT_THAT((*server)->http_address(), ::testing::MatchesRegex("127\\.0\\.0\\.1:[1-9][0-9]*"));
  TestClient client((*server)->address());
  ASSERT_THAT(client.Ingest(MakeDocument(1)), IsAnswered());
  EXPECT_EQ(HttpCall((*server)->http_address(), "/checkpoint").body, client.Checkpoint()->checkpoint());
  const std::string content = "/content/" + ToHex(Sha256(MakeDocument(1)));
  EXPECT_EQ(HttpCall((*server)->http_address(), content).status, 404);
}

TEST_F(ServerTest, ServesContentOverHttpWhereItIsToldTo) {
  config_.http_serve_content = true;
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  ASSERT_THAT(TestClient((*server)->address()).Ingest(MakeDocument(1)), IsAnswered());
  const std::string content = "/content/" + ToHex(Sha256(MakeDocument(1)));
  EXPECT_EQ(HttpCall((*server)->http_address(), content).body, MakeDocument(1));
}

TEST_F(ServerTest, ServesNoHttpWhereItIsToldNotTo) {
  config_.http_listen = std::string(kNoHttp);
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  EXPECT_EQ((*server)->http_address(), "");
  EXPECT_THAT(TestClient((*server)->address()).Checkpoint(), IsAnswered());
}

TEST_F(ServerTest, AnswersHealthChecks) {
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  TestClient client((*server)->address());
  for (const char* service :
       {"", kArchiveService, "chirograph.v1.LogService", "chirograph.v1.VerificationService"}) {
    EXPECT_EQ(HealthOf(client, service), 1) << service;
  }
  EXPECT_EQ(HealthOf(client, "chirograph.v1.NoService"), 0);
}

TEST_F(ServerTest, TellsItsServicesAndMessagesByReflection) {
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  TestClient client((*server)->address());
  const std::string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  const auto services = CallWithBytes(client.channel(), method, std::string("\x3A\x00", 2), true);
  ASSERT_THAT(services, IsAnswered());
  for (const char* name : {kArchiveService, "chirograph.v1.LogService", "chirograph.v1.VerificationService",
                           "grpc.health.v1.Health"}) {
    EXPECT_THAT(services.response, HasSubstr(name));
  }
  const std::string symbol = "chirograph.v1.Article";
  const auto file = CallWithBytes(client.channel(), method,
                                  std::string(1, '\x22') + static_cast<char>(symbol.size()) + symbol, true);
  ASSERT_THAT(file, IsAnswered());
  EXPECT_THAT(file.response, HasSubstr("chirograph/v1/article.proto"));
}

TEST_F(ServerTest, ARestartKeepsEverything) {
  const TestPublisher publisher;
  v1::IngestArticleResponse before[3];
  std::string checkpoint;
  {
    const auto server = Start();
    ASSERT_THAT(server, IsOk());
    TestClient client((*server)->address());
    for (int i = 0; i < 3; ++i) before[i] = client.Ingest(publisher.Document(i)).response;
    checkpoint = client.Checkpoint()->checkpoint();
  }
  clock_.Advance(absl::Hours(1));
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  TestClient client((*server)->address());
  EXPECT_EQ(client.Checkpoint()->checkpoint(), checkpoint);
  for (int i = 0; i < 3; ++i) {
    const auto again = client.Ingest(publisher.Document(i));
    ASSERT_THAT(again, IsAnswered());
    EXPECT_TRUE(again->already_archived());
    EXPECT_EQ(again->receipt().index(), before[i].receipt().index());
    EXPECT_EQ(again->receipt().log_entry(), before[i].receipt().log_entry());
    EXPECT_EQ(again->receipt().opening(), before[i].receipt().opening());
    EXPECT_EQ(client.Get(before[i].receipt().index(), v1::ARTICLE_VIEW_SOURCE)->source_document(),
              publisher.Document(i));
  }
}

TEST_F(ServerTest, ListensOnAUnixSocket) {
  config_.listen = "unix:" + folder_.path() + "/c.sock";
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  EXPECT_EQ((*server)->address(), config_.listen);
  TestClient client(config_.listen);
  EXPECT_THAT(client.Checkpoint(), IsAnswered());
}

// --- What does not start ---

TEST_F(ServerTest, DoesNotStartWithoutAnArchive) {
  EXPECT_THAT(Server::Start(folder_ / "none", config_, clock_),
              StatusIs(absl::StatusCode::kNotFound, "chirographd init"));
}

TEST_F(ServerTest, DoesNotStartForOthersWithoutTls) {
  config_.listen = "0.0.0.0:0";
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kInvalidArgument, "TLS"));
  config_.insecure = true;
  EXPECT_THAT(Start(), IsOk());
}

TEST_F(ServerTest, DoesNotStartWhereThePortIsTaken) {
  const auto first = Start();
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(InitArchive(folder_ / "other", kTestOrigin), IsOk());
  config_.listen = (*first)->address();
  EXPECT_THAT(Server::Start(folder_ / "other", config_, clock_),
              StatusIs(absl::StatusCode::kUnavailable, "cannot listen on " + config_.listen));
  TestClient client((*first)->address());
  EXPECT_THAT(client.Checkpoint(), IsAnswered());
}

TEST_F(ServerTest, DoesNotStartWhereThePortForHttpIsTaken) {
  const auto first = Start();
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(InitArchive(folder_ / "other", kTestOrigin), IsOk());
  config_.http_listen = (*first)->http_address();
  EXPECT_THAT(
      Server::Start(folder_ / "other", config_, clock_),
      StatusIs(absl::StatusCode::kUnavailable, "cannot listen on " + config_.http_listen + " for HTTP"));
}

TEST_F(ServerTest, DoesNotStartTwiceOnOneArchive) {
  const auto first = Start();
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(Start().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ServerTest, DoesNotStartWithABadKeyring) {
  config_.keyring = folder_ / "keyring.yaml";
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kNotFound, "keyring.yaml"));
  std::ofstream(config_.keyring) << "publishers: 3\n";
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kInvalidArgument, "keyring.yaml:1:"));
}

TEST_F(ServerTest, DoesNotStartBehindItsOwnLog) {
  {
    const auto server = Start();
    ASSERT_THAT(server, IsOk());
    ASSERT_THAT(TestClient((*server)->address()).Ingest(MakeArticle(1)), IsAnswered());
  }
  clock_.Advance(absl::Hours(-1));
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kFailedPrecondition, "set the clock right"));
}

TEST_F(ServerTest, DoesNotStartOnADamagedStore) {
  {
    // A commit whose tile is not that of its entry, under a checkpoint that is signed.
    OpenedArchive opened = OpenArchive(path_, false).value();
    TileEdge edge;
    edge.Append(LeafHash("another entry"));
    LogBatch batch{.entries = {{.log_entry = "an entry", .key = KeyName{"a.example", "k"}}}};
    batch.tiles = edge.TakeChangedTiles();
    batch.checkpoint =
        SignCheckpoint({.origin = kTestOrigin, .tree_size = 1, .root_hash = LeafHash("an entry")},
                       opened.signer)
            .value();
    ASSERT_EQ(opened.store->Commit(batch).outcome, CommitOutcome::kCommitted);
  }
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kDataLoss, "hash to the root"));
}

TEST_F(ServerTest, DoesNotStartOnAnAddressThatIsNone) {
  config_.listen = "300.1.1.1:0";
  config_.insecure = true;
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kUnavailable, "cannot listen on 300.1.1.1:0"));
}

// --- TLS ---

TEST_F(ServerTest, ServesTls) {
  const TlsCertificate made = MakeTlsCertificate(folder_.path(), "server");
  config_.tls_certificate = made.certificate_path;
  config_.tls_private_key = made.key_path;
  config_.listen = "0.0.0.0:0";
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  const std::string port = (*server)->address().substr((*server)->address().rfind(':'));
  TestClient trusting("127.0.0.1" + port, grpc::SslCredentials({.pem_root_certs = made.certificate_pem}));
  EXPECT_THAT(trusting.Ingest(MakeArticle(1)), IsAnswered());
  // Who trusts another certificate, or speaks without TLS, gets no answer.
  TestClient other(
      "127.0.0.1" + port,
      grpc::SslCredentials({.pem_root_certs = MakeTlsCertificate(folder_.path(), "other").certificate_pem}));
  EXPECT_EQ(other.Checkpoint().status.error_code(), grpc::StatusCode::UNAVAILABLE);
  TestClient plain("127.0.0.1" + port);
  EXPECT_EQ(plain.Checkpoint().status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerTest, DoesNotStartWithBadTlsFiles) {
  config_.tls_certificate = folder_ / "server.pem";
  config_.tls_private_key = folder_ / "server.key";
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kNotFound, "server.pem"));
  config_.tls_private_key.clear();
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kInvalidArgument, "private_key"));
}

// --- Health, when the store fails ---

TEST_F(ServerTest, SaysThatItCannotArchiveWhileTheStoreIsAway) {
  HookedLogStore* store = nullptr;
  const auto server = StartHooked(&store, {.first_reopen_delay = std::chrono::milliseconds(1)});
  TestClient client(server->address());
  Gate gate;
  store->OnCommit([](LogStore&, const LogBatch&) {
    return CommitResult{CommitOutcome::kLost, absl::UnavailableError("no such device")};
  });
  store->OnReopen([&gate](LogStore& inner) {
    gate.Pass();
    return inner.Reopen();
  });
  EXPECT_THAT(client.Ingest(MakeArticle(1)), IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
  gate.AwaitArrivals();
  EXPECT_EQ(HealthOf(client, kArchiveService), 2);
  EXPECT_EQ(HealthOf(client, "chirograph.v1.LogService"), 1);
  EXPECT_EQ(HealthOf(client, ""), 1);
  store->OnCommit(nullptr);
  gate.Open();
  EXPECT_THAT(client.Ingest(MakeArticle(1)), IsAnswered());
  EXPECT_EQ(HealthOf(client, kArchiveService), 1);
}

TEST_F(ServerTest, SaysThatItCannotArchiveWhereTheStoreIsDamaged) {
  HookedLogStore* store = nullptr;
  const auto server = StartHooked(&store);
  TestClient client(server->address());
  store->OnCommit([](LogStore&, const LogBatch&) {
    return CommitResult{CommitOutcome::kUnknown, absl::UnavailableError("no such device")};
  });
  store->OnReopen([](LogStore&) { return absl::DataLossError("a checksum does not fit"); });
  EXPECT_THAT(client.Ingest(MakeArticle(1)), IsRefusedAs(v1::ERROR_REASON_COMMIT_UNCERTAIN));
  EXPECT_THAT(client.Ingest(MakeArticle(1)), IsRefusedAs(v1::ERROR_REASON_STORE_DAMAGED));
  EXPECT_EQ(HealthOf(client, kArchiveService), 2);
  EXPECT_THAT(client.Checkpoint(), IsAnswered());
}

// --- Stopping ---

TEST_F(ServerTest, StopFinishesTheCallsThatAreInFlight) {
  HookedLogStore* store = nullptr;
  const auto server = StartHooked(&store);
  TestClient client(server->address());
  Gate gate;
  store->OnCommit([&gate](LogStore& inner, const LogBatch& batch) {
    gate.Pass();
    return inner.Commit(batch);
  });
  auto call = std::async(std::launch::async, [&] { return client.Ingest(MakeArticle(1)); });
  gate.AwaitArrivals();
  std::thread stopper([&] { server->Stop(absl::Seconds(30)); });
  while (HealthOf(client, "") != 2) std::this_thread::yield();  // it has begun to stop
  gate.Open();
  stopper.join();
  EXPECT_THAT(call.get(), IsAnswered());
}

TEST_F(ServerTest, StopDoesNotWaitForAStoreThatDoesNotComeBack) {
  HookedLogStore* store = nullptr;
  // Between two attempts lies more than the test may take.
  const auto server = StartHooked(&store, {.first_reopen_delay = std::chrono::hours(1)});
  TestClient client(server->address());
  store->OnCommit([](LogStore&, const LogBatch&) {
    return CommitResult{CommitOutcome::kUnknown, absl::UnavailableError("no such device")};
  });
  Gate gate;
  store->OnReopen([&gate](LogStore&) {
    gate.Pass();
    return absl::UnavailableError("no such device");
  });
  auto first = std::async(std::launch::async, [&] { return client.Ingest(MakeArticle(1)); });
  gate.AwaitArrivals();
  gate.Open();
  EXPECT_THAT(first.get(), IsRefusedAs(v1::ERROR_REASON_COMMIT_UNCERTAIN));
  auto waiting = std::async(std::launch::async, [&] { return client.Ingest(MakeArticle(2)); });
  server->Stop(absl::Seconds(30));
  EXPECT_FALSE(waiting.get().ok());
}

TEST_F(ServerTest, StopDoesNotWaitForHttpThatIsSilent) {
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  const RawConnection silent((*server)->http_address());
  const absl::Time begin = absl::Now();
  (*server)->Stop(absl::Seconds(60));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(20));
}

TEST_F(ServerTest, StopClosesTheStoreAndCanBeCalledAgain) {
  auto server = Start();
  ASSERT_THAT(server, IsOk());
  (*server)->Stop(absl::ZeroDuration());
  (*server)->Stop(absl::ZeroDuration());
  const auto next = Start();
  EXPECT_THAT(next, IsOk());
}

TEST_F(ServerTest, StopLeavesTheNextStartNothingToReplay) {
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  ASSERT_THAT(TestClient((*server)->address()).Ingest(MakeDocument(1)), IsAnswered());
  (*server)->Stop(absl::ZeroDuration());
  std::uintmax_t logs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path_ + "/store")) {
    if (entry.path().extension() == ".log") logs += entry.file_size();
  }
  EXPECT_EQ(logs, 0u);
}

TEST_F(ServerTest, StopsUnderLoad) {
  const auto server = Start();
  ASSERT_THAT(server, IsOk());
  const std::string address = (*server)->address();
  std::atomic<int> archived = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 3; ++c) {
    clients.emplace_back([&, c] {
      TestClient client(address);
      for (int i = 0;; ++i) {
        const auto answer = client.Ingest(MakeArticle(c * 1'000'000 + i));
        if (!answer.ok()) {
          // gRPC cancels a call that it has read, but not begun, when it is told to stop.
          EXPECT_THAT(answer.status.error_code(),
                      ::testing::AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::CANCELLED));
          return;
        }
        ++archived;
      }
    });
  }
  while (archived < 30) std::this_thread::yield();
  (*server)->Stop(absl::Seconds(30));
  for (std::thread& client : clients) client.join();
  // What was acknowledged is there, and what was not may be.
  const auto next = Start();
  ASSERT_THAT(next, IsOk());
  TestClient client((*next)->address());
  const auto log = NoteVerifier::Parse(client.LogInfo()->verifier_key());
  ASSERT_THAT(log, IsOk());
  EXPECT_GE(OpenCheckpoint(client.Checkpoint()->checkpoint(), *log)->tree_size,
            static_cast<std::uint64_t>(archived));
}

}  // namespace
}  // namespace chirograph::server_test
