// SPDX-License-Identifier: MIT
#include "archive_routes.hpp"

#include "archive_address.hpp"
#include "archive_stream.hpp"
#include "forward.hpp"
#include "problem.hpp"
#include "resource_reply.hpp"
#include "uri_text.hpp"

#include <grandstand/aio/task.hpp>

#include <utility>

namespace grandstand::http {
namespace {

constexpr const char* kNoArchive = "nothing is recorded here";

aio::Task<Status> answer_late(std::shared_ptr<Site> site, dvr::Question question, std::shared_ptr<LateReply> reply) {
  auto found = co_await site->parts.archive->find(std::move(question));
  if (!found) co_return found.error();
  reply->answer([&](Exchange& exchange) { send_resource(exchange.request(), exchange, **found, {}); });
  co_return success();
}

void ask(const std::shared_ptr<Site>& site, dvr::Question question, Exchange& exchange) {
  auto reply = exchange.defer();
  auto& loop = exchange.loop();
  const bool alone = !site->parts.other_nodes || exchange.request().field(FieldName::kGrandstandHop) == kArchiveHop;
  auto text = alone ? std::string() : forwarded_text(*site, exchange.request(), exchange, kArchiveHop);
  aio::spawn(loop, answer_late(site, std::move(question), reply),
             [site, &loop, reply, text = std::move(text)](const Status& outcome) {
               if (outcome.ok()) return;
               if (text.empty() || outcome.error().code != ErrorCode::kNotFound) {
                 return reply->send(make_problem(outcome.error()));
               }
               aio::spawn(loop, find_recorded(site, loop, text, outcome.error(), reply));
             });
}

}  // namespace

bool try_archive(const std::shared_ptr<Site>& site, std::string_view place, const Request& request,
                 Exchange& exchange) {
  auto parsed = parse_archive_address(place, request.query, site->parts.clock.utc());
  if (!parsed) return false;
  if (!*parsed) {
    exchange.reply(make_problem(parsed->error()));
  } else if (site->parts.archive == nullptr) {
    exchange.reply(make_problem(404, "not_found", kNoArchive));
  } else if ((*parsed)->continuous) {
    stream_archive(site, (*parsed)->question, request, exchange);
  } else {
    ask(site, std::move((*parsed)->question), exchange);
  }
  return true;
}

void send_archived_file(const std::shared_ptr<Site>& site, std::string_view place, Exchange& exchange) {
  const auto parts = split_path(place);
  if (site->parts.archive == nullptr || parts.size() != 3) {
    return exchange.reply(make_problem(404, "not_found", "the channel has no such file, or has it no more"));
  }
  dvr::Question question;
  question.kind = dvr::Question::Kind::kFile;
  question.channel = parts[0];
  question.rendition = parts[1];
  question.uri = parts[2];
  ask(site, std::move(question), exchange);
}

void handle_flussonic(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  // There its rules of access hold, and what the playlists name is beside them.
  auto location = "/live" + std::string(request.path);
  if (!request.query.empty()) location += "?" + std::string(request.query);
  Reply reply;
  reply.status = 302;
  reply.content_type = "text/plain; charset=utf-8";
  reply.fields = "Location: " + location + "\r\nCache-Control: no-store\r\n";
  reply.body = location + "\n";
  exchange.reply(std::move(reply));
}

}  // namespace grandstand::http
