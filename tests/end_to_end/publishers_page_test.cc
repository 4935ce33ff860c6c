// SPDX-License-Identifier: Apache-2.0
//
// Runs the examples of docs/publishers.md, as they stand there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/doc_example.h"
#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::publishers_page_test {
namespace {

using testing::HasSubstr;

constexpr char kArticle[] =
    "---\ntitle: \"A \\\"headline\\\"\"\nheat: 1.50\ntags: [b, a]\nprovider:\n  name: The Example News\n"
    "  domain: news.example.org\n---\n\nText\n---\nand more.\n";

class PublishersPageTest : public testing::Test {
 protected:
  // In an empty folder with keys/ as the page has them, and article.md.
  void MakeKeys(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"keys", "generate", "--domain", "news.example.org"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProcessResult result = RunScript("\"$CLI\" \"$@\"", arguments);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    WriteBytes(folder_ / "article.md", kArticle);
  }

  ProcessResult RunScript(const std::string& script, const std::vector<std::string>& arguments = {}) {
    std::vector<std::string> all = {"bash", "-euc", "PATH=$(dirname \"$CLI\"):$PATH\n" + script, "bash"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return RunProcess(all, {folder_.path(), {{"CLI", CliPath()}}, ""});
  }

  TemporaryFolder folder_;
};

TEST_F(PublishersPageTest, OpensslSignsAndVerifies) {
  MakeKeys({"--id", "2026-rsa"});
  const ProcessResult signing = RunScript(DocBlock("publishers.md", "openssl-sign"));
  ASSERT_EQ(signing.exit_code, 0) << signing.err;
  const ProcessResult checked = RunScript("chirograph verify --keyring keys/keyring.yaml signed.md");
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  const ProcessResult verifying = RunScript(DocBlock("publishers.md", "openssl-verify"));
  EXPECT_EQ(verifying.exit_code, 0) << verifying.err;
  EXPECT_THAT(verifying.out, HasSubstr("Verified OK"));

  // And what the CLI signs, openssl verifies.
  ASSERT_EQ(
      RunScript("cp article.md signed.md; chirograph sign --key keys/*.signing-key.pem signed.md").exit_code,
      0);
  EXPECT_THAT(RunScript(DocBlock("publishers.md", "openssl-verify")).out, HasSubstr("Verified OK"));
}

TEST_F(PublishersPageTest, OpensslSignsWithEd25519) {
  MakeKeys({"--id", "2026-ed25519", "--algorithm", "ed25519", "--envelope", "none"});
  const ProcessResult signing =
      RunScript(DocBlock("publishers.md", "openssl-ed25519") +
                "\nawk -v line=\"secured: $SECURED\" '/^---$/ && ++n == 2 { print line } "
                "{ print }' article.md > signed.md");
  ASSERT_EQ(signing.exit_code, 0) << signing.err;
  const ProcessResult checked = RunScript("chirograph verify --keyring keys/keyring.yaml signed.md");
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

TEST_F(PublishersPageTest, NodeSignsWithoutOurCode) {
  if (RunScript("command -v node").exit_code != 0) GTEST_SKIP() << "node is not installed";
  const char* modules = std::getenv("CHIROGRAPH_NODE_MODULES");
  if (modules == nullptr) {
    GTEST_SKIP() << "CHIROGRAPH_NODE_MODULES names no node_modules folder with yaml and canonicalize";
  }
  MakeKeys({"--id", "2026-rsa"});
  std::filesystem::create_directory_symlink(modules, folder_ / "node_modules");
  WriteBytes(folder_ / "sign.mjs", DocBlock("publishers.md", "node-sign"));
  for (int round = 0; round < 2; ++round) {  // the second time it replaces the line
    const ProcessResult signing =
        RunScript("node sign.mjs keys/news.example.org.2026-rsa.signing-key.pem article.md");
    ASSERT_EQ(signing.exit_code, 0) << signing.err;
    const ProcessResult checked = RunScript("chirograph verify --keyring keys/keyring.yaml article.md");
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  }
}

}  // namespace
}  // namespace chirograph::publishers_page_test
