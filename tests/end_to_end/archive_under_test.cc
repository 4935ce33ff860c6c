// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/archive_under_test.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "absl/time/clock.h"
#include "fmt/format.h"

namespace chirograph {

ArchiveUnderTest::ArchiveUnderTest() {
  const ProcessResult init =
      RunProcess({CHIROGRAPHD, "init", "--data-dir", folder_ / "archive", "--origin", kOrigin});
  EXPECT_EQ(init.exit_code, 0) << init.err;
  for (const std::string& line : LinesOf(init.out)) {
    const std::size_t at = line.find(std::string(kOrigin) + "+");
    if (at != std::string::npos) log_key_ = line.substr(at);
  }
  EXPECT_NE(log_key_, "") << init.out;
  const ProcessResult keys = Cli({"keys", "generate", "--domain", kPublisherDomain, "--id", "k",
                                  "--algorithm", "ed25519", "--out", folder_ / "keys"});
  EXPECT_EQ(keys.exit_code, 0) << keys.err;
}

void ArchiveUnderTest::Start(int port) {
  std::filesystem::remove(folder_ / "port");
  server_ = std::make_unique<Process>(std::vector<std::string>{
      CHIROGRAPHD, "serve", "--data-dir", folder_ / "archive", "--listen", fmt::format("127.0.0.1:{}", port),
      "--http-listen", "127.0.0.1:0", "--http-port-file", folder_ / "http_port", "--http-serve-content",
      "--port-file", folder_ / "port", "--keyring", keyring()});
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (!std::filesystem::exists(folder_ / "port")) {
    if (!server_->IsRunning() || absl::Now() > deadline) {
      FAIL() << "chirographd does not start: " << server_->ErrSoFar();
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  port_ = std::stoi(ReadBytes(folder_ / "port"));
  http_port_ = std::stoi(ReadBytes(folder_ / "http_port"));
}

void ArchiveUnderTest::Stop() {
  server_->Signal(SIGTERM);
  const ProcessResult result = server_->Wait(absl::Seconds(60));
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

ProcessOptions ArchiveUnderTest::CliOptions() const {
  ProcessOptions options;
  options.folder = folder_.path();
  options.added = {{"CHIROGRAPH_SERVER", address()}, {"CHIROGRAPH_STATE_DIR", state_dir()}};
  return options;
}

ProcessResult ArchiveUnderTest::Cli(const std::vector<std::string>& arguments,
                                    const std::string& input) const {
  ProcessOptions options = CliOptions();
  options.input = input;
  std::vector<std::string> all = {CHIROGRAPH_CLI};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return RunProcess(all, options);
}

std::unique_ptr<Process> ArchiveUnderTest::StartCli(const std::vector<std::string>& arguments) const {
  std::vector<std::string> all = {CHIROGRAPH_CLI};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return std::make_unique<Process>(all, CliOptions());
}

std::vector<nlohmann::json> ArchiveUnderTest::CliJson(const std::vector<std::string>& arguments,
                                                      int exit_code) const {
  std::vector<std::string> all = {"--json"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const ProcessResult result = Cli(all);
  EXPECT_EQ(result.exit_code, exit_code) << result.out << result.err;
  std::vector<nlohmann::json> objects;
  for (const std::string& line : LinesOf(result.out)) {
    objects.push_back(nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false));
    EXPECT_TRUE(objects.back().is_object()) << line;
  }
  return objects;
}

void ArchiveUnderTest::Trust() const {
  const ProcessResult result = Cli({"log", "trust", log_key_});
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

std::string ArchiveUnderTest::WriteArticle(const std::string& name, const std::string& title) const {
  const std::string path = folder_ / name;
  WriteBytes(path,
             fmt::format("---\ntitle: \"{0}\"\nwebUrl: \"https://{1}/{0}\"\nprovider:\n  domain: {1}\n---\n"
                         "The text of {0}.\n",
                         title, kPublisherDomain));
  return path;
}

std::string ArchiveUnderTest::WriteSignedArticle(const std::string& name, const std::string& title) const {
  const std::string path = WriteArticle(name, title);
  const ProcessResult result = Cli({"sign", "--key", signing_key(), path});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return path;
}

void ArchiveUnderTest::WriteSignedArticles(const std::string& folder, const std::string& title,
                                           int count) const {
  std::vector<std::string> command = {"sign", "--key", signing_key()};
  for (int i = 0; i < count; ++i) {
    command.push_back(
        WriteArticle(fmt::format("{}/{:03}.md", folder, i), fmt::format("{}, article {}", title, i)));
  }
  const ProcessResult result = Cli(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

const char* CliPath() { return CHIROGRAPH_CLI; }

}  // namespace chirograph
