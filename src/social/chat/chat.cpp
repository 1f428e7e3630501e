// SPDX-License-Identifier: MIT
#include "chat.hpp"

#include <algorithm>

namespace grandstand::social::chat {

namespace {

MessageId id_of(const room::Event& event) {
  return {event.epoch, event.offset};
}

UserId author_of(const room::Event& event) {
  return event.user ? event.user->id : UserId{};
}

const Said* find_in(const std::deque<Said>& messages, const MessageId& id) {
  const auto found = std::ranges::find(messages, id, [](const Said& said) { return id_of(said.event); });
  return found == messages.end() ? nullptr : &*found;
}
// Among all that this user sees.
const Said* find(const State& state, const MessageId& id, const UserId& user) {
  if (const auto* const said = chat::find(state, id)) return said;
  const auto* const said = find_in(state.unseen, id);
  return said != nullptr && author_of(said->event) == user ? said : nullptr;
}

bool is_pinned(const State& state, const MessageId& id) {
  return std::ranges::any_of(state.pins, [&](const Said& pinned) { return id_of(pinned.event) == id; });
}

Error gone(std::string message) {
  return {ErrorCode::kNotFound, std::move(message)};
}

bool is_user_id(std::string_view text) {
  constexpr std::string_view kKinds[] = {"guest:", "account:", "bot:"};
  const auto kind = std::ranges::find_if(kKinds, [&](auto prefix) { return text.starts_with(prefix); });
  if (kind == std::end(kKinds)) return false;
  const auto name = text.substr(kind->size());
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
}

// Each once.
Result<std::vector<UserId>> check_mentions(const std::vector<UserId>& mentions) {
  std::vector<UserId> checked;
  for (const auto& user : mentions) {
    if (!is_user_id(user.value())) return Error{ErrorCode::kInvalidArgument, "A mention names no user id."};
    if (std::ranges::find(checked, user) == checked.end()) checked.push_back(user);
  }
  if (checked.size() > kMaxMentions) {
    return Error{ErrorCode::kInvalidArgument, "The message mentions " + std::to_string(checked.size()) + " people; " +
                                                  std::to_string(kMaxMentions) + " are allowed."};
  }
  return checked;
}

// Whether the deletion, which happened as `change`, takes the message away.
bool takes(const Deleted& deleted, const room::Event& change, const MessageId& id, const UserId& author) {
  if (const auto* one = std::get_if<MessageId>(&deleted.what)) return *one == id;
  const bool before = id.epoch != change.epoch || id.offset < change.offset;
  return before && author == std::get<UserId>(deleted.what);
}

bool takes(const Deleted& deleted, const room::Event& change, const Said& said) {
  return takes(deleted, change, id_of(said.event), author_of(said.event));
}

// Whether the change alters the message: itself, or what it quotes.
bool concerns(const Said& said, const Deleted& deleted, const room::Event& change) {
  const auto& quote = said.message.reply_to;
  return takes(deleted, change, said) || (quote && !quote->gone && takes(deleted, change, quote->id, quote->user));
}
bool concerns(const Said& said, const Edited& edited, const room::Event&) {
  const auto& quote = said.message.reply_to;
  return id_of(said.event) == edited.message || (quote && !quote->gone && quote->id == edited.message);
}

void alter(Said& said, const Deleted& deleted, const room::Event& change) {
  if (takes(deleted, change, said)) {
    said.message = {.deleted = true};
  } else {
    said.message.reply_to->text.clear();
    said.message.reply_to->gone = true;
  }
}
void alter(Said& said, const Edited& edited, const room::Event&) {
  auto& message = said.message;
  if (id_of(said.event) != edited.message) {
    message.reply_to->text = quote_of(edited.text);
    return;
  }
  message.text = edited.text;
  message.mentions = edited.mentions;
  message.edited = true;
}

// Says whether anything is different then.
template <class What>
bool adapt(Said& said, const What& what, const room::Event& change) {
  if (!concerns(said, what, change)) return false;
  alter(said, what, change);
  said.event.body = encode_message(said.message);
  return true;
}

template <class What>
void adapt_all(State& state, const What& what, const room::Event& change) {
  for (auto& said : state.messages) adapt(said, what, change);
  for (auto& said : state.pins) adapt(said, what, change);
  for (auto& earlier : state.changes) {
    if (earlier.shown) adapt(*earlier.shown, what, change);
  }
}

// The message that an event tells the text of which is no message itself.
std::optional<Said> shown_by(const room::Event& event) {
  if (event.kind == "chat.edited") {
    auto edited = decode_edited(event.body);
    if (!edited.ok()) return std::nullopt;
    room::Event message{edited->message.epoch, edited->message.offset, "chat.message"};
    message.user = event.user;
    return Said{std::move(message), {std::move(edited->text), {}, std::move(edited->mentions)}};
  }
  if (event.kind != "chat.pinned") return std::nullopt;
  auto pinned = decode_pinned(event.body);
  if (!pinned.ok()) return std::nullopt;
  auto message = decode_message(pinned->body);
  if (!message.ok()) return std::nullopt;
  pinned->body = encode_message(*message);
  return Said{std::move(*pinned), std::move(*message)};
}

void pin(State& state, Said pinned) {
  const auto id = id_of(pinned.event);
  if (std::ranges::count(state.pins, id, [](const Said& said) { return id_of(said.event); }) > 0) return;
  state.pins.push_back(std::move(pinned));
  if (state.pins.size() > kMaxPins) state.pins.erase(state.pins.begin());
}

// Events that are no messages.
void change(State& state, const Change& change) {
  const auto& event = change.event;
  if (event.kind == "chat.edited") {
    if (const auto edited = decode_edited(event.body); edited.ok()) adapt_all(state, *edited, event);
  } else if (event.kind == "chat.deleted") {
    const auto deleted = decode_deleted(event.body);
    if (!deleted.ok()) return;
    const auto taken = [&](const Said& said) { return takes(*deleted, event, said); };
    std::erase_if(state.messages, taken);
    std::erase_if(state.pins, taken);
    adapt_all(state, *deleted, event);
  } else if (event.kind == "chat.pinned") {
    if (change.shown) pin(state, *change.shown);
  } else if (event.kind == "chat.unpinned") {
    const auto id = decode_message_id(event.body);
    if (id.ok()) std::erase_if(state.pins, [&](const Said& said) { return id_of(said.event) == *id; });
  }
}

template <class What>
std::vector<room::Event> redact_all(const State& state, const RoomId& room, const What& what) {
  const room::Event now;  // its epoch is nobody's: everything is before it
  std::vector<room::Event> redacted;
  for (const auto& known : state.messages) {
    if (!concerns(known, what, now)) continue;
    auto said = known;
    adapt(said, what, now);
    redacted.push_back(std::move(said.event));
  }
  for (const auto& [event, shown] : state.changes) {
    if (!shown || !concerns(*shown, what, now)) continue;
    auto said = *shown;
    adapt(said, what, now);
    redacted.push_back(event);
    redacted.back().body = event.kind == "chat.pinned"
                               ? encode_pinned(room, said.event)
                               : encode_edited({id_of(said.event), said.message.text, said.message.mentions});
  }
  return redacted;
}

void trim(State& state) {
  while (state.messages.size() > kKnownMessages) state.messages.pop_front();
  while (state.changes.size() > kRememberedChanges) state.changes.pop_front();
}

}  // namespace

const Said* find(const State& state, const MessageId& message) {
  return find_in(state.messages, message);
}

Result<Message> decide(const State& state, const Send& command, const UserId& sender) {
  Message message;
  GRANDSTAND_TRY(message.text, clean_text(command.text));
  GRANDSTAND_TRY(message.mentions, check_mentions(command.mentions));
  if (command.reply_to) {
    const auto* const answered = find(state, *command.reply_to, sender);
    if (answered == nullptr) return gone("The message that you answer is gone.");
    const auto user = answered->event.user.value_or(room::User{});
    message.reply_to = Quote{*command.reply_to, user.id, user.name, quote_of(answered->message.text)};
  }
  return message;
}

Result<Edited> decide(const State& state, const Edit& command, const room::User& user, UtcTime now) {
  const auto* const said = find(state, command.message, user.id);
  if (said == nullptr) return gone("The message is gone, or too old to be edited.");
  if (author_of(said->event) != user.id) {
    return Error{ErrorCode::kForbidden, "Only who wrote a message may edit it."};
  }
  if (now - said->event.server_time > kEditTime) {
    return Error{ErrorCode::kForbidden,
                 "A message can be edited for " + std::to_string(kEditTime.count()) + " minutes; this one is older."};
  }
  // What moderators put before everybody stays what they read.
  if (user.role < room::Role::kModerator && is_pinned(state, command.message)) {
    return Error{ErrorCode::kForbidden, "A message that is pinned can be edited by moderators only."};
  }
  Edited edited{command.message, {}, {}};
  GRANDSTAND_TRY(edited.text, clean_text(command.text));
  GRANDSTAND_TRY(edited.mentions, check_mentions(command.mentions));
  return edited;
}

Status decide_delete(const State& state, const MessageId& message, const room::User& user) {
  if (user.role >= room::Role::kModerator) return success();  // what is older than the state is in the store
  const auto* const said = find(state, message, user.id);
  if (said == nullptr) return gone("The message is gone, or too old to be deleted.");
  if (author_of(said->event) != user.id) {
    return Error{ErrorCode::kForbidden, "Only moderators may delete what others wrote."};
  }
  return success();
}

Result<const Said*> decide_pin(const State& state, const MessageId& message) {
  const auto* const said = find(state, message);
  if (said == nullptr) return gone("The message is gone, or too old to be pinned.");
  if (is_pinned(state, message)) return Error{ErrorCode::kConflict, "The message is pinned already."};
  if (state.pins.size() >= kMaxPins) {
    return Error{ErrorCode::kConflict,
                 std::to_string(kMaxPins) + " messages are pinned, which is all there is room for. Unpin one first."};
  }
  return said;
}

Status decide_unpin(const State& state, const MessageId& message) {
  return is_pinned(state, message) ? success() : Status(gone("The message is not pinned."));
}

void apply(State& state, const room::Event& event) {
  if (event.kind == "chat.message") {
    auto message = decode_message(event.body);
    if (message.ok()) state.messages.push_back({event, std::move(message).value()});
  } else {
    state.changes.push_back({event, shown_by(event)});
    change(state, Change(state.changes.back()));
  }
  trim(state);
}

bool is_unseen(const State& state, const MessageId& message) {
  return find_in(state.unseen, message) != nullptr;
}

void apply_unseen(State& state, const room::Event& event) {
  if (event.kind == "chat.message") {
    auto message = decode_message(event.body);
    if (message.ok()) state.unseen.push_back({event, std::move(message).value()});
    if (state.unseen.size() > kKnownUnseen) state.unseen.pop_front();
  } else if (event.kind == "chat.edited") {
    const auto edited = decode_edited(event.body);
    if (!edited.ok()) return;
    for (auto& said : state.unseen) adapt(said, *edited, event);
  } else if (event.kind == "chat.deleted") {
    const auto deleted = decode_deleted(event.body);
    if (!deleted.ok()) return;
    std::erase_if(state.unseen, [&](const Said& said) { return takes(*deleted, event, said); });
  }
}

void restore(State& state, std::span<const room::Event> events) {
  State whole;
  for (const auto& event : events) apply(whole, event);
  std::ranges::move(state.messages, std::back_inserter(whole.messages));
  // They may be about what has just come back.
  for (const auto& later : state.changes) change(whole, later);
  std::ranges::move(state.changes, std::back_inserter(whole.changes));
  trim(whole);
  whole.unseen = std::move(state.unseen);
  state = std::move(whole);
}

std::vector<room::Event> redact(const State& state, const RoomId& room, const Edited& edited) {
  return redact_all(state, room, edited);
}

std::vector<room::Event> redact(const State& state, const RoomId& room, const Deleted& deleted) {
  return redact_all(state, room, deleted);
}

}  // namespace grandstand::social::chat
