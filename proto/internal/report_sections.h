// SPDX-License-Identifier: Apache-2.0
//
// The larger parts of a report's page (check_report_html.h).
#ifndef CHIROGRAPH_PROTO_INTERNAL_REPORT_SECTIONS_H_
#define CHIROGRAPH_PROTO_INTERNAL_REPORT_SECTIONS_H_

#include <cstddef>

#include "proto/check_report.h"
#include "proto/internal/html_writer.h"

namespace chirograph::internal {

// Findings of one code that the page shows, and receipts that could not be checked.
inline constexpr std::size_t kMaxShownFindings = 50;
// Months that charts and tables show: the last ones.
inline constexpr std::size_t kMaxShownMonths = 60;
// Publishers with a row, and with a chart of months of their own: those with the most articles.
inline constexpr std::size_t kMaxShownPublishers = 15;
inline constexpr std::size_t kMaxPublisherPanels = 6;

// What was found, and what earlier checks had found.
void WriteFindings(const CheckReport& report, HtmlWriter& page);

// The receipts that could not be checked, if there are any.
void WriteUncheckedReceipts(const CheckReport& report, HtmlWriter& page);

// Verdicts by month and publisher.
void WriteVerdicts(const CheckReport& report, HtmlWriter& page);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_PROTO_INTERNAL_REPORT_SECTIONS_H_
