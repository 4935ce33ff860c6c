// SPDX-License-Identifier: Apache-2.0
#include "client/internal/zip_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <zip.h>

#include <cstdint>
#include <memory>

#include "absl/time/civil_time.h"

namespace chirograph::internal {
namespace {

struct FreeSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
struct Discard {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using SourcePtr = std::unique_ptr<zip_source_t, FreeSource>;
using ZipPtr = std::unique_ptr<zip_t, Discard>;

class ZipError {
 public:
  ZipError() { zip_error_init(&error_); }
  ~ZipError() { zip_error_fini(&error_); }
  ZipError(const ZipError&) = delete;
  ZipError& operator=(const ZipError&) = delete;
  zip_error_t* get() { return &error_; }

 private:
  zip_error_t error_ = {};
};

absl::Status CouldNotZip(std::string_view name, zip_error_t* error) {
  return absl::InternalError(
      fmt::format("could not write {} into the zip: {}", name, zip_error_strerror(error)));
}

// As MS-DOS had it. libzip itself would take the local time, which is another one for each reader.
struct DosTime {
  std::uint16_t time = 0;
  std::uint16_t date = 0;
};

DosTime ToDosTime(absl::Time time) {
  absl::CivilSecond civil = absl::ToCivilSecond(time, absl::UTCTimeZone());
  if (civil.year() < 1980) civil = absl::CivilSecond(1980, 1, 1);
  if (civil.year() > 2107) civil = absl::CivilSecond(2107, 12, 31, 23, 59, 58);
  return {static_cast<std::uint16_t>(civil.hour() << 11 | civil.minute() << 5 | civil.second() / 2),
          static_cast<std::uint16_t>((civil.year() - 1980) << 9 | civil.month() << 5 | civil.day())};
}

absl::Status Add(zip_t* zip, const ZipMember& member, DosTime modified) {
  if (member.name.empty() || member.name.front() == '/') {
    return absl::InvalidArgumentError(fmt::format("'{}' is no name for a file in a zip", member.name));
  }
  ZipError error;
  SourcePtr source(zip_source_buffer_create(member.bytes.data(), member.bytes.size(), 0, error.get()));
  if (source == nullptr) return CouldNotZip(member.name, error.get());
  const zip_int64_t index =
      zip_file_add(zip, std::string(member.name).c_str(), source.get(), ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    if (zip_error_code_zip(zip_get_error(zip)) == ZIP_ER_EXISTS) {
      return absl::InvalidArgumentError(fmt::format("{} would be in the zip twice", member.name));
    }
    return CouldNotZip(member.name, zip_get_error(zip));
  }
  static_cast<void>(source.release());  // the zip has it now
  const auto at = static_cast<zip_uint64_t>(index);
  constexpr zip_uint32_t kUnixMode = S_IFREG | 0644;
  if (zip_set_file_compression(zip, at, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_dostime(zip, at, modified.time, modified.date, 0) != 0 ||
      zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_UNIX, kUnixMode << 16) != 0) {
    return CouldNotZip(member.name, zip_get_error(zip));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadAll(zip_source_t* source) {
  zip_stat_t size;
  if (zip_source_stat(source, &size) != 0 || (size.valid & ZIP_STAT_SIZE) == 0 ||
      zip_source_open(source) != 0) {
    return CouldNotZip("everything", zip_source_error(source));
  }
  std::string bytes(size.size, '\0');
  const zip_int64_t read = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  if (read != static_cast<zip_int64_t>(bytes.size())) {
    return CouldNotZip("everything", zip_source_error(source));
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> MakeZip(const std::vector<ZipMember>& members, absl::Time modified) {
  if (members.empty()) return absl::InvalidArgumentError("a zip takes a file at least");
  ZipError error;
  const SourcePtr buffer(zip_source_buffer_create(nullptr, 0, 0, error.get()));
  if (buffer == nullptr) return CouldNotZip("anything", error.get());
  ZipPtr zip(zip_open_from_source(buffer.get(), ZIP_TRUNCATE, error.get()));
  if (zip == nullptr) return CouldNotZip("anything", error.get());
  zip_source_keep(buffer.get());  // one reference is the zip's
  const DosTime time = ToDosTime(modified);
  for (const ZipMember& member : members) {
    const absl::Status added = Add(zip.get(), member, time);
    if (!added.ok()) return added;
  }
  if (zip_close(zip.get()) != 0) return CouldNotZip("everything", zip_get_error(zip.get()));
  static_cast<void>(zip.release());  // which zip_close has freed
  return ReadAll(buffer.get());
}

}  // namespace chirograph::internal
