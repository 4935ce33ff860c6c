// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/client/cli_run.h"

namespace chirograph::cli_canonical_command_test {
namespace {

using testing::StartsWith;

using CliCanonicalCommandTest = CliPublisherTest;

TEST_F(CliCanonicalCommandTest, CanonicalWritesTheBytesAndNothingElse) {
  FakeHost host;
  host.terminals = {Stream::kOutput, Stream::kError};
  host.variables["TERM"] = "xterm";
  const Ran run = RunCli({"canonical", article_}, host);
  EXPECT_EQ(run.out, "{\"body\":\"Body\\n\",\"provider\":{\"domain\":\"example.org\"},\"title\":\"A\"}");
  EXPECT_EQ(run.err, "");
  host.input = kArticleText;
  EXPECT_EQ(RunCli({"canonical", "--signing-input", "-"}, host).out, "chirograph.article.v1\n" + run.out);
}

TEST_F(CliCanonicalCommandTest, CanonicalOfWhatCannotBeReadWritesNothing) {
  const Ran none = RunCli({"canonical", folder_ / "none.md"});
  EXPECT_EQ(none.code, ExitCode::kCouldNot);
  EXPECT_EQ(none.out, "");
  WriteBytes(folder_ / "bad.md", "no dashes");
  EXPECT_THAT(RunCli({"canonical", folder_ / "bad.md"}).err,
              StartsWith("chirograph: " + (folder_ / "bad.md:1:1: ")));
}

}  // namespace
}  // namespace chirograph::cli_canonical_command_test
