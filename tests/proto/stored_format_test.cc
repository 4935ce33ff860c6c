// SPDX-License-Identifier: Apache-2.0
#include "proto/stored_format.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "crypto/limits.h"
#include "tests/proto/test_seed.h"

namespace chirograph::stored_format_test {
namespace {

using ::testing::HasSubstr;

v1::LogEntry RecordEntry() {
  v1::LogEntry entry;
  entry.set_version(1);
  v1::ArticleRecord* record = entry.mutable_article_record();
  record->set_opening_digest(std::string(32, '\xAB'));
  record->set_verdict_at_ingest(v1::VERDICT_VALID);
  record->set_reason_at_ingest(v1::VERDICT_REASON_SIGNATURE_VERIFIED);
  record->set_key_event_index(0);
  record->mutable_ingest_time()->set_seconds(1'800'000'000);
  record->mutable_ingest_time()->set_nanos(123'456'000);
  return entry;
}

v1::LogEntry EventEntry() {
  v1::LogEntry entry;
  entry.set_version(1);
  v1::KeyEvent* event = entry.mutable_key_event();
  event->set_publisher_domain("nyoooz.com");
  event->set_key_id("2021-rsa");
  event->set_algorithm(v1::KEY_ALGORITHM_RSA_PSS_SHA256);
  event->set_envelope(v1::ENVELOPE_KIND_AES_256_CBC);
  event->set_public_key(std::string(294, '\x30'));
  event->mutable_not_before()->set_seconds(1'600'000'000);
  event->mutable_not_after()->set_seconds(1'900'000'000);
  event->mutable_revoked_at()->set_seconds(1'700'000'000);
  event->mutable_event_time()->set_seconds(1'800'000'000);
  return entry;
}

v1::Opening SomeOpening() {
  v1::Opening opening;
  opening.set_version(1);
  opening.set_salt(std::string(32, 's'));
  opening.set_article_digest(std::string(32, 'a'));
  opening.set_source_digest(std::string(32, 'b'));
  opening.set_secured_digest(std::string(32, 'c'));
  opening.set_opened_signature(std::string(256, 'd'));
  opening.set_publisher_domain("nyoooz.com");
  opening.set_url("https://www.nyoooz.com/");
  opening.set_content_digest(std::string(32, 'e'));
  return opening;
}

// Adds every message below `message`, itself too.
void AddMessages(const google::protobuf::Descriptor* message,
                 std::set<const google::protobuf::Descriptor*>* all) {
  if (!all->insert(message).second) return;
  for (int i = 0; i < message->field_count(); ++i) {
    if (message->field(i)->message_type() != nullptr) AddMessages(message->field(i)->message_type(), all);
  }
}

// Maps have no order, and a NaN or -0 may not come back as the bytes that it was: neither may be in what is
// hashed and parsed again.
TEST(StoredFormatTest, EntriesAndOpeningsHaveNoMapsAndNoFloats) {
  using google::protobuf::FieldDescriptor;
  for (const auto* root : {v1::LogEntry::descriptor(), v1::Opening::descriptor()}) {
    std::set<const google::protobuf::Descriptor*> messages;
    AddMessages(root, &messages);
    for (const auto* message : messages) {
      EXPECT_EQ(message->extension_range_count(), 0) << message->full_name();
      for (int i = 0; i < message->field_count(); ++i) {
        const FieldDescriptor& field = *message->field(i);
        EXPECT_FALSE(field.is_map()) << field.full_name();
        EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_FLOAT) << field.full_name();
        EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_DOUBLE) << field.full_name();
      }
    }
  }
  std::set<const google::protobuf::Descriptor*> messages;
  AddMessages(v1::LogEntry::descriptor(), &messages);
  EXPECT_EQ(messages.size(), 4U) << "LogEntry, ArticleRecord, KeyEvent, Timestamp";
  messages.clear();
  AddMessages(v1::Content::descriptor(), &messages);
  EXPECT_TRUE(messages.contains(google::protobuf::Struct::descriptor()))
      << "Content may have maps: the walk sees them";
}

// Spoils a message in one way, of which the error must say `named`.
template <class Message>
struct Spoilt {
  std::string named;
  std::function<void(Message&)> spoil;
};

void AddUnknown(google::protobuf::Message* message) {
  message->GetReflection()->MutableUnknownFields(message)->AddVarint(99, 1);
}

// Tries an unknown field in each message that `message`, a part of `whole`, can have, itself too; how many.
int ExpectUnknownIsFound(google::protobuf::Message* message, const v1::LogEntry& whole) {
  AddUnknown(message);
  EXPECT_FALSE(SerializeLogEntry(whole).ok()) << message->GetTypeName() << " in " << whole.DebugString();
  message->GetReflection()->MutableUnknownFields(message)->Clear();
  int tried = 1;
  const auto* const descriptor = message->GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* const field = descriptor->field(i);
    if (field->message_type() == nullptr) continue;
    // Of the kinds of an entry only the one that it is.
    const bool was_there = message->GetReflection()->HasField(*message, field);
    if (!was_there && field->containing_oneof() != nullptr) continue;
    tried += ExpectUnknownIsFound(message->GetReflection()->MutableMessage(message, field), whole);
    if (!was_there) message->GetReflection()->ClearField(message, field);
  }
  return tried;
}

TEST(StoredFormatTest, AnUnknownFieldIsFoundInEachMessageThatAnEntryCanHave) {
  v1::LogEntry record = RecordEntry();
  ASSERT_TRUE(SerializeLogEntry(record).ok());
  EXPECT_EQ(ExpectUnknownIsFound(&record, record), 3) << "LogEntry, ArticleRecord, ingest_time";
  v1::LogEntry event = EventEntry();
  ASSERT_TRUE(SerializeLogEntry(event).ok());
  EXPECT_EQ(ExpectUnknownIsFound(&event, event), 6) << "LogEntry, KeyEvent, four times";
}

std::vector<Spoilt<v1::LogEntry>> SpoiltRecords() {
  using Entry = v1::LogEntry;
  return {
      {"version is 0", [](Entry& e) { e.clear_version(); }},
      {"version is 2", [](Entry& e) { e.set_version(2); }},
      {"no kind", [](Entry& e) { e.clear_kind(); }},
      {"a field that", [](Entry& e) { AddUnknown(&e); }},
      {"a field that", [](Entry& e) { AddUnknown(e.mutable_article_record()); }},
      {"a field that", [](Entry& e) { AddUnknown(e.mutable_article_record()->mutable_ingest_time()); }},
      {"opening_digest has 31",
       [](Entry& e) { e.mutable_article_record()->mutable_opening_digest()->pop_back(); }},
      {"opening_digest has 0", [](Entry& e) { e.mutable_article_record()->clear_opening_digest(); }},
      {"verdict_at_ingest", [](Entry& e) { e.mutable_article_record()->clear_verdict_at_ingest(); }},
      {"verdict_at_ingest is 8",
       [](Entry& e) { e.mutable_article_record()->set_verdict_at_ingest(static_cast<v1::Verdict>(8)); }},
      {"reason_at_ingest", [](Entry& e) { e.mutable_article_record()->clear_reason_at_ingest(); }},
      {"ingest_time is missing", [](Entry& e) { e.mutable_article_record()->clear_ingest_time(); }},
      {"ingest_time is out of range",
       [](Entry& e) { e.mutable_article_record()->mutable_ingest_time()->set_nanos(-1); }},
  };
}

std::vector<Spoilt<v1::LogEntry>> SpoiltEvents() {
  using Entry = v1::LogEntry;
  return {
      {"over the limit of 4096",
       [](Entry& e) { e.mutable_key_event()->set_public_key(std::string(4096, 'k')); }},
      {"a field that", [](Entry& e) { AddUnknown(e.mutable_key_event()->mutable_not_after()); }},
      {"algorithm is 0", [](Entry& e) { e.mutable_key_event()->clear_algorithm(); }},
      {"envelope is 5",
       [](Entry& e) { e.mutable_key_event()->set_envelope(static_cast<v1::EnvelopeKind>(5)); }},
      {"event_time is missing", [](Entry& e) { e.mutable_key_event()->clear_event_time(); }},
      {"not_before is out of range",
       [](Entry& e) { e.mutable_key_event()->mutable_not_before()->set_seconds(1LL << 60); }},
      {"not_after is out of range",
       [](Entry& e) { e.mutable_key_event()->mutable_not_after()->set_nanos(1'000'000'000); }},
      {"revoked_at is out of range",
       [](Entry& e) { e.mutable_key_event()->mutable_revoked_at()->set_seconds(-1LL << 60); }},
  };
}

std::vector<Spoilt<v1::Opening>> SpoiltOpenings() {
  using Opening = v1::Opening;
  return {
      {"version is 7", [](Opening& o) { o.set_version(7); }},
      {"a field that", [](Opening& o) { AddUnknown(&o); }},
      {"salt has 33", [](Opening& o) { o.mutable_salt()->push_back('x'); }},
      {"article_digest has 0", [](Opening& o) { o.clear_article_digest(); }},
      {"source_digest has 0", [](Opening& o) { o.set_source_digest(""); }},
      {"secured_digest has 1", [](Opening& o) { o.set_secured_digest("x"); }},
      {"content_digest has 0", [](Opening& o) { o.clear_content_digest(); }},
  };
}

TEST(StoredFormatTest, EntriesRoundTripByteForByte) {
  for (const v1::LogEntry& entry : {RecordEntry(), EventEntry()}) {
    const auto bytes = SerializeLogEntry(entry);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    const auto parsed = ParseLogEntry(*bytes);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->DebugString(), entry.DebugString());
    EXPECT_EQ(SerializeLogEntry(*parsed).value(), *bytes);
  }
}

TEST(StoredFormatTest, AKeyEventIndexOfZeroIsNotAnAbsentOne) {
  v1::LogEntry without = RecordEntry();
  without.mutable_article_record()->clear_key_event_index();
  EXPECT_NE(SerializeLogEntry(without).value(), SerializeLogEntry(RecordEntry()).value());
  EXPECT_FALSE(ParseLogEntry(SerializeLogEntry(without).value())->article_record().has_key_event_index());
  EXPECT_TRUE(
      ParseLogEntry(SerializeLogEntry(RecordEntry()).value())->article_record().has_key_event_index());
}

TEST(StoredFormatTest, RefusesSpoiltEntriesBothWays) {
  const auto expect_refused = [](v1::LogEntry entry, const Spoilt<v1::LogEntry>& spoilt) {
    spoilt.spoil(entry);
    const auto written = SerializeLogEntry(entry);
    EXPECT_EQ(written.status().code(), absl::StatusCode::kInvalidArgument) << spoilt.named;
    EXPECT_THAT(written.status().ToString(), HasSubstr(spoilt.named));
    const auto read = ParseLogEntry(entry.SerializeAsString());
    EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << spoilt.named;
    EXPECT_THAT(read.status().ToString(), HasSubstr(spoilt.named));
  };
  for (const auto& spoilt : SpoiltRecords()) expect_refused(RecordEntry(), spoilt);
  for (const auto& spoilt : SpoiltEvents()) expect_refused(EventEntry(), spoilt);
}

TEST(StoredFormatTest, RefusesToWriteTextThatIsNotUtf8) {
  v1::LogEntry entry = EventEntry();
  entry.mutable_key_event()->set_key_id("\xFF");
  EXPECT_THAT(SerializeLogEntry(entry).status().ToString(), HasSubstr("key_id"));
  entry = EventEntry();
  entry.mutable_key_event()->set_publisher_domain("\xC0\x80");
  EXPECT_THAT(SerializeLogEntry(entry).status().ToString(), HasSubstr("publisher_domain"));
  v1::Opening opening = SomeOpening();
  opening.set_url("\xED\xA0\x80");
  EXPECT_THAT(SerializeOpening(opening).status().ToString(), HasSubstr("url"));
  opening = SomeOpening();
  opening.set_publisher_domain("\x80");
  EXPECT_THAT(SerializeOpening(opening).status().ToString(), HasSubstr("publisher_domain"));
}

TEST(StoredFormatTest, TakesAnEntryOfExactlyTheLimit) {
  v1::LogEntry entry = EventEntry();
  entry.mutable_key_event()->clear_public_key();
  const std::size_t without = SerializeLogEntry(entry).value().size();
  // Two bytes more for each length that no longer fits in one byte, and the field's tag.
  entry.mutable_key_event()->set_public_key(std::string(limits::kMaxLogEntryBytes - without - 4, 'k'));
  EXPECT_EQ(SerializeLogEntry(entry).value().size(), limits::kMaxLogEntryBytes);
  EXPECT_TRUE(ParseLogEntry(SerializeLogEntry(entry).value()).ok());
  entry.mutable_key_event()->mutable_public_key()->push_back('k');
  EXPECT_FALSE(SerializeLogEntry(entry).ok());
}

TEST(StoredFormatTest, RefusesBytesThatAreNotAMessage) {
  const google::protobuf::LogSilencer silencer;
  for (const std::string& bytes : {std::string("\xFF"), std::string("hello"), std::string(10, '\0')}) {
    EXPECT_EQ(ParseLogEntry(bytes).status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ParseOpening(bytes).status().code(), absl::StatusCode::kDataLoss);
  }
  EXPECT_EQ(ParseContent("\xFF").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ParseLogEntry("").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(ParseLogEntry(std::string(4097, 'x')).status().ToString(), HasSubstr("over the limit of 4096"));
}

TEST(StoredFormatTest, RefusesOtherSpellingsOfTheSameEntry) {
  const std::string good = SerializeLogEntry(RecordEntry()).value();
  const std::string version = good.substr(0, 2);
  ASSERT_EQ(version, std::string("\x08\x01"));
  const std::string rest = good.substr(2);
  const std::vector<std::string> others = {
      rest + version,                         // another order
      std::string("\x08\x81\x00", 3) + rest,  // a longer varint
      version + good,                         // a field twice
      good + std::string("\x12\x00", 2),      // a message in two parts
  };
  for (const std::string& other : others) {
    EXPECT_THAT(ParseLogEntry(other).status().ToString(), HasSubstr("other bytes")) << other.size();
  }
}

TEST(StoredFormatTest, NoSpoiltByteReadsAsTheSameEntry) {
  const google::protobuf::LogSilencer silencer;
  const std::string good = SerializeLogEntry(EventEntry()).value();
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      const auto parsed = ParseLogEntry(bad);
      if (parsed.ok()) {
        ASSERT_EQ(SerializeLogEntry(*parsed).value(), bad);
      } else {
        ASSERT_EQ(parsed.status().code(), absl::StatusCode::kDataLoss);
      }
    }
  }
}

TEST(StoredFormatTest, OpeningsRoundTripByteForByte) {
  v1::Opening least = SomeOpening();
  least.clear_source_digest();
  least.clear_secured_digest();
  least.clear_opened_signature();
  least.clear_publisher_domain();
  least.clear_url();
  v1::Opening large = SomeOpening();
  large.set_url(std::string(100'000, 'u'));
  for (const v1::Opening& opening : {SomeOpening(), least, large}) {
    const auto bytes = SerializeOpening(opening);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    const auto parsed = ParseOpening(*bytes);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(SerializeOpening(*parsed).value(), *bytes);
    EXPECT_EQ(parsed->has_source_digest(), opening.has_source_digest());
  }
}

TEST(StoredFormatTest, RefusesSpoiltOpeningsBothWays) {
  for (const auto& spoilt : SpoiltOpenings()) {
    v1::Opening opening = SomeOpening();
    spoilt.spoil(opening);
    EXPECT_EQ(SerializeOpening(opening).status().code(), absl::StatusCode::kInvalidArgument) << spoilt.named;
    EXPECT_THAT(SerializeOpening(opening).status().ToString(), HasSubstr(spoilt.named));
    const auto read = ParseOpening(opening.SerializeAsString());
    EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << spoilt.named;
    EXPECT_THAT(read.status().ToString(), HasSubstr(spoilt.named));
  }
}

TEST(StoredFormatTest, ContentRoundTrips) {
  v1::Content content;
  content.mutable_article()->set_title("t");
  (*content.mutable_article()->mutable_extra()->mutable_fields())["k"].set_number_value(1.5);
  content.set_source_document("---\n\x01\xFF");
  const auto parsed = ParseContent(SerializeContent(content));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->DebugString(), content.DebugString());
}

TEST(StoredFormatTest, ContentOfItsPartsIsTheMessagesBytes) {
  v1::Content content;
  EXPECT_EQ(SerializeContent(v1::Article(), nullptr), std::string("\x0a\x00", 2)) << "an article is there";
  for (const std::size_t body : {0, 1, 127, 128, 20'000}) {
    content.mutable_article()->set_title("t");
    content.mutable_article()->set_body(std::string(body, 'b'));
    content.clear_source_document();
    EXPECT_EQ(SerializeContent(content.article(), nullptr), SerializeContent(content)) << body;
    for (const std::size_t source : {0, 1, 200, 70'000}) {
      content.set_source_document(std::string(source, 's'));
      EXPECT_EQ(SerializeContent(content.article(), &content.source_document()), SerializeContent(content))
          << body << " and " << source;
    }
  }
}

TEST(StoredFormatTest, TellsTheTimeOfEitherKind) {
  EXPECT_EQ(LogEntryTime(RecordEntry()), absl::FromUnixMicros(1'800'000'000'123'456));
  EXPECT_EQ(LogEntryTime(EventEntry()), absl::FromUnixSeconds(1'800'000'000));
}

TEST(StoredFormatTest, CutsTimesToMicroseconds) {
  const absl::Time time = absl::FromUnixMicros(1'700'000'000'000'001) + absl::Nanoseconds(999);
  const google::protobuf::Timestamp timestamp = ToTimestamp(time);
  EXPECT_EQ(timestamp.seconds(), 1'700'000'000);
  EXPECT_EQ(timestamp.nanos(), 1000);
  EXPECT_EQ(FromTimestamp(timestamp), absl::FromUnixMicros(1'700'000'000'000'001));
}

TEST(StoredFormatTest, TimesBefore1970RoundDown) {
  const google::protobuf::Timestamp timestamp = ToTimestamp(absl::FromUnixMicros(-1));
  EXPECT_EQ(timestamp.seconds(), -1);
  EXPECT_EQ(timestamp.nanos(), 999'999'000);
  EXPECT_EQ(FromTimestamp(timestamp), absl::FromUnixMicros(-1));
  EXPECT_EQ(ToTimestamp(absl::FromUnixSeconds(-5)).seconds(), -5);
  EXPECT_EQ(ToTimestamp(absl::FromUnixSeconds(-5)).nanos(), 0);
}

TEST(StoredFormatTest, KeepsTimesInATimestampsRange) {
  EXPECT_EQ(ToTimestamp(absl::InfinitePast()).seconds(), -62135596800);
  EXPECT_EQ(ToTimestamp(absl::InfiniteFuture()).seconds(), 253402300799);
  EXPECT_EQ(ToTimestamp(absl::InfiniteFuture()).nanos(), 999'999'000);
}

TEST(StoredFormatTest, RandomTimesComeBackToTheMicrosecond) {
  std::mt19937_64 random(TestSeed());
  std::uniform_int_distribution<std::int64_t> micros(-62135596800LL * 1'000'000, 253402300799LL * 1'000'000);
  for (int i = 0; i < 10'000; ++i) {
    const absl::Time time = absl::FromUnixMicros(micros(random));
    ASSERT_EQ(FromTimestamp(ToTimestamp(time)), time);
  }
}

}  // namespace
}  // namespace chirograph::stored_format_test
