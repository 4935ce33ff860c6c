// SPDX-License-Identifier: Apache-2.0
//
// A document read by yaml-cpp into a YamlCollector, and no further.
#ifndef CHIROGRAPH_TESTS_CRYPTO_YAML_READING_H_
#define CHIROGRAPH_TESTS_CRYPTO_YAML_READING_H_

#include <gtest/gtest.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "crypto/internal/yaml_events.h"
#include "crypto/source_position.h"

namespace chirograph::internal {

class YamlReading {
 public:
  // `document` has no "the-end" in it.
  explicit YamlReading(std::string_view document, int first_line = 1)
      : text_(std::string(document) + (document.ends_with('\n') ? "the-end: ~\n" : "\nthe-end: ~\n")),
        buffer_(text_),
        collector_(text_, document.size(), "the-end", first_line, &buffer_) {}

  // What the collector says of it.
  absl::Status Read() {
    try {
      std::istream stream(&buffer_);
      YAML::Parser(stream).HandleNextDocument(collector_);
    } catch (const YAML::Exception& error) {
      return collector_.Explain(error);
    } catch (const LookaheadError&) {
      return collector_.ExplainLookahead();
    } catch (const YamlError& error) {
      return error.status;
    }
    return collector_.complete() ? absl::OkStatus() : collector_.ExplainEarlyEnd();
  }

  YamlCollector& collector() { return collector_; }
  TextBuffer& buffer() { return buffer_; }

 private:
  std::string text_;
  TextBuffer buffer_;
  YamlCollector collector_;
};

// "LINE:COLUMN: message", or "accepted".
inline std::string ReadingError(std::string_view document) {
  const absl::Status status = YamlReading(document).Read();
  if (status.ok()) return "accepted";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(PositionOf(status).has_value()) << status.message();
  return DescribeInFile("", status).substr(1);
}

inline std::string Repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_TESTS_CRYPTO_YAML_READING_H_
