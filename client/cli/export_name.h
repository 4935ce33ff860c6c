// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_EXPORT_NAME_H_
#define CHIROGRAPH_CLIENT_CLI_EXPORT_NAME_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace chirograph {

// The folder of a publisher's articles: his domain, or "_" where there is none or it would be no safe name.
std::string ExportFolder(std::string_view publisher_domain);

// The name of an article's file: its index, and what the end of its URL says: "000041-weather-report.md". Of
// letters, digits and dashes alone, whatever the URL; the same for the same article, and no two alike.
std::string ExportFileName(std::uint64_t index, std::string_view url);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_EXPORT_NAME_H_
