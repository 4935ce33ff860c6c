// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_GZIP_H_
#define CHIROGRAPH_SERVICE_GZIP_H_

#include <optional>
#include <string>
#include <string_view>

namespace chirograph {

// Whether an Accept-Encoding header takes gzip: it, or *, is named with no q of 0.
bool AcceptsGzip(std::string_view accept_encoding);

// `bytes` in the gzip format; nothing where that is not shorter.
std::optional<std::string> Gzip(std::string_view bytes);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_GZIP_H_
