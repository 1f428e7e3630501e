// SPDX-License-Identifier: MIT
#include <grandstand/aio/task.hpp>
#include <grandstand/base/log.hpp>

#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace grandstand::aio {

namespace {

// co_spawn wants results that can be made out of nothing, which Result is not: the outcome goes beside it.
Task<void> carry(Task<Status> task, std::shared_ptr<Status> outcome) {
  *outcome = co_await std::move(task);
}

}  // namespace

void spawn(Loop& loop, Task<Status> task, std::function<void(Status)> done) {
  auto outcome = std::make_shared<Status>(Error{ErrorCode::kInternal, "internal error"});
  auto carried = carry(std::move(task), outcome);
  boost::asio::co_spawn(loop.context(), std::move(carried),
                        [outcome, done = std::move(done)](std::exception_ptr thrown) {
                          if (thrown) {
                            std::string what = "unknown";
                            try {
                              std::rethrow_exception(thrown);
                            } catch (const std::exception& e) {
                              what = e.what();
                            } catch (...) {
                            }
                            log::error("aio", "An exception escaped a task", {{"what", what}});
                          }
                          if (done) done(std::move(*outcome));
                        });
}

}  // namespace grandstand::aio
