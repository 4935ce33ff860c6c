// SPDX-License-Identifier: Apache-2.0
//
// A report in words, for the page and the file alike. What strangers wrote is in these texts as it stands in
// the report: whoever shows them makes it visible.
#ifndef CHIROGRAPH_PROTO_CHECK_REPORT_TEXT_H_
#define CHIROGRAPH_PROTO_CHECK_REPORT_TEXT_H_

#include <string>
#include <vector>

#include "proto/check_report.h"

namespace chirograph {

// "Audit of an archive", "Self-check by the operator".
std::string TitleOf(const CheckReport& report);

// "Nothing wrong was found", "3 findings", "Not finished", "ALARM: ...".
std::string HeadlineOf(const CheckReport& report);

// Why the check is not finished, in words; empty where it is.
std::string WhyNotFinished(const CheckReport& report);

// What that means, in a few sentences.
std::string SummaryOf(const CheckReport& report);

// One thing that was looked at, and who says so.
struct CheckFact {
  std::string what;
  std::string fact;
  std::string by_whom;
};
std::vector<CheckFact> FactsOf(const CheckReport& report);

// Whose word it is that a key is a publisher's.
std::string WhoseKeys(const CheckReport& report);

// What the report does not show, a few sentences each.
std::vector<std::string> NotClaimed(const CheckReport& report);

// What to do by hand: the report's steps, and how to verify the log's signature on the checkpoint with the
// openssl command alone, where there is one that the key signed.
std::vector<CheckStep> StepsOf(const CheckReport& report);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_CHECK_REPORT_TEXT_H_
