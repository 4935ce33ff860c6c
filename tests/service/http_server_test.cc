// SPDX-License-Identifier: Apache-2.0
#include "service/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/service/http_call.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"
#include "tests/service/tls_certificate.h"

namespace chirograph::http_server_test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;
using What = HookedLogStore::What;

class HttpServerTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<HttpServer>> Start(const TlsFiles& tls = {}) {
    return HttpServer::Start(options_, tls, archive_.store(), [this] { return archive_.sequencer().tree(); });
  }
  std::unique_ptr<HttpServer> Started() {
    auto server = Start();
    EXPECT_THAT(server, IsOk());
    return *std::move(server);
  }

  TestArchive archive_;
  HttpServerOptions options_{.listen = "127.0.0.1:0"};
};

TEST_F(HttpServerTest, ServesTheNewestTree) {
  const auto server = Started();
  EXPECT_THAT(server->address(), ::testing::MatchesRegex("127\\.0\\.0\\.1:[1-9][0-9]*"));
  for (int i = 1; i <= 3; ++i) {
    ASSERT_THAT(archive_.Ingest(MakeDocument(i)), IsOk());
    const HttpResult checkpoint = HttpCall(server->address(), "/checkpoint");
    EXPECT_EQ(checkpoint.status, 200);
    EXPECT_EQ(checkpoint.body, archive_.sequencer().tree()->note);
    const std::string width = std::to_string(i);
    EXPECT_EQ(HttpCall(server->address(), "/tile/0/000.p/" + width).status, 200);
    EXPECT_EQ(HttpCall(server->address(), "/tile/entries/000.p/" + width).status, 200);
    EXPECT_EQ(HttpCall(server->address(), "/tile/0/000.p/" + std::to_string(i + 1)).status, 404);
  }
}

// The store has the commit, and nobody was told yet that it is durable.
TEST_F(HttpServerTest, ServesNothingOfACommitThatIsNotPublished) {
  const auto server = Started();
  Gate gate;
  archive_.store().OnCommit([&gate](LogStore& inner, const LogBatch& batch) {
    const CommitResult result = inner.Commit(batch);
    gate.Pass();
    return result;
  });
  auto ingested = archive_.Submit(MakeDocument(1));
  gate.AwaitArrivals();
  EXPECT_THAT(archive_.store().ReadEntry(0), IsOk());
  for (const char* path : {"/tile/0/000.p/1", "/tile/entries/000.p/1"}) {
    EXPECT_EQ(HttpCall(server->address(), path).status, 404) << path;
  }
  gate.Open();
  ASSERT_THAT(ingested.get(), IsOk());
  EXPECT_EQ(HttpCall(server->address(), "/tile/0/000.p/1").status, 200);
}

TEST_F(HttpServerTest, ServesContentOnlyWhereItIsToldTo) {
  ASSERT_THAT(archive_.Ingest(MakeDocument(1)), IsOk());
  const std::string path = "/content/" + ToHex(Sha256(MakeDocument(1)));
  EXPECT_EQ(HttpCall(Started()->address(), path).status, 404);
  options_.serve_content = true;
  EXPECT_EQ(HttpCall(Started()->address(), path).body, MakeDocument(1));
}

TEST_F(HttpServerTest, DamageIsAnAnswerAndNotTheEnd) {
  const auto server = Started();
  ASSERT_THAT(archive_.Ingest(MakeDocument(1)), IsOk());
  archive_.store().Spoil(What::kEntry, 0, absl::DataLossError("a checksum does not fit"));
  EXPECT_EQ(HttpCall(server->address(), "/tile/entries/000.p/1").status, 500);
  archive_.store().Mend();
  EXPECT_EQ(HttpCall(server->address(), "/tile/entries/000.p/1").status, 200);
}

TEST_F(HttpServerTest, AnAddressThatIsTakenIsSaidWithWhatToDo) {
  const auto first = Started();
  options_.listen = first->address();
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kUnavailable, "cannot listen on " + first->address() +
                                                                    " for HTTP: Address already in use"));
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kUnavailable, "--http-listen none"));
  EXPECT_EQ(HttpCall(first->address(), "/checkpoint").status, 200);
}

TEST_F(HttpServerTest, AnAddressThatIsNoneIsSaid) {
  options_.listen = "300.1.1.1:0";
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kUnavailable, "cannot listen on 300.1.1.1:0 for HTTP"));
}

TEST_F(HttpServerTest, AnswersManyAtOnce) {
  ASSERT_THAT(archive_.Ingest(MakeDocument(1)), IsOk());
  const auto server = Started();
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&] {
      const RawConnection connection(server->address());
      for (int i = 0; i < 50; ++i) {
        connection.Send("GET /tile/entries/000.p/1 HTTP/1.1\r\n\r\n");
        EXPECT_EQ(connection.ReadAnswer().status, 200);
      }
    });
  }
  for (std::thread& client : clients) client.join();
}

// --- Many connections ---

TEST_F(HttpServerTest, WhoAsksNothingMakesWayForWhoWaits) {
  options_.threads = 1;
  const auto server = Started();
  const RawConnection silent(server->address());
  const RawConnection keeping(server->address());
  keeping.Send("GET /checkpoint HTTP/1.1\r\n\r\n");
  EXPECT_EQ(keeping.ReadAnswer().status, 200);  // once the silent one is gone
  EXPECT_EQ(HttpCall(server->address(), "/checkpoint").status, 200);
}

TEST_F(HttpServerTest, MoreThanMayWaitAreToldToComeAgain) {
  options_.threads = 1;
  options_.max_waiting = 1;
  Gate gate;
  auto server = HttpServer::Start(options_, {}, archive_.store(), [&] {
    gate.Pass();
    return archive_.sequencer().tree();
  });
  ASSERT_THAT(server, IsOk());
  const RawConnection served((*server)->address());
  served.Send("GET /checkpoint HTTP/1.1\r\n\r\n");
  gate.AwaitArrivals();
  const RawConnection waiting((*server)->address());
  waiting.Send("GET /checkpoint HTTP/1.1\r\n\r\n");
  const RawConnection refused((*server)->address());
  const HttpResult answer = ParseHttp(refused.ReadToEnd());
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "Too many connections wait; try again later.\n");
  EXPECT_EQ(answer.rest, "");
  EXPECT_THAT(answer.headers, Contains(Pair("Retry-After", "1")));
  gate.Open();
  EXPECT_EQ(served.ReadAnswer().status, 200);
  EXPECT_EQ(waiting.ReadAnswer().status, 200);
}

// --- Stopping ---

TEST_F(HttpServerTest, StopEndsWhoAsksNothingAtOnce) {
  const auto server = Started();
  const RawConnection silent(server->address());
  const RawConnection kept(server->address());
  kept.Send("GET /checkpoint HTTP/1.1\r\n\r\n");
  EXPECT_EQ(kept.ReadAnswer().status, 200);
  const absl::Time begin = absl::Now();
  server->Stop(begin + absl::Seconds(60));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
  EXPECT_EQ(kept.ReadToEnd(), "");
  EXPECT_FALSE(RawConnection(server->address()).connected());
  server->Stop(absl::Now());
}

TEST_F(HttpServerTest, StopLetsAnAnswerEnd) {
  Gate gate;
  auto server = HttpServer::Start(options_, {}, archive_.store(), [&] {
    gate.Pass();
    return archive_.sequencer().tree();
  });
  ASSERT_THAT(server, IsOk());
  const RawConnection connection((*server)->address());
  connection.Send("GET /checkpoint HTTP/1.1\r\n\r\n");
  gate.AwaitArrivals();
  (*server)->StopListening();
  EXPECT_FALSE(RawConnection((*server)->address()).connected());
  std::thread stopper([&] { (*server)->Stop(absl::Now() + absl::Seconds(60)); });
  gate.Open();
  EXPECT_EQ(connection.ReadAnswer().status, 200);
  stopper.join();
}

TEST_F(HttpServerTest, StopCutsWhoDoesNotRead) {
  v1::Article large = MakeArticle(1);
  large.set_body(std::string(1'500'000, 'x'));
  ASSERT_THAT(archive_.Ingest(large), IsOk());
  options_.serve_content = true;
  const auto server = Started();
  const RawConnection connection(server->address());
  const std::string request =
      "GET /content/" + ToHex(Sha256(CanonicalForm(large).value())) + " HTTP/1.1\r\n\r\n";
  for (int i = 0; i < 20; ++i) connection.Send(request);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // until its buffers are full
  const absl::Time begin = absl::Now();
  server->Stop(begin + absl::Milliseconds(300));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
}

// --- TLS ---

TEST_F(HttpServerTest, SpeaksTls) {
  const TempFolder folder;
  const TlsCertificate made = MakeTlsCertificate(folder.path(), "server");
  std::ifstream key(made.key_path);
  const auto server =
      Start({made.certificate_pem, {std::istreambuf_iterator<char>(key), std::istreambuf_iterator<char>()}});
  ASSERT_THAT(server, IsOk());
  ASSERT_THAT(archive_.Ingest(MakeDocument(1)), IsOk());
  const std::string port = (*server)->address().substr((*server)->address().rfind(':'));
  const auto ask = [&](const std::string& trusted) {
    // Answers are read as they come; -quiet leaves the connection open until the server ends it.
    return RunProcess(
        {"/bin/sh", "-c",
         "printf 'GET /checkpoint HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client "
         "-quiet -verify_return_error -CAfile " +
             trusted + " -connect 127.0.0.1" + port});
  };
  EXPECT_EQ(ParseHttp(ask(made.certificate_path).out).body, archive_.sequencer().tree()->note);
  EXPECT_EQ(ask(MakeTlsCertificate(folder.path(), "other").certificate_path).out, "");
  // Without TLS there is no answer, and no harm.
  EXPECT_EQ(HttpCall((*server)->address(), "/checkpoint").status, 0);
  EXPECT_EQ(ParseHttp(ask(made.certificate_path).out).status, 200);
}

}  // namespace
}  // namespace chirograph::http_server_test
