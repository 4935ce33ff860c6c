// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_ZIP_FILE_H_
#define CHIROGRAPH_CLIENT_INTERNAL_ZIP_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chirograph::internal {

// A file of a zip; the views need only outlive the call.
struct ZipMember {
  std::string_view name;  // with `/` between folders
  std::string_view bytes;
};

// The bytes of a zip with these files, readable by everybody and not compressed, in their order, all of the
// time `modified`, which a zip has in UTC here, to two seconds, from 1980 to 2107; other years are cut to
// these. The same input makes the same bytes. InvalidArgument: no files; a name that is empty, absolute, or
// there twice. Internal: libzip could not.
absl::StatusOr<std::string> MakeZip(const std::vector<ZipMember>& members, absl::Time modified);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_ZIP_FILE_H_
