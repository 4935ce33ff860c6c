// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "client/cli/console.h"
#include "nlohmann/json.hpp"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_console_test {
namespace {

TEST(CliConsoleTest, WritesAnswersAndErrorsToTheirStreams) {
  FakeHost host;
  Console console(host);
  console.Line("answer");
  console.Write("bytes");
  console.Error("it is\x1b[2J not there");
  console.Hint("Try: again");
  EXPECT_EQ(host.out, "answer\nbytes");
  EXPECT_EQ(host.err, "chirograph: it is\\x1b[2J not there\nTry: again\n");
}

TEST(CliConsoleTest, WritesJsonOnOneLineAndReplacesWhatIsNotUtf8) {
  FakeHost host;
  Console console(host);
  console.Json({{"path", "a\n\xFF.md"}, {"index", 1204}});
  EXPECT_EQ(host.out, "{\"path\":\"a\\n\xEF\xBF\xBD.md\",\"index\":1204}\n");
}

TEST(CliConsoleTest, PaintsOnlyOnATerminalThatWantsIt) {
  FakeHost host;
  host.variables["TERM"] = "xterm";
  EXPECT_EQ(Console(host).Painted(Paint::kGood, "VALID"), "VALID");
  host.terminals = {Stream::kOutput};
  EXPECT_EQ(Console(host).Painted(Paint::kGood, "VALID"), "\x1b[32mVALID\x1b[0m");
  host.variables["NO_COLOR"] = "1";
  EXPECT_EQ(Console(host).Painted(Paint::kGood, "VALID"), "VALID");
  host.variables.erase("NO_COLOR");
  host.variables["TERM"] = "dumb";
  EXPECT_EQ(Console(host).Painted(Paint::kGood, "VALID"), "VALID");
}

TEST(CliConsoleTest, KeepsProgressBelowTheLines) {
  FakeHost host;
  host.variables["TERM"] = "xterm";
  host.terminals = {Stream::kError};
  Console console(host);
  console.ShowProgress("1/2");
  console.Error("oh");
  console.EndProgress();
  EXPECT_EQ(host.err, "\r\x1b[K1/2\r\x1b[Kchirograph: oh\n\r\x1b[K1/2\r\x1b[K");
}

TEST(CliConsoleTest, ShowsNoProgressInAPipe) {
  FakeHost host;
  host.variables["TERM"] = "xterm";
  Console console(host);
  EXPECT_FALSE(console.shows_progress());
  console.ShowProgress("1/2");
  console.EndProgress();
  EXPECT_EQ(host.err, "");
}

TEST(CliConsoleTest, ReportsAFullDiskOnceAndRaisesTheExitCode) {
  FakeHost host;
  host.write_status = absl::UnavailableError("No space left on device");
  Console console(host);
  console.Line("a");
  console.Line("b");
  EXPECT_EQ(console.Finish(ExitCode::kWell), ExitCode::kCouldNot);
  EXPECT_EQ(host.err, "chirograph: the output cannot be written: No space left on device\n");
  EXPECT_EQ(console.Finish(ExitCode::kAlarm), ExitCode::kAlarm);
}

TEST(CliConsoleTest, SaysNothingWhereTheReaderWentAway) {
  FakeHost host;
  host.write_status = absl::CancelledError("EPIPE");
  Console console(host);
  console.Line("a");
  EXPECT_EQ(console.Finish(ExitCode::kNo), ExitCode::kNo);
  EXPECT_EQ(host.err, "");
}

}  // namespace
}  // namespace chirograph::cli_console_test
