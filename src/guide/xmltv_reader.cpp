// SPDX-License-Identifier: MIT
#include "xmltv_reader.hpp"

#include "xmltv_time.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <expat.h>
#include <iconv.h>

namespace grandstand::guide {

namespace {

std::string attribute(const XML_Char** attributes, std::string_view name) {
  for (; attributes[0] != nullptr; attributes += 2) {
    if (name == attributes[0]) return attributes[1];
  }
  return {};
}

// White space at both ends goes; control characters within become spaces, but for line breaks where `lines` stay.
std::string tidy(std::string_view text, bool lines) {
  std::string result(trim(text));
  for (char& c : result) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && !(lines && c == '\n')) || byte == 0x7F) c = ' ';
  }
  return result;
}

// expat knows UTF-8, UTF-16, ISO-8859-1 and ASCII; iconv knows the other tables of one byte.
int take_unknown_encoding(void*, const XML_Char* name, XML_Encoding* encoding) {
  const iconv_t handle = iconv_open("UTF-32LE", name);
  if (handle == reinterpret_cast<iconv_t>(-1)) return XML_STATUS_ERROR;
  for (int byte = 0; byte < 256; ++byte) {
    char in = static_cast<char>(byte);
    std::array<unsigned char, 8> out{};
    char* from = &in;
    char* to = reinterpret_cast<char*>(out.data());
    std::size_t left = 1;
    std::size_t room = out.size();
    const bool done = iconv(handle, &from, &left, &to, &room) != static_cast<std::size_t>(-1) && room == 4;
    encoding->map[byte] = done ? out[0] | out[1] << 8 | out[2] << 16 : -1;
    iconv(handle, nullptr, nullptr, nullptr, nullptr);
  }
  iconv_close(handle);
  encoding->data = nullptr;
  encoding->convert = nullptr;
  encoding->release = nullptr;
  return XML_STATUS_OK;
}

bool is_credit_role(std::string_view name) {
  constexpr std::array<std::string_view, 10> kRoles{"director", "actor",  "writer",    "adapter",     "producer",
                                                    "composer", "editor", "presenter", "commentator", "guest"};
  return std::ranges::find(kRoles, name) != kRoles.end();
}

}  // namespace

struct XmltvReader::State {
  std::function<bool(const std::string&)> is_wanted;
  std::function<void(const std::string&, Programme)> take;
  XML_Parser parser = XML_ParserCreate(nullptr);
  Counts counts;
  Error stopped{ErrorCode::kInternal, {}};  // why we stopped the parser; empty: we did not

  std::vector<std::string> path;  // of element names
  bool inside = false;            // a programme that is wanted
  std::string channel;
  Programme programme;
  std::string fault;
  long line = 0;
  std::string system;  // of an episode-num
  std::string text;

  ~State() { XML_ParserFree(parser); }

  void stop(ErrorCode code, std::string why) {
    if (stopped.message.empty()) stopped = {code, where() + ": " + std::move(why)};
    XML_StopParser(parser, XML_FALSE);
  }

  std::string where() const {
    return "line " + std::to_string(XML_GetCurrentLineNumber(parser)) + ", column " +
           std::to_string(XML_GetCurrentColumnNumber(parser) + 1);
  }

  void begin(const XML_Char* name, const XML_Char** attributes) {
    if (path.empty() && std::string_view(name) != "tv")
      return stop(ErrorCode::kInvalidArgument, std::string("the document is <") + name + ">; expected <tv>");
    constexpr std::size_t kDeepest = 64;
    if (path.size() >= kDeepest) return stop(ErrorCode::kInvalidArgument, "elements lie too deep in each other");
    path.emplace_back(name);
    text.clear();
    if (path.size() == 2 && path.back() == "programme") return begin_programme(attributes);
    if (!inside) return;
    if (path.size() == 3) {
      if (path.back() == "icon" && programme.icon.empty()) programme.icon = tidy(attribute(attributes, "src"), false);
      if (path.back() == "episode-num") system = attribute(attributes, "system");
      if (path.back() == "title" && programme.title.empty())
        programme.language = tidy(attribute(attributes, "lang"), false);
    }
  }

  void begin_programme(const XML_Char** attributes) {
    if (counts.taken + counts.skipped + counts.foreign >= kMaxProgrammes) {
      return stop(ErrorCode::kTooLarge, "more than " + std::to_string(kMaxProgrammes) + " programmes");
    }
    channel = attribute(attributes, "channel");
    inside = is_wanted(channel);
    if (!inside) {
      ++counts.foreign;
      return;
    }
    programme = {};
    programme.source = "xmltv";
    fault.clear();
    line = static_cast<long>(XML_GetCurrentLineNumber(parser));
    const std::string start = attribute(attributes, "start");
    const std::string stop = attribute(attributes, "stop");
    const auto from = parse_xmltv_time(start);
    const auto to = stop.empty() ? from : parse_xmltv_time(stop);
    if (!from)
      fault = "start=\"" + start.substr(0, 40) + "\" is no time; expected YYYYMMDDHHMMSS +HHMM";
    else if (!to)
      fault = "stop=\"" + stop.substr(0, 40) + "\" is no time; expected YYYYMMDDHHMMSS +HHMM";
    else if (*to < *from || (*to == *from && !stop.empty()))
      fault = "a programme that stops at or before its start";
    if (from && to) {
      programme.start = *from;
      programme.stop = *to;
    }
  }

  void add_text(std::string_view more) {
    if (!inside || path.size() < 3) return;
    std::size_t room = kMaxText - std::min(text.size(), kMaxText);
    if (more.size() > room) {
      // Not within a character.
      while (room > 0 && (static_cast<unsigned char>(more[room]) & 0xC0) == 0x80) --room;
      more = more.substr(0, room);
    }
    text += more;
  }

  void end() {
    // expat ends an empty element even after it was told to stop at its beginning.
    if (!stopped.message.empty()) return;
    if (inside && path.size() == 3) end_field(path.back());
    if (inside && path.size() == 4) end_inner_field(path[2], path[3]);
    if (inside && path.size() == 2) end_programme();
    path.pop_back();
    text.clear();
  }

  void end_field(std::string_view name) {
    const auto set = [this](std::string& field, bool lines) {
      if (field.empty()) field = tidy(text, lines);
    };
    if (name == "title") set(programme.title, false);
    if (name == "sub-title") set(programme.subtitle, false);
    if (name == "desc") set(programme.description, true);
    if (name == "date") set(programme.date, false);
    if (name == "episode-num") set(system == "xmltv_ns" ? programme.episode_ns : programme.episode, false);
    if (name == "category" && programme.categories.size() < kMaxRepeats) {
      std::string category = tidy(text, false);
      const bool known = std::ranges::find(programme.categories, category) != programme.categories.end();
      if (!category.empty() && !known) programme.categories.push_back(std::move(category));
    }
  }

  void end_inner_field(std::string_view outer, std::string_view name) {
    if (outer == "rating" && name == "value" && programme.rating.empty()) programme.rating = tidy(text, false);
    if (outer == "star-rating" && name == "value" && programme.star_rating.empty()) {
      programme.star_rating = tidy(text, false);
    }
    if (outer == "credits" && is_credit_role(name) && programme.credits.size() < kMaxRepeats) {
      std::string person = tidy(text, false);
      if (!person.empty()) programme.credits.push_back({std::string(name), std::move(person)});
    }
  }

  void end_programme() {
    inside = false;
    if (fault.empty() && programme.title.empty()) fault = "a programme without title";
    if (fault.empty()) {
      ++counts.taken;
      return take(channel, std::move(programme));
    }
    ++counts.skipped;
    if (counts.faults.size() < kKeptFaults) counts.faults.push_back("line " + std::to_string(line) + ": " + fault);
  }

  Status parse(std::string_view bytes, bool last) {
    if (XML_Parse(parser, bytes.data(), static_cast<int>(bytes.size()), last ? 1 : 0) == XML_STATUS_OK) {
      return success();
    }
    if (!stopped.message.empty()) return stopped;
    return Error{ErrorCode::kInvalidArgument, where() + ": " + XML_ErrorString(XML_GetErrorCode(parser))};
  }
};

XmltvReader::XmltvReader(std::function<bool(const std::string&)> is_wanted,
                         std::function<void(const std::string&, Programme)> take)
    : state_(std::make_unique<State>()) {
  state_->is_wanted = std::move(is_wanted);
  state_->take = std::move(take);
  XML_SetUserData(state_->parser, state_.get());
  XML_SetElementHandler(
      state_->parser,
      [](void* state, const XML_Char* name, const XML_Char** attributes) {
        static_cast<State*>(state)->begin(name, attributes);
      },
      [](void* state, const XML_Char*) { static_cast<State*>(state)->end(); });
  XML_SetCharacterDataHandler(state_->parser, [](void* state, const XML_Char* text, int length) {
    static_cast<State*>(state)->add_text({text, static_cast<std::size_t>(length)});
  });
  XML_SetEntityDeclHandler(state_->parser, [](void* state, const XML_Char*, int, const XML_Char*, int, const XML_Char*,
                                              const XML_Char*, const XML_Char*, const XML_Char*) {
    static_cast<State*>(state)->stop(ErrorCode::kInvalidArgument, "the document declares entities of its own");
  });
  XML_SetUnknownEncodingHandler(state_->parser, take_unknown_encoding, nullptr);
}

XmltvReader::~XmltvReader() = default;

Status XmltvReader::push(std::string_view bytes) {
  constexpr std::size_t kPiece = 1u << 20;  // expat counts in int
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, kPiece);
    GRANDSTAND_RETURN_IF_ERROR(state_->parse(piece, false));
    bytes.remove_prefix(piece.size());
  }
  return success();
}

Status XmltvReader::finish() {
  return state_->parse({}, true);
}

const XmltvReader::Counts& XmltvReader::counts() const {
  return state_->counts;
}

}  // namespace grandstand::guide
