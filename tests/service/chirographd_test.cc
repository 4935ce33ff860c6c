// SPDX-License-Identifier: Apache-2.0
//
// The program itself, as an operator runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "crypto/note.h"
#include "service/internal/rocksdb_database.h"
#include "service/version.h"
#include "tests/service/child_process.h"
#include "tests/service/grpc_call.h"
#include "tests/service/status_matchers.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"
#include "tests/service/test_publisher.h"
#include "tests/service/tls_certificate.h"

namespace chirograph::chirographd_test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kOrigin[] = "archive.example/2026";

std::string TextOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class ChirographdTest : public ::testing::Test {
 protected:
  static std::vector<std::string> Command(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), CHIROGRAPHD_BINARY);
    return arguments;
  }
  static ProcessResult Run(std::vector<std::string> arguments) {
    return RunProcess(Command(std::move(arguments)));
  }
  void Init() {
    const ProcessResult result = Run({"init", "--data-dir", path_, "--origin", kOrigin});
    ASSERT_EQ(result.code, 0) << result.err;
  }
  // A server on the archive, once it takes calls.
  std::unique_ptr<ChildProcess> Serve(std::vector<std::string> flags = {"--listen", "127.0.0.1:0"}) {
    std::vector<std::string> arguments = {"serve", "--data-dir", path_, "--http-listen", "127.0.0.1:0"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    auto server = std::make_unique<ChildProcess>(Command(arguments));
    const auto line = server->AwaitLine(" is listening on ");
    EXPECT_TRUE(line) << server->Wait().err;
    if (!line) return server;
    address_ = line->substr(line->find(" is listening on ") + 17);
    address_ = address_.substr(0, address_.find_first_of(" ,\""));
    return server;
  }
  ProcessResult ServeToItsEnd(std::vector<std::string> flags) {
    std::vector<std::string> arguments = {"serve", "--data-dir", path_, "--http-listen", "127.0.0.1:0"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return Run(arguments);
  }
  void Configure(const std::string& text) { std::ofstream(path_ + "/chirographd.yaml") << text; }
  // A keyring with `publisher`'s key.
  std::string WriteKeyring(const TestPublisher& publisher) {
    std::ofstream(folder_ / "key.pem") << publisher.private_key().PublicPem().value();
    std::ofstream(folder_ / "keyring.yaml")
        << "publishers:\n  " << publisher.domain() << ":\n    - id: " << publisher.key.id
        << "\n      algorithm: ed25519\n      public_key: key.pem\n";
    return folder_ / "keyring.yaml";
  }

  const TempFolder folder_;
  const std::string path_ = folder_ / "archive";
  std::string address_;
};

// --- The command line ---

TEST_F(ChirographdTest, WhatIsNoCommandIsUsage) {
  EXPECT_EQ(Run({}).code, 2);
  const ProcessResult start = Run({"start"});
  EXPECT_EQ(start.code, 2);
  EXPECT_THAT(start.err, HasSubstr("there is no command \"start\""));
  EXPECT_EQ(Run({"init"}).code, 2);
  EXPECT_EQ(Run({"init", "--data-dir", path_}).code, 2);
  EXPECT_EQ(Run({"serve"}).code, 2);
  EXPECT_EQ(Run({"rebuild-catalog"}).code, 2);
  EXPECT_EQ(Run({"serve", "--data-dir", path_, "--no-such-flag"}).code, 2);
  EXPECT_EQ(Run({"serve", "--data-dir", path_, "--diagnostics-format", "xml"}).code, 2);
  EXPECT_EQ(Run({"serve", "--data-dir", path_, "--diagnostics-level", "loud"}).code, 2);
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(ChirographdTest, SaysWhatItIs) {
  const ProcessResult version = Run({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, HasSubstr(std::string(kSoftwareVersion)));
  const ProcessResult help = Run({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("init"), HasSubstr("serve"), HasSubstr("check-config"),
                              HasSubstr("rebuild-catalog")));
  EXPECT_THAT(Run({"serve", "--help"}).out, AllOf(HasSubstr("--port-file"), HasSubstr("127.0.0.1:7443")));
}

// --- init ---

TEST_F(ChirographdTest, InitPrintsTheVerifierKeyAndTheNextCommand) {
  const ProcessResult result = Run({"init", "--data-dir", path_, "--origin", kOrigin});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, HasSubstr("chirographd serve --data-dir " + path_));
  EXPECT_THAT(result.out, HasSubstr("log.key is secret"));
  const std::size_t begin = result.out.find(std::string(kOrigin) + "+");
  ASSERT_NE(begin, std::string::npos);
  const auto log = NoteVerifier::Parse(result.out.substr(begin, result.out.find('\n', begin) - begin));
  ASSERT_THAT(log, IsOk());
  EXPECT_THAT(result.out, Not(HasSubstr("PRIVATE")));

  const auto server = Serve();
  EXPECT_EQ(TestClient(address_).LogInfo()->verifier_key(), log->vkey());
}

TEST_F(ChirographdTest, InitDoesNotTouchWhatIsThere) {
  Init();
  const std::string key = TextOf(path_ + "/log.key");
  const ProcessResult again = Run({"init", "--data-dir", path_, "--origin", kOrigin});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr(path_ + " is not empty"));
  EXPECT_EQ(TextOf(path_ + "/log.key"), key);
}

TEST_F(ChirographdTest, InitRefusesANameThatIsNone) {
  const ProcessResult result = Run({"init", "--data-dir", path_, "--origin", "two words"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("chirographd: "));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(ChirographdTest, InitThatCannotMakeTheFolderCouldNotDoIt) {
  const ProcessResult result = Run({"init", "--data-dir", "/proc/archive", "--origin", kOrigin});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("/proc/archive"));
}

// --- serve ---

TEST_F(ChirographdTest, ServesUntilSigterm) {
  Init();
  for (const int signal : {SIGTERM, SIGINT}) {
    const auto server = Serve();
    EXPECT_THAT(TestClient(address_).Ingest(MakeArticle(signal)), IsAnswered());
    server->Signal(signal);
    const ProcessResult& result = server->Wait();
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr(signal == SIGINT ? "SIGINT" : "SIGTERM"), HasSubstr("stopped")));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST_F(ChirographdTest, WhatWasAcknowledgedSurvivesSigkill) {
  Init();
  std::string entry;
  {
    const auto server = Serve();
    const auto answer = TestClient(address_).Ingest(MakeDocument(1));
    ASSERT_THAT(answer, IsAnswered());
    entry = answer->receipt().log_entry();
    server->Signal(SIGKILL);
    EXPECT_EQ(server->Wait().code, -SIGKILL);
  }
  const auto server = Serve();
  const auto answer = TestClient(address_).Get(0, v1::ARTICLE_VIEW_SOURCE);
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_EQ(answer->receipt().log_entry(), entry);
  EXPECT_EQ(answer->source_document(), MakeDocument(1));
}

TEST_F(ChirographdTest, TheRunningServerIsNotDisturbedByASecond) {
  Init();
  const auto server = Serve();
  const ProcessResult second = ServeToItsEnd({"--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.code, 2);
  EXPECT_THAT(second.err, HasSubstr(path_));
  EXPECT_THAT(TestClient(address_).Checkpoint(), IsAnswered());
}

TEST_F(ChirographdTest, APortThatIsTakenIsAFailure) {
  Init();
  const auto server = Serve();
  ASSERT_EQ(Run({"init", "--data-dir", folder_ / "other", "--origin", kOrigin}).code, 0);
  const ProcessResult second =
      Run({"serve", "--data-dir", folder_ / "other", "--listen", address_, "--http-listen", "none"});
  EXPECT_EQ(second.code, 3);
  EXPECT_EQ(second.err, "chirographd: cannot listen on " + address_ + ": Address already in use\n");
}

TEST_F(ChirographdTest, AFolderWithoutAnArchiveIsRefused) {
  const ProcessResult result = ServeToItsEnd({});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("no archive at " + path_ + "; is the volume mounted?"));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(ChirographdTest, ADamagedStoreIsRefused) {
  Init();
  fs::remove_all(path_ + "/store");
  fs::create_directory(path_ + "/store");
  std::ofstream(path_ + "/store/CURRENT") << "MANIFEST-000001\n";
  const ProcessResult result = ServeToItsEnd({"--listen", "127.0.0.1:0"});
  EXPECT_THAT(result.code, ::testing::AnyOf(2, 3));
  EXPECT_THAT(result.err, HasSubstr("store"));
}

TEST_F(ChirographdTest, AnAddressThatOthersReachNeedsTlsOrInsecure) {
  Init();
  const ProcessResult refused = ServeToItsEnd({"--listen", "0.0.0.0:0"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--insecure"));
  const auto server = Serve({"--listen", "0.0.0.0:0", "--insecure"});
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait().code, 0);
}

TEST_F(ChirographdTest, ThePortFileHasThePort) {
  Init();
  const std::string file = folder_ / "port";
  const auto server = Serve({"--listen", "127.0.0.1:0", "--port-file", file});
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait().code, 0);
  EXPECT_EQ(TextOf(file), address_.substr(address_.rfind(':') + 1) + "\n");
}

TEST_F(ChirographdTest, APortFileThatCannotBeWrittenEndsIt) {
  Init();
  const ProcessResult result =
      ServeToItsEnd({"--listen", "127.0.0.1:0", "--port-file", folder_ / "none/port"});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("none/port"));
}

TEST_F(ChirographdTest, TheArchivesConfigurationIsRead) {
  Init();
  Configure("listen: 127.0.0.1:0\ndiagnostics:\n  format: json\n");
  const auto server = Serve({});
  EXPECT_THAT(address_, Not(HasSubstr("7443")));
  server->Signal(SIGTERM);
  std::istringstream lines(server->Wait().err);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  }
  EXPECT_GE(count, 3);
}

TEST_F(ChirographdTest, AnotherConfigurationAndFlagsGoBeforeIt) {
  Init();
  Configure("no_such_key: 1\n");
  std::ofstream(folder_ / "c.yaml") << "listen: 0.0.0.0:1\ndiagnostics:\n  format: json\n  level: error\n";
  const auto server = Serve({"--config", folder_ / "c.yaml", "--listen", "127.0.0.1:0",
                             "--diagnostics-format", "text", "--diagnostics-level", "info"});
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait().code, 0);
}

TEST_F(ChirographdTest, AMistakeInTheConfigurationIsNamedWithItsLine) {
  Init();
  Configure("listen: 127.0.0.1:0\nno_such_key: 1\n");
  const ProcessResult result = ServeToItsEnd({});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr(path_ + "/chirographd.yaml:2:1: unknown key \"no_such_key\""));
  const ProcessResult none = ServeToItsEnd({"--config", folder_ / "none.yaml"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("none.yaml"));
}

TEST_F(ChirographdTest, TheKeyringIsReadAndLogged) {
  Init();
  const TestPublisher publisher;
  const std::string keyring = WriteKeyring(publisher);
  const auto server = Serve({"--listen", "127.0.0.1:0", "--keyring", keyring});
  const auto answer = TestClient(address_).Ingest(publisher.Article(1));
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_EQ(answer->verification().verdict(), v1::VERDICT_VALID);
  EXPECT_EQ(answer->receipt().index(), 1u);
  server->Signal(SIGTERM);
  EXPECT_THAT(server->Wait().err, HasSubstr("logging that key key-1 of news.example"));
}

TEST_F(ChirographdTest, AForgottenKeyringDoesNotWithdrawTheKeys) {
  Init();
  const std::string keyring = WriteKeyring(TestPublisher());
  const auto stop = [](ChildProcess& server) {
    server.Signal(SIGTERM);
    return server.Wait();
  };
  EXPECT_EQ(stop(*Serve({"--listen", "127.0.0.1:0", "--keyring", keyring})).code, 0);
  const ProcessResult forgotten = ServeToItsEnd({"--listen", "127.0.0.1:0"});
  EXPECT_EQ(forgotten.code, 2);
  EXPECT_THAT(forgotten.err, HasSubstr("has 1 publishers' keys in force, but no keyring is given"));
  // Who means it says so.
  std::ofstream(keyring) << "publishers: {}\n";
  EXPECT_THAT(stop(*Serve({"--listen", "127.0.0.1:0", "--keyring", keyring})).err, HasSubstr("is withdrawn"));
  EXPECT_EQ(stop(*Serve({"--listen", "127.0.0.1:0"})).code, 0);
}

TEST_F(ChirographdTest, ServesTls) {
  Init();
  const TlsCertificate made = MakeTlsCertificate(folder_.path(), "server");
  Configure("listen: 127.0.0.1:0\ntls:\n  certificate: " + made.certificate_path +
            "\n  private_key: " + made.key_path + "\n");
  const auto server = Serve({});
  TestClient client(address_, grpc::SslCredentials({.pem_root_certs = made.certificate_pem}));
  EXPECT_THAT(client.Checkpoint(), IsAnswered());
}

TEST_F(ChirographdTest, GoesOnWhenNobodyReadsItsDiagnostics) {
  Init();
  const auto server = Serve({"--listen", "127.0.0.1:0", "--diagnostics-level", "debug"});
  server->CloseStderr();
  EXPECT_THAT(TestClient(address_).Ingest(MakeArticle(1)), IsAnswered());
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait().code, 0);
}

// --- check-config ---

TEST_F(ChirographdTest, CheckConfigSaysWhatCounts) {
  const ProcessResult defaults = Run({"check-config"});
  EXPECT_EQ(defaults.code, 0);
  EXPECT_THAT(defaults.out,
              AllOf(HasSubstr("file      none"), HasSubstr("listen    127.0.0.1:7443\n"),
                    HasSubstr("keyring   none"), HasSubstr("INVALID            reject"),
                    HasSubstr("UNSIGNED           accept (where the publisher has keys: reject)"),
                    HasSubstr("The configuration is well.")));

  Init();
  Configure("policy:\n  unknown_key: reject\n");
  const ProcessResult of_archive =
      Run({"check-config", "--data-dir", path_, "--keyring", WriteKeyring(TestPublisher())});
  EXPECT_EQ(of_archive.code, 0) << of_archive.err;
  EXPECT_THAT(of_archive.out,
              AllOf(HasSubstr(path_ + "/chirographd.yaml"), HasSubstr("UNKNOWN_KEY        reject"),
                    HasSubstr("publishers: 1"), HasSubstr("news.example  key-1  ed25519  envelope none")));
}

TEST_F(ChirographdTest, CheckConfigFindsWhatServeWouldRefuse) {
  std::ofstream(folder_ / "c.yaml") << "listen: 0.0.0.0:7443\n";
  EXPECT_EQ(Run({"check-config", "--config", folder_ / "c.yaml"}).code, 2);
  std::ofstream(folder_ / "c.yaml") << "keyring: none.yaml\n";
  const ProcessResult keyring = Run({"check-config", "--config", folder_ / "c.yaml"});
  EXPECT_EQ(keyring.code, 2);
  EXPECT_THAT(keyring.err, AllOf(HasSubstr("none.yaml"),
                                 HasSubstr("(the keyring of " + folder_.path() + "/c.yaml:1:10)")));
  std::ofstream(folder_ / "c.yaml") << "listen: 127.0.0.1:7\nhttp:\n  listen: 127.0.0.1:7\n";
  const ProcessResult twice = Run({"check-config", "--config", folder_ / "c.yaml"});
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.err, HasSubstr("c.yaml:3:11: http.listen: "));
  // What a flag says is not the file's.
  EXPECT_EQ(Run({"check-config", "--config", folder_ / "c.yaml", "--listen", "127.0.0.1:8"}).code, 0);
  const ProcessResult by_flag =
      Run({"check-config", "--config", folder_ / "c.yaml", "--listen", "127.0.0.1:99999"});
  EXPECT_THAT(by_flag.err, HasSubstr("chirographd: listen: the port"));
  std::ofstream(folder_ / "c.yaml") << "tls:\n  certificate: c.yaml\n  private_key: c.yaml\n";
  const ProcessResult tls = Run({"check-config", "--allow-shared-key-file", "--config", folder_ / "c.yaml"});
  EXPECT_EQ(tls.code, 2);
  EXPECT_THAT(tls.err, HasSubstr("c.yaml: expected the server's certificate"));
  EXPECT_THAT(tls.out, Not(HasSubstr("is well")));
}

TEST_F(ChirographdTest, CheckConfigRefusesAFolderWithoutAnArchive) {
  const ProcessResult result = Run({"check-config", "--data-dir", folder_ / "tpyo"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("no archive at " + (folder_ / "tpyo")));
}

TEST_F(ChirographdTest, CheckConfigDoesNotOpenTheArchive) {
  Init();
  const auto server = Serve();
  EXPECT_EQ(Run({"check-config", "--data-dir", path_}).code, 0);
}

// --- check ---

TEST_F(ChirographdTest, CheckSaysWhatItFinds) {
  Init();
  const TestPublisher publisher;
  const std::string keyring = WriteKeyring(publisher);
  {
    const auto server = Serve({"--listen", "127.0.0.1:0", "--keyring", keyring});
    TestClient client(address_);
    for (int i = 0; i < 3; ++i) ASSERT_THAT(client.Ingest(publisher.Article(i)), IsAnswered());
    const ProcessResult too_early = Run({"check", "--data-dir", path_});
    EXPECT_EQ(too_early.code, 2);
    EXPECT_THAT(too_early.err, HasSubstr("another process"));
    server->Signal(SIGTERM);
    EXPECT_EQ(server->Wait().code, 0);
  }
  const ProcessResult sound = Run({"check", "--data-dir", path_, "--keyring", keyring});
  EXPECT_EQ(sound.code, 0) << sound.err;
  EXPECT_THAT(sound.out, AllOf(HasSubstr("self-check by the operator\n"), HasSubstr("findings    none\n"),
                               HasSubstr("3 valid when ingested, valid now")));
  const ProcessResult range =
      Run({"check", "--data-dir", path_, "--first-index", "2", "--end-index", "3", "--json"});
  EXPECT_EQ(range.code, 0) << range.err;
  std::istringstream lines(range.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(nlohmann::json::parse(line)["article"]["index"], 2);
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(nlohmann::json::parse(line)["check"]["articles"], 1);

  {
    auto database = RocksDbDatabase::Open(path_ + "/store", rocksdb::Env::Default());
    ASSERT_TRUE(database.ok());
    rocksdb::WriteBatch batch;
    batch.Put((*database)->handle(StoreColumn::kContent), EncodeIndex(2), "another");
    ASSERT_TRUE((*database)->Write(&batch).ok());
  }
  const ProcessResult spoilt = Run({"check", "--data-dir", path_, "--rate-limit", "100000"});
  EXPECT_EQ(spoilt.code, 1) << spoilt.err;
  EXPECT_THAT(spoilt.out, AllOf(HasSubstr("FINDING #2 CONTENT_MISMATCH: "), HasSubstr("findings    1\n"),
                                HasSubstr("not judged: no keyring")));
}

TEST_F(ChirographdTest, CheckWritesReports) {
  Init();
  const TestPublisher publisher;
  const std::string keyring = WriteKeyring(publisher);
  {
    const auto server = Serve({"--listen", "127.0.0.1:0", "--keyring", keyring});
    TestClient client(address_);
    for (int i = 0; i < 3; ++i) ASSERT_THAT(client.Ingest(publisher.Article(i)), IsAnswered());
    server->Signal(SIGTERM);
    EXPECT_EQ(server->Wait().code, 0);
  }
  const std::string json_file = folder_ / "check.json";
  const std::string page_file = folder_ / "check.html";
  const ProcessResult check =
      Run({"check", "--data-dir", path_, "--keyring", keyring, "--report", json_file, "--report", page_file});
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.err, AllOf(HasSubstr("Wrote " + json_file), HasSubstr("Wrote " + page_file)));
  const nlohmann::json json = nlohmann::json::parse(ReadBytes(json_file));
  EXPECT_EQ(json["result"], "NOTHING_WRONG") << json;
  EXPECT_EQ(json["kind"], "SELF_CHECK") << json;
  EXPECT_THAT(ReadBytes(page_file), AllOf(HasSubstr("<!DOCTYPE html>"), HasSubstr("check by the operator")));

  const ProcessResult ending = Run({"check", "--data-dir", path_, "--report", folder_ / "check.pdf"});
  EXPECT_EQ(ending.code, 2);
  EXPECT_THAT(ending.err, AllOf(HasSubstr("check.pdf"), HasSubstr(".html")));
  EXPECT_EQ(ending.out, "");
  const ProcessResult nowhere = Run({"check", "--data-dir", path_, "--report", folder_ / "none/check.html"});
  EXPECT_NE(nowhere.code, 0);
  EXPECT_EQ(nowhere.out, "") << "it is found out before the check";
}

TEST_F(ChirographdTest, CheckRefusesWhatItCannotDo) {
  Init();
  EXPECT_EQ(Run({"check", "--data-dir", folder_ / "tpyo"}).code, 2);
  const ProcessResult range = Run({"check", "--data-dir", path_, "--end-index", "1"});
  EXPECT_EQ(range.code, 2);
  EXPECT_THAT(range.err, HasSubstr("a log of 0 entries"));
  EXPECT_EQ(Run({"check", "--data-dir", path_}).code, 0);
  EXPECT_EQ(Run({"check", "--data-dir", path_, "--keyring", "none.yaml"}).code, 2);
  std::ofstream(path_ + "/store/CURRENT") << "damage";
  const ProcessResult damaged = Run({"check", "--data-dir", path_});
  EXPECT_EQ(damaged.code, 3);
  EXPECT_THAT(damaged.err, HasSubstr("DATA_LOSS: "));
}

// --- rebuild-catalog ---

TEST_F(ChirographdTest, RebuildCatalogMakesItAnewFromTheLog) {
  Init();
  const auto list = [this] {
    v1::ListArticlesRequest request;
    request.set_wait_for_tree_size(2);
    const auto answer = TestClient(address_).List(request);
    EXPECT_THAT(answer, IsAnswered());
    return answer.response.empty() ? 0 : answer.response.front().articles_size();
  };
  auto server = Serve();
  TestClient client(address_);
  for (int i = 0; i < 2; ++i) ASSERT_THAT(client.Ingest(MakeArticle(i)), IsAnswered());
  EXPECT_EQ(list(), 2);
  const ProcessResult too_early = Run({"rebuild-catalog", "--data-dir", path_});
  EXPECT_EQ(too_early.code, 2);
  EXPECT_THAT(too_early.err, HasSubstr("another process"));
  EXPECT_EQ(list(), 2);
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait().code, 0);

  std::ofstream(path_ + "/catalog/CURRENT") << "damage";
  const ProcessResult rebuilt = Run({"rebuild-catalog", "--data-dir", path_});
  EXPECT_EQ(rebuilt.code, 0) << rebuilt.err;
  EXPECT_THAT(rebuilt.out, HasSubstr("from the 2 entries of the log"));
  server = Serve();
  EXPECT_EQ(list(), 2);
}

TEST_F(ChirographdTest, RebuildCatalogWithoutAnArchiveIsRefused) {
  const ProcessResult result = Run({"rebuild-catalog", "--data-dir", path_});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("no archive at " + path_));
  EXPECT_FALSE(fs::exists(path_));
}

}  // namespace
}  // namespace chirograph::chirographd_test
