// SPDX-License-Identifier: MIT

// Everything that waits takes one of these, so that tests advance hours without sleeping. The module of the clock stands
// alone, so they are defined there.
export { browserTimers, type Timers } from '../sync/timers';
