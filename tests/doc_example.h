// SPDX-License-Identifier: Apache-2.0
//
// The worked examples in docs/, so that tests recompute what the pages say.
#ifndef CHIROGRAPH_TESTS_DOC_EXAMPLE_H_
#define CHIROGRAPH_TESTS_DOC_EXAMPLE_H_

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace chirograph {

// The fenced block behind "<!-- example: NAME -->" in docs/PAGE, with its last line feed; fails the test and
// is empty where there is none.
inline std::string DocBlock(const std::string& page, const std::string& name) {
  std::ifstream file(std::string(CHIROGRAPH_DOCS_DIR) + "/" + page, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string marker = "<!-- example: " + name + " -->\n```";
  const std::size_t at = text.find(marker);
  const std::size_t begin = at == std::string::npos ? at : text.find('\n', at + marker.size());
  const std::size_t end = begin == std::string::npos ? begin : text.find("\n```", begin);
  if (end == std::string::npos) {
    ADD_FAILURE() << "docs/" << page << " has no example " << name;
    return {};
  }
  return text.substr(begin + 1, end - begin);
}

// Its lines, without their line feeds.
inline std::vector<std::string> DocLines(const std::string& page, const std::string& name) {
  std::istringstream block(DocBlock(page, name));
  std::vector<std::string> lines;
  for (std::string line; std::getline(block, line);) lines.push_back(line);
  return lines;
}

// Its only line.
inline std::string DocLine(const std::string& page, const std::string& name) {
  const std::vector<std::string> lines = DocLines(page, name);
  EXPECT_EQ(lines.size(), 1U) << "docs/" << page << " " << name;
  return lines.empty() ? std::string() : lines.front();
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_DOC_EXAMPLE_H_
