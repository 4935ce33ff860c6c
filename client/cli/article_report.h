// SPDX-License-Identifier: Apache-2.0
//
// One archived article on the screen: line by line what was checked, and by whom.
#ifndef CHIROGRAPH_CLIENT_CLI_ARTICLE_REPORT_H_
#define CHIROGRAPH_CLIENT_CLI_ARTICLE_REPORT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chirograph/v1/article.pb.h"
#include "client/receipt_report.h"
#include "nlohmann/json_fwd.hpp"

namespace chirograph {

// What was at hand when `report` was made, for the lines that show it or say that it was missing.
struct ReportContext {
  const v1::Article* article = nullptr;             // may be null
  std::optional<std::string_view> source_document;  // as archived
  bool has_keyring = false;
};

// The lines for a person, escaped, without line feeds. `report` must be ok().
std::vector<std::string> ArticleReportLines(const ReceiptReport& report, const ReportContext& context);

// A table of every finding, a line each below a heading, escaped: for a report that is not ok(). Of none
// there is no table.
std::vector<std::string> FindingLines(const std::vector<Finding>& findings);

// The members of --json that a report stands for (docs/json-output.md). Those that could not be read are
// null.
nlohmann::ordered_json ReportJson(const ReceiptReport& report);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_ARTICLE_REPORT_H_
