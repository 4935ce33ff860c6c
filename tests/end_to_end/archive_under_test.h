// SPDX-License-Identifier: Apache-2.0
//
// A real archive in a folder of its own: chirographd, a publisher's keys and a client's state.
#ifndef CHIROGRAPH_TESTS_END_TO_END_ARCHIVE_UNDER_TEST_H_
#define CHIROGRAPH_TESTS_END_TO_END_ARCHIVE_UNDER_TEST_H_

#include <memory>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/client/cli_fake_host.h"
#include "tests/end_to_end/process.h"

namespace chirograph {

inline constexpr char kOrigin[] = "e2e.example/log";
inline constexpr char kPublisherDomain[] = "news.example";

class ArchiveUnderTest {
 public:
  // Makes keys (Ed25519, in an envelope) and an archive. Does not start it.
  ArchiveUnderTest();

  // Starts chirographd on `port` (0: any) and waits until it takes calls.
  void Start(int port = 0);
  // SIGTERM, and waits for the end, which must be well.
  void Stop();
  Process& server() { return *server_; }
  // Its address, also after it has stopped.
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  // Where it serves HTTP, articles' text and all.
  std::string http_address() const { return "127.0.0.1:" + std::to_string(http_port_); }

  // Runs `chirograph ARGUMENTS...` in the folder, with the server's address and the state in the environment.
  ProcessResult Cli(const std::vector<std::string>& arguments, const std::string& input = "") const;
  std::unique_ptr<Process> StartCli(const std::vector<std::string>& arguments) const;
  // The same with --json: every line parsed. Fails the test where one is no JSON object.
  std::vector<nlohmann::json> CliJson(const std::vector<std::string>& arguments, int exit_code) const;
  // The log's verifier key, as init printed it.
  const std::string& log_key() const { return log_key_; }
  // `chirograph log trust`.
  void Trust() const;

  // The folder that all is in, and paths in it.
  const TemporaryFolder& folder() const { return folder_; }
  std::string state_dir() const { return folder_ / "state"; }
  std::string signing_key() const { return folder_ / "keys/news.example.k.signing-key.pem"; }
  std::string keyring() const { return folder_ / "keys/keyring.yaml"; }

  // Writes an article by kPublisherDomain; `name` is relative to the folder. Unsigned.
  std::string WriteArticle(const std::string& name, const std::string& title) const;
  // And signs it.
  std::string WriteSignedArticle(const std::string& name, const std::string& title) const;
  // Writes `count` of them, FOLDER/000.md and so on.
  void WriteSignedArticles(const std::string& folder, const std::string& title, int count) const;

 private:
  ProcessOptions CliOptions() const;

  TemporaryFolder folder_;
  std::string log_key_;
  std::unique_ptr<Process> server_;
  int port_ = 0;
  int http_port_ = 0;
};

// How the program is called in the tests' own words.
const char* CliPath();

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_END_TO_END_ARCHIVE_UNDER_TEST_H_
