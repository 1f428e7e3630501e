// SPDX-License-Identifier: MIT
// XMLTV, plain and packed, into a schedule and out again; what comes out must be read as the same.
#include "compression.hpp"
#include "schedule_book.hpp"
#include "xmltv_reader.hpp"
#include "xmltv_writer.hpp"

#include <grandstand/base/text.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

using namespace grandstand;

std::vector<guide::Programme> read(std::string_view document) {
  std::vector<guide::Programme> programmes;
  guide::XmltvReader reader([](const std::string&) { return true; },
                            [&](const std::string&, guide::Programme programme) {
                              if (!is_valid_utf8(programme.title)) std::abort();
                              programmes.push_back(std::move(programme));
                            });
  const auto status =
      guide::unpack(document, 1u << 20, [&reader](std::string_view piece) { return reader.push(piece); });
  if (status.ok()) static_cast<void>(reader.finish());
  return programmes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  guide::Settings settings;
  settings.keep_past = settings.keep_future = std::chrono::hours{24 * 365 * 200};
  guide::ScheduleBook book(settings);
  const ChannelId channel("c");
  static_cast<void>(book.put(channel, read({reinterpret_cast<const char*>(data), size}), UtcTime{}));
  const auto kept = book.of(channel);
  for (std::size_t i = 0; i < kept->size(); ++i) {
    if ((*kept)[i]->stop <= (*kept)[i]->start) std::abort();
    if (i > 0 && (*kept)[i]->start < (*kept)[i - 1]->stop) std::abort();
  }
  guide::Schedule schedule;
  schedule.entries.push_back({{channel, "C", 0, "", "c", true}, kept});
  if (read(guide::write_xmltv(schedule)).size() != kept->size()) std::abort();
  return 0;
}
