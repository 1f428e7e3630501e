// SPDX-License-Identifier: MIT
#include "document_routes.hpp"

#include "api_documents.hpp"

#include <string>

namespace grandstand::http {
namespace {

void answer(std::string_view document, Exchange& exchange) {
  Reply reply;
  reply.content_type = "application/json";
  reply.fields = "Cache-Control: public, max-age=300\r\n";
  reply.body = std::string(document);
  exchange.reply(std::move(reply));
}

}  // namespace

void handle_openapi(const std::shared_ptr<Site>&, const Request&, Exchange& exchange) {
  answer(kOpenapiJson, exchange);
}

void handle_asyncapi(const std::shared_ptr<Site>&, const Request&, Exchange& exchange) {
  answer(kAsyncapiJson, exchange);
}

}  // namespace grandstand::http
