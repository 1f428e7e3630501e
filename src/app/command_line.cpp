// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include "app.hpp"
#include "check_warnings.hpp"
#include "hlscheck_command.hpp"
#include "open_database.hpp"
#include "probe_command.hpp"
#include "report.hpp"
#include "sign_command.hpp"
#include "supervisor.hpp"
#include "unlisted_channels.hpp"
#include "user_command.hpp"
#include "verify_command.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/config/load.hpp>
#include <grandstand/config/print.hpp>
#include <grandstand/media/ffmpeg_log.hpp>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <sysexits.h>

namespace grandstand::app {
namespace {

struct Options {
  std::filesystem::path config = "/etc/grandstand/grandstand.yaml";
  std::filesystem::path data;
  std::filesystem::path web;
  bool print = false;
};

// Where the built web application is: beside an installed binary, else beside the sources' build.
std::filesystem::path find_web_root() {
  std::error_code error;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
  for (auto directory = binary.parent_path(); directory.has_relative_path(); directory = directory.parent_path()) {
    for (const char* place : {"share/grandstand/web", "src/webui/dist"}) {
      if (std::filesystem::exists(directory / place / "index.html", error)) return directory / place;
    }
  }
  return {};
}

// Loads the configuration, with what the command line says on top.
config::Loaded<config::ServerConfig> load(const Options& options) {
  auto loaded = config::load_server_config(options.config);
  if (auto* config = std::get_if<config::ServerConfig>(&loaded)) {
    if (!options.data.empty()) config->data_directory = options.data;
    if (!options.web.empty()) config->http.web_root = options.web;
    if (config->http.web_root.empty()) config->http.web_root = find_web_root();
  }
  return loaded;
}

int serve(const Options& options) {
  block_signals();
  auto loaded = load(options);
  if (const auto* faults = std::get_if<std::vector<config::Fault>>(&loaded)) return report(*faults);
  auto& config = std::get<config::ServerConfig>(loaded);
  log::set_up(config.log);
  media::silence_ffmpeg();
  auto app = App::start(std::move(config));
  if (!app) return report(app.error());
  std::printf("Grandstand is open: %s\n", (*app)->address().c_str());
  std::fflush(stdout);
  supervise(**app);
  (*app)->stop();
  return EX_OK;
}

int check(const Options& options) {
  auto loaded = load(options);
  std::vector<config::Fault> faults;
  if (const auto* found = std::get_if<std::vector<config::Fault>>(&loaded)) faults = *found;
  const auto lineup =
      faults.empty() ? std::get<config::ServerConfig>(loaded).channels_file : config::find_lineup(options.config);
  if (!lineup) {
    const int status = report(faults);
    std::fputs("The lineup was not read: which file it is cannot be told before these faults are mended.\n", stderr);
    return status;
  }
  const auto channels = config::load_lineup(*lineup);
  if (const auto* found = std::get_if<std::vector<config::Fault>>(&channels))
    faults.insert(faults.end(), found->begin(), found->end());
  if (!faults.empty()) return report(faults);
  const auto& config = std::get<config::ServerConfig>(loaded);
  if (const auto files = access::Gate::check_files(config.access); !files) return report(files.error());
  for (const auto& warning : check_warnings(config, std::get<channels::Lineup>(channels)))
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  if (options.print) {
    std::fputs(config::print(std::get<config::ServerConfig>(loaded)).c_str(), stdout);
  } else {
    std::printf("%s and %s are valid: %zu channels.\n", options.config.c_str(), lineup->c_str(),
                std::get<channels::Lineup>(channels).channels.size());
  }
  return EX_OK;
}

int migrate(const Options& options) {
  const auto loaded = load(options);
  if (const auto* faults = std::get_if<std::vector<config::Fault>>(&loaded)) return report(*faults);
  ops::Metrics metrics;
  ops::Health health;
  auto opened =
      open_database(std::get<config::ServerConfig>(loaded), RunningDaemon::kShareItsDatabase, metrics, health);
  if (!opened) return report(opened.error());
  opened->stop();
  std::puts("The schema is up to date.");
  return EX_OK;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App cli("Grandstand, a social IPTV headend: television in, HLS and its audience out.", "grandstand");
  cli.require_subcommand(1);
  Options options;
  UserOptions user;
  HlscheckOptions hlscheck;
  SignOptions sign;
  ProbeOptions probe;
  VerifyOptions verify;
  std::function<int()> command;
  const auto add = [&](const char* name, const char* help, std::function<int()> run) {
    auto* subcommand = cli.add_subcommand(name, help);
    subcommand->callback([&command, run = std::move(run)] { command = run; });
    return subcommand;
  };
  const auto add_config = [&](CLI::App* subcommand) {
    subcommand->add_option("-c,--config", options.config, "The configuration file")->capture_default_str();
    subcommand->add_option("--data", options.data, "The data directory, in place of data_directory");
  };

  auto* serve_command = add("serve", "Run the daemon", [&] { return serve(options); });
  add_config(serve_command);
  serve_command->add_option("--web", options.web, "The built web application, in place of http.web_root");

  auto* check_command =
      add("check", "Report every fault of the configuration and the lineup", [&] { return check(options); });
  add_config(check_command);
  check_command->add_flag("--print", options.print, "Print the whole configuration as it is in force");

  auto* migrate_command =
      add("migrate", "Bring the database's schema up to this version", [&] { return migrate(options); });
  add_config(migrate_command);

  auto* user_command = add("user", "List, make and change accounts", [&] {
    if (const auto words = check_user_options(user); !words) return report(words.error()), EX_USAGE;
    const auto loaded = load(options);
    if (const auto* faults = std::get_if<std::vector<config::Fault>>(&loaded)) return report(*faults);
    return run_user_command(std::get<config::ServerConfig>(loaded), user);
  });
  add_config(user_command);
  add_user_options(*user_command, user);

  auto* sign_command = add("sign", "Make signed addresses of channels", [&] {
    const auto loaded = load(options);
    if (const auto* faults = std::get_if<std::vector<config::Fault>>(&loaded)) return report(*faults);
    const auto& config = std::get<config::ServerConfig>(loaded);
    const auto lines = sign_addresses(config, sign, SystemClock().utc());
    if (!lines) return report(lines.error());
    if (!warn_of_unlisted(config, sign.channels)) {
      std::fputs("warning: the lineup cannot be read; `grandstand check` says why.\n", stderr);
    }
    std::fputs(lines.value().c_str(), stdout);
    return EX_OK;
  });
  add_config(sign_command);
  add_sign_options(*sign_command, sign);

  add_hlscheck_options(*add("hlscheck", "Find what is wrong with an HLS stream, ours or anybody's",
                            [&] { return run_hlscheck_command(hlscheck); }),
                       hlscheck);

  add_probe_options(*add("probe", "Listen to a source and say what it carries, and how well",
                         [&] { return run_probe_command(probe); }),
                    probe);

  add_verify_options(*add("verify", "Check the result of a poll, or the receipt of a vote",
                          [&] { return run_verify_command(verify); }),
                     verify);

  add("version", "Print the version", [] {
    std::puts("grandstand " GRANDSTAND_VERSION);
    return EX_OK;
  });

  try {
    cli.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // CLI11 says that one is required, also of what is none.
    const bool is_unknown = argc > 1 && cli.get_subcommands().empty();
    if (!is_unknown) return cli.exit(error), EX_USAGE;
    std::fprintf(stderr, "grandstand: \"%s\" is no command; `grandstand --help` lists them\n", argv[1]);
    return EX_USAGE;
  } catch (const CLI::ParseError& error) {
    const int status = cli.exit(error);
    return status == 0 ? EX_OK : EX_USAGE;
  }
  return command();
}

}  // namespace grandstand::app
