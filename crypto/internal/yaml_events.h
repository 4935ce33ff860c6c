// SPDX-License-Identifier: Apache-2.0
//
// yaml-cpp's events, checked against the rules as they come and kept as a flat list. Events rather than
// yaml-cpp's nodes: they cost less, and depth, node count and aliases are judged before memory is spent.
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_YAML_EVENTS_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_YAML_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "crypto/internal/yaml_scalar.h"
#include "crypto/internal/yaml_source.h"
#include "crypto/source_position.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/mark.h"

namespace chirograph::internal {

// Thrown through yaml-cpp; never leaves ParseStrictYaml.
struct YamlError {
  absl::Status status;
};

// A node, followed in the list by what is in it. A mapping has keys and values by turns.
struct FlatNode {
  enum class Kind : std::uint8_t { kScalar, kSequence, kMapping, kAlias };
  Kind kind = Kind::kScalar;
  PlainScalar scalar;  // of a scalar; a quoted one is a string
  std::string text;    // of a scalar
  SourcePosition position;
  std::size_t end = 0;     // index after all that is in it; 0 while it is open
  std::size_t target = 0;  // of an alias: the index of what it stands for
};

// As YamlError, by TextBuffer.
struct LookaheadError {};

// Feeds a text to yaml-cpp. Its scanner may queue tokens up to the end of a flow collection before it
// gives the first event, 240 bytes for each '[': this throws where limits::kMaxYamlLookahead could be queued.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string& text);
  // For each event: what was queued before is used up.
  void ResetLookahead() { indicators_ = 0; }

 protected:
  std::streamsize xsgetn(char* out, std::streamsize count) override;

 private:
  std::size_t indicators_ = 0;
};

class YamlCollector final : public YAML::EventHandler {
 public:
  // `text` is the document and then a last line with `sentinel` as key, which begins at `document_bytes`:
  // where that key does not come back as the root's last, something in the document never closes.
  YamlCollector(std::string_view text, std::size_t document_bytes, std::string_view sentinel, int first_line,
                TextBuffer* buffer);

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override;
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

  // Whether the sentinel came back.
  bool complete() const { return complete_; }
  bool has_aliases() const { return has_aliases_; }
  // The document, its root mapping first.
  std::vector<FlatNode>& nodes() { return nodes_; }

  // What to tell of an error that yaml-cpp found, of a document that ended before its text did, and of a
  // LookaheadError.
  absl::Status Explain(const YAML::Exception& error);
  absl::Status ExplainEarlyEnd();
  absl::Status ExplainLookahead();

 private:
  // A collection that is open.
  struct Frame {
    std::size_t node = 0;
    std::size_t offset = 0;
    bool is_mapping = false;
    bool is_flow = false;
    bool expects_key = false;
    std::optional<std::size_t> column;  // of a block mapping's keys or a block sequence's dashes, 0-based
  };

  [[noreturn]] void Fail(std::size_t offset, std::string_view message);
  std::size_t OffsetOf(const YAML::Mark& mark) const;
  bool InKey() const { return !frames_.empty() && frames_.back().expects_key; }
  void FailIfUnclosed(std::size_t offset);
  std::optional<std::size_t> QuoteThatEndsBefore(std::string_view document, std::size_t offset) const;

  void CheckTag(std::size_t offset, std::size_t content);
  void CheckKey(std::size_t offset);
  void CheckIndentation(std::size_t offset);
  void CheckStringKey(std::size_t offset, const FlatNode& node);
  void CheckNoCommentAt(std::size_t offset);
  std::string ScalarText(std::size_t content, bool quoted, const std::string& value);
  std::string QuotedText(std::size_t content, const std::string& value);

  FlatNode& Append(FlatNode::Kind kind, std::size_t content, YAML::anchor_t anchor);
  void OpenCollection(const YAML::Mark& mark, YAML::anchor_t anchor, bool is_mapping, bool is_flow);
  void CloseCollection();
  void NodeDone();

  const std::string_view text_;
  const std::size_t document_bytes_;
  const std::string_view sentinel_;
  TextBuffer* const buffer_;
  PositionFinder positions_;
  std::vector<FlatNode> nodes_;
  std::vector<std::size_t> anchors_;  // index of the node, by yaml-cpp's number of the anchor
  std::vector<Frame> frames_;
  std::size_t last_offset_ = 0;  // of the last event
  bool in_sentinel_ = false;
  bool complete_ = false;
  bool has_aliases_ = false;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_YAML_EVENTS_H_
