// SPDX-License-Identifier: MIT
#include "language.hpp"

#include <algorithm>

namespace grandstand::hls {
namespace {

struct Entry {
  const char* bibliographic;
  const char* terminological;
  const char* tag;
  const char* name;
};

// ISO 639-2 codes of the languages of television, with their ISO 639-1 codes.
constexpr Entry kLanguages[] = {
    {"alb", "sqi", "sq", "Albanian"},
    {"ara", "ara", "ar", "Arabic"},
    {"arm", "hye", "hy", "Armenian"},
    {"baq", "eus", "eu", "Basque"},
    {"bel", "bel", "be", "Belarusian"},
    {"ben", "ben", "bn", "Bengali"},
    {"bos", "bos", "bs", "Bosnian"},
    {"bre", "bre", "br", "Breton"},
    {"bul", "bul", "bg", "Bulgarian"},
    {"cat", "cat", "ca", "Catalan"},
    {"chi", "zho", "zh", "Chinese"},
    {"cze", "ces", "cs", "Czech"},
    {"dan", "dan", "da", "Danish"},
    {"dut", "nld", "nl", "Dutch"},
    {"eng", "eng", "en", "English"},
    {"est", "est", "et", "Estonian"},
    {"fin", "fin", "fi", "Finnish"},
    {"fre", "fra", "fr", "French"},
    {"geo", "kat", "ka", "Georgian"},
    {"ger", "deu", "de", "German"},
    {"gla", "gla", "gd", "Scottish Gaelic"},
    {"gle", "gle", "ga", "Irish"},
    {"glg", "glg", "gl", "Galician"},
    {"gre", "ell", "el", "Greek"},
    {"heb", "heb", "he", "Hebrew"},
    {"hin", "hin", "hi", "Hindi"},
    {"hrv", "hrv", "hr", "Croatian"},
    {"hun", "hun", "hu", "Hungarian"},
    {"ice", "isl", "is", "Icelandic"},
    {"ind", "ind", "id", "Indonesian"},
    {"ita", "ita", "it", "Italian"},
    {"jpn", "jpn", "ja", "Japanese"},
    {"kor", "kor", "ko", "Korean"},
    {"kur", "kur", "ku", "Kurdish"},
    {"lav", "lav", "lv", "Latvian"},
    {"lit", "lit", "lt", "Lithuanian"},
    {"ltz", "ltz", "lb", "Luxembourgish"},
    {"mac", "mkd", "mk", "Macedonian"},
    {"may", "msa", "ms", "Malay"},
    {"mlt", "mlt", "mt", "Maltese"},
    {"nor", "nor", "no", "Norwegian"},
    {"per", "fas", "fa", "Persian"},
    {"pol", "pol", "pl", "Polish"},
    {"por", "por", "pt", "Portuguese"},
    {"rum", "ron", "ro", "Romanian"},
    {"rus", "rus", "ru", "Russian"},
    {"slo", "slk", "sk", "Slovak"},
    {"slv", "slv", "sl", "Slovenian"},
    {"spa", "spa", "es", "Spanish"},
    {"srp", "srp", "sr", "Serbian"},
    {"swe", "swe", "sv", "Swedish"},
    {"tam", "tam", "ta", "Tamil"},
    {"tha", "tha", "th", "Thai"},
    {"tur", "tur", "tr", "Turkish"},
    {"ukr", "ukr", "uk", "Ukrainian"},
    {"urd", "urd", "ur", "Urdu"},
    {"vie", "vie", "vi", "Vietnamese"},
    {"wel", "cym", "cy", "Welsh"},
    {"qaa", "qaa", "mul", "Original"},
    {"mul", "mul", "mul", "Several languages"},
};

}  // namespace

Language describe_language(std::string_view code) {
  std::string lower(code);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const bool letters =
      lower.size() == 3 && std::all_of(lower.begin(), lower.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!letters || lower == "und") return {};
  for (const auto& entry : kLanguages) {
    if (lower == entry.bibliographic || lower == entry.terminological) return {entry.tag, entry.name};
  }
  return {lower, lower};
}

}  // namespace grandstand::hls
