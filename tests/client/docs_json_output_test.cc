// SPDX-License-Identifier: Apache-2.0
//
// docs/json-output.md: the members of each example are those that are printed, in that order.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "crypto/encoding.h"
#include "tests/client/cli_run.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"

namespace chirograph::docs_json_output_test {
namespace {

using nlohmann::ordered_json;

std::map<std::string, ordered_json> Examples() {
  const std::string page = ReadBytes(CHIROGRAPH_TEST_DATA_DIR "/../../docs/json-output.md");
  std::map<std::string, ordered_json> examples;
  constexpr std::string_view kBegin = "<!-- example: ";
  constexpr std::string_view kFence = "```json\n";
  for (std::size_t at = page.find(kBegin); at != std::string::npos; at = page.find(kBegin, at)) {
    at += kBegin.size();
    const std::string name = page.substr(at, page.find(" -->", at) - at);
    const std::size_t begin = page.find(kFence, at) + kFence.size();
    examples[name] = ordered_json::parse(page.substr(begin, page.find("```", begin) - begin));
  }
  return examples;
}

// All names in `value`, with those of the objects within, as "error.line"; those of a list's first element.
// Whatever stands in `byVerdict` is named by verdicts that occurred, so its first stands for all.
void NamesIn(const ordered_json& value, const std::string& prefix, std::vector<std::string>& names) {
  if (value.is_array() && !value.empty()) NamesIn(value.front(), prefix + "[]", names);
  if (!value.is_object()) return;
  const bool by_verdict = prefix.ends_with("byVerdict");
  for (const auto& [name, member] : value.items()) {
    const std::string path = fmt::format("{}.{}", prefix, by_verdict ? "VERDICT" : name);
    names.push_back(path);
    NamesIn(member, path, names);
    if (by_verdict) return;
  }
}

std::vector<std::string> NamesIn(const ordered_json& value) {
  std::vector<std::string> names;
  NamesIn(value, "", names);
  return names;
}

class DocsJsonOutputTest : public testing::Test {
 protected:
  DocsJsonOutputTest() {
    TestLog log;
    log.AddKeyEvent("news.example", publisher_.key());
    server_ = std::make_unique<TestServer>(log, TestServerOptions{publisher_.MakeKeyring(), "", ""});
    WriteBytes(article_, MakeSignedDocument("a title", publisher_));
    RunCli({"keys", "generate", "--domain", "news.example", "--id", "k", "--algorithm", "ed25519", "--out",
            folder_ / "keys"});
  }

  // The lines that a command prints with --json.
  std::vector<ordered_json> Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--json", "--server", server_->address(), "--state-dir",
                                       folder_ / "state", "--log-key", server_->log().verifier().vkey()});
    std::vector<ordered_json> values;
    for (const std::string& line : LinesOf(RunCli(arguments).out))
      values.push_back(ordered_json::parse(line));
    EXPECT_FALSE(values.empty()) << arguments.front();
    if (values.empty()) values.emplace_back();
    return values;
  }

  void Expect(const std::string& example, const ordered_json& printed) {
    const std::map<std::string, ordered_json> examples = Examples();
    ASSERT_TRUE(examples.contains(example)) << example;
    EXPECT_EQ(NamesIn(examples.at(example)), NamesIn(printed)) << example;
  }

  const TemporaryFolder folder_;
  const TestPublisher publisher_{"news.example"};
  const std::string article_ = folder_ / "a.md";
  const std::string keyring_ = folder_ / "keys/keyring.yaml";
  std::unique_ptr<TestServer> server_;
};

TEST_F(DocsJsonOutputTest, OfErrors) {
  WriteBytes(folder_ / "bad.md", "---\na: 1\na: 2\n---\n");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"verify", "--keyring", keyring_, folder_ / "bad.md"},
        {"sign", "--key", folder_ / "keys/news.example.k.signing-key.pem", folder_ / "bad.md"},
        {"canonical", folder_ / "bad.md"},
        {"ingest", folder_ / "bad.md"},
        {"ingest", folder_ / "none"},
        {"get", folder_ / "bad.md"},
        {"proof", "verify", folder_ / "none.tlog-proof"}}) {
    const ordered_json line = Run(command).front();
    Expect("error", line);
    EXPECT_EQ(line["path"], command.back());
    EXPECT_EQ(line["error"]["kind"], "COULD_NOT");
  }
  Run({"checkpoint"});
  Expect("failure", Run({"get", "4000"}).front());
  Expect("failure", Run({"keys", "generate", "--domain", "news.example", "--id", "k", "--algorithm",
                         "ed25519", "--out", folder_ / "keys"})
                        .front());
  WriteBytes(folder_ / "state/log.example%2Ftest/log-key", "damaged");
  Expect("failure", Run({"log", "show"}).front());
}

TEST_F(DocsJsonOutputTest, OfCommandsWithoutAnArchive) {
  Expect("keys", Run({"keys", "generate", "--domain", "news.example", "--algorithm", "ed25519", "--out",
                      folder_ / "more"})
                     .front());
  Expect("verify", Run({"verify", "--keyring", keyring_, article_}).front());
}

TEST_F(DocsJsonOutputTest, OfCommandsThatAskAnArchive) {
  const std::vector<ordered_json> ingested = Run({"ingest", article_});
  ASSERT_EQ(ingested.size(), 2U);
  Expect("ingest", ingested.front());
  Expect("summary", ingested.back());
  WriteBytes(folder_ / "forged.md", MakeSignedDocument("forged", TestPublisher("news.example")));
  Run({"ingest", folder_ / "forged.md", "--failures", folder_ / "left.jsonl"});
  Expect("failures", ordered_json::parse(ReadBytes(folder_ / "left.jsonl")));
  Expect("checkpoint", Run({"checkpoint"}).front());
  Expect("log-show", Run({"log", "show"}).front());

  // `get` and the like add to the report what the page names beside the example.
  WriteBytes(folder_ / "public-key.pem",
             fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                         Base64Encode(publisher_.key().public_key->spki())));
  WriteBytes(folder_ / "keyring.yaml",
             "publishers:\n  news.example:\n    - id: k1\n      algorithm: ed25519\n"
             "      public_key: public-key.pem\n");
  for (const std::vector<std::string>& command : {std::vector<std::string>{"get", article_},
                                                  {"get", article_, "--source"},
                                                  {"proof", "get", article_, "-o", folder_ / "p"},
                                                  {"proof", "verify", folder_ / "p", article_}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--keyring", folder_ / "keyring.yaml"});
    ordered_json report = Run(arguments).front();
    for (const char* more : {"article", "secured", "source", "path", "catalogTreeSize", "newerNotValidIndex"})
      report.erase(more);
    Expect("report", report);
  }
}

TEST_F(DocsJsonOutputTest, OfEvidence) {
  Run({"ingest", article_});
  Expect("evidence", Run({"evidence", article_, "-o", folder_ / "case.zip"}).front());
}

TEST_F(DocsJsonOutputTest, OfListsHistoriesAndExports) {
  TestLog log = server_->log();
  const Keyring keyring = publisher_.MakeKeyring();
  log.AddDocument(MakeSignedDocument("first", publisher_), keyring);
  log.AddDocument(MakeSignedDocument("second", publisher_), keyring);
  server_->UseLog(log);
  WriteBytes(folder_ / "public-key.pem",
             fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                         Base64Encode(publisher_.key().public_key->spki())));
  WriteBytes(folder_ / "keyring.yaml",
             "publishers:\n  news.example:\n    - id: k1\n      algorithm: ed25519\n"
             "      public_key: public-key.pem\n");
  const std::vector<ordered_json> listed =
      Run({"list", "--limit", "1", "--keyring", folder_ / "keyring.yaml"});
  Expect("listed", listed.front());
  Expect("listed-summary", listed.back());
  const std::vector<ordered_json> watched =
      Run({"watch", "--from", "0", "--end-index", "4", "--keyring", folder_ / "keyring.yaml"});
  Expect("listed", watched.front());
  Expect("watched", watched.back());
  const std::vector<ordered_json> versions =
      Run({"history", "https://news.example/1", "--keyring", folder_ / "keyring.yaml"});
  ASSERT_EQ(versions.size(), 3U);
  Expect("version", versions[1]);
  Expect("history-summary", versions.back());
  const std::vector<ordered_json> exported = Run({"export", folder_ / "out"});
  ASSERT_EQ(exported.size(), 3U);
  Expect("exported", exported.front());
  Expect("export-summary", exported.back());
  const std::vector<ordered_json> tiles = Run({"export", "--tiles", folder_ / "tiles"});
  ASSERT_EQ(tiles.size(), 1U);
  Expect("tiles", tiles.front());
}

TEST_F(DocsJsonOutputTest, OfAudits) {
  Lies lies;
  lies.entries = [](int, v1::StreamEntriesResponse& message) {
    message.mutable_entries(message.entries_size() - 1)->set_content("another");
  };
  TestLog log = server_->log();
  log.AddDocument(MakeSignedDocument("first", publisher_), publisher_.MakeKeyring());
  server_->UseLog(log);
  server_->Tell(lies);
  const std::vector<ordered_json> audited = Run({"audit"});
  ASSERT_EQ(audited.size(), 2U);
  Expect("finding", audited.front());
  Expect("audit", audited.back());
  server_->Tell({});
  Expect("earlier-finding", Run({"audit"}).front());
}

}  // namespace
}  // namespace chirograph::docs_json_output_test
