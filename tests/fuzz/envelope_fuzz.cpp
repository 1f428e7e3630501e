// SPDX-License-Identifier: MIT
// What a client may send to /ws: the decoder, and every feature behind it, take anything without harm.
#include <grandstand/room/room.hpp>
#include <grandstand/social/feature_table.hpp>
#include <grandstand/wire/client_message.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace grandstand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto decoded = wire::decode_client_message(text);
  if (!decoded.message.ok()) return 0;

  // What was understood reads back as the same.
  const auto again = wire::decode_client_message(wire::encode_client_message(decoded.message.value()));
  if (!again.message.ok() || !(again.message.value() == decoded.message.value())) std::abort();

  const auto* const command = std::get_if<wire::CommandMessage>(&decoded.message.value());
  if (command == nullptr) return 0;
  static const room::FeatureCatalogue catalogue = [] {
    std::vector<room::FeatureCatalogue::Entry> entries;
    for (const auto* spec : social::feature_table()) entries.push_back({spec, nullptr});
    return room::FeatureCatalogue(std::move(entries));
  }();
  const room::Moment now{SteadyTime{std::chrono::hours(1)}, from_unix_ms(1'763'712'055'123)};
  room::Room room(RoomId("channel:news"), "e1", catalogue, {}, now);
  const room::User user{UserId("guest:ada"), "Ada", room::Role::kAdmin};
  (void)room.execute(now, {user, command->name, command->key, command->media_time, command->body});
  room.tick(now);
  (void)room.take_batch();
  (void)room.take_directed();
  (void)room.join(now, std::nullopt, user);
  return 0;
}
