// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_YAML_SCALAR_H_
#define CHIROGRAPH_CLIENT_CLI_YAML_SCALAR_H_

#include <string>
#include <string_view>

namespace chirograph {

// `text` as a YAML scalar that reads back as this string: plain where it is one as it stands, else in
// double quotes. For keys as for values. `text` is UTF-8.
std::string YamlScalar(std::string_view text);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_YAML_SCALAR_H_
