// SPDX-License-Identifier: MIT
#include "command_gates.hpp"

#include <utility>

namespace grandstand::room {

Result<FoundCommand> find_command(const FeatureCatalogue& features, std::string_view name) {
  const auto dot = name.find('.');
  if (dot != std::string_view::npos) {
    const auto entries = features.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].spec->name != name.substr(0, dot)) continue;
      for (const auto& command : entries[i].spec->commands) {
        if (command.name == name.substr(dot + 1)) return FoundCommand{i, &command};
      }
    }
  }
  return Error{ErrorCode::kNotFound, "There is no command \"" + std::string(name) + "\"."};
}

Status check_command(const CommandSpec& spec, const CommandRequest& request, const Settings& settings, UtcTime now) {
  if (!request.user) {
    return Error{ErrorCode::kUnauthenticated, "Choose a name or sign in to take part."};
  }
  if (request.user->role < spec.minimum_role) {
    return Error{ErrorCode::kForbidden, "\"" + request.name + "\" needs the role " +
                                            std::string(to_string(spec.minimum_role)) + "; yours is " +
                                            std::string(to_string(request.user->role)) + "."};
  }
  if (request.body.size() > spec.max_bytes) {
    return Error{ErrorCode::kTooLarge, "The body of \"" + request.name + "\" has " +
                                           std::to_string(request.body.size()) + " bytes; " +
                                           std::to_string(spec.max_bytes) + " are allowed."};
  }
  if (request.key.empty() || request.key.size() > wire::kMaxKeyLength) {
    return Error{ErrorCode::kInvalidArgument,
                 "\"key\" must have 1 to " + std::to_string(wire::kMaxKeyLength) + " characters."};
  }
  if (request.media_time && *request.media_time > now + settings.media_time_lead) {
    return Error{ErrorCode::kInvalidArgument, "\"media_time\" " + to_rfc3339(*request.media_time) +
                                                  " lies in the future; it is " + to_rfc3339(now) + "."};
  }
  return success();
}

std::optional<std::chrono::milliseconds> RateGate::try_pass(SteadyTime now, std::string_view command, RateLimit limit,
                                                            const User& user) {
  if (user.role >= Role::kModerator) return std::nullopt;
  std::string name(command);
  name += '\n';
  name += user.id.value();
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    buckets_.push_front({name, TokenBucket(limit)});
    by_name_.emplace(std::move(name), buckets_.begin());
  } else {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
  }
  if (buckets_.size() > limit_) {
    ++forgotten_;
    by_name_.erase(buckets_.back().name);
    buckets_.pop_back();
  }
  auto& tokens = buckets_.front().tokens;
  if (tokens.try_take(now)) return std::nullopt;
  return tokens.wait(now);
}

}  // namespace grandstand::room
