// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/ingest_printer.h"
#include "tests/client/cli_fake_archive.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_ingest_printer_test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

IngestResult Archived(const std::string& path) {
  IngestAnswer answer;
  answer.verification.set_verdict(v1::VERDICT_VALID);
  return {{path, false}, answer};
}
IngestResult Refused(const std::string& path) {
  IngestAnswer answer;
  answer.fate = IngestFate::kRefused;
  answer.verification.set_verdict(v1::VERDICT_INVALID);
  answer.verification.set_reason(v1::VERDICT_REASON_DOES_NOT_VERIFY);
  return {{path, false}, answer};
}

class CliIngestPrinterTest : public testing::Test {
 protected:
  CliIngestPrinterTest() { files_.files.resize(5); }

  TemporaryFolder folder_;
  FakeHost host_;
  ArticleFiles files_;
};

TEST_F(CliIngestPrinterTest, TheBarHasRateTimeLeftAndCountsByVerdict) {
  host_.terminals = {Stream::kError};
  host_.variables["TERM"] = "xterm";
  host_.columns = 120;
  CommandContext context(host_);
  IngestPrinter printer(context, files_, /*has_keyring=*/false, nullptr);
  for (const IngestResult& result : {Archived("a"), Archived("b"), Refused("c")}) {
    host_.now += absl::Seconds(1);
    printer.Print(result);
  }
  EXPECT_THAT(host_.err,
              HasSubstr("3/5 [##################............]  60%  1.0/s, 0:03 left, 1 refused, 2 VALID"));
}

TEST_F(CliIngestPrinterTest, WhatIsNotArchivedIsAddedToTheFailures) {
  CommandContext context(host_);
  FailuresFile failures(folder_ / "left", {}, host_);
  IngestPrinter printer(context, files_, /*has_keyring=*/false, &failures);
  printer.Print(Archived("a"));
  printer.Print(Refused("b"));
  printer.Print({{"c", false}, CouldNot(absl::InvalidArgumentError("no front matter"))});
  printer.Print({{"d", false}, NotSent{}});
  printer.Print({{"e", false}, NotSent{true}});
  EXPECT_EQ(printer.worst(), ExitCode::kCouldNot);
  ASSERT_TRUE(failures.Finish().ok());
  const auto listed = ReadFailuresFile(folder_ / "left");
  ASSERT_THAT(*listed, SizeIs(4));
  EXPECT_EQ((*listed)[0].why, "REFUSED");
  EXPECT_THAT((*listed)[0].message, HasSubstr("INVALID: "));
  EXPECT_EQ((*listed)[1].why, "COULD_NOT");
  EXPECT_EQ((*listed)[1].message, "c: no front matter");
  EXPECT_EQ((*listed)[2].why, "NOT_SENT");
  EXPECT_EQ((*listed)[3].why, "UNANSWERED");
}

TEST_F(CliIngestPrinterTest, AnAlarmOfAllIsTheWorst) {
  CommandContext context(host_);
  IngestPrinter printer(context, files_, /*has_keyring=*/false, nullptr);
  printer.PrintFailureOfAll(Alarmed(Alarm{}));
  printer.Print({{"a", false}, NotSent{}});
  EXPECT_EQ(printer.worst(), ExitCode::kAlarm);
  EXPECT_THAT(host_.err, HasSubstr("ALARM"));
}

}  // namespace
}  // namespace chirograph::cli_ingest_printer_test
