// SPDX-License-Identifier: MIT
export { music, ordinary, safari, SyncController, type Decision, type Observation, type Profile } from './controller';
export { MediaSync, type MediaSyncOptions, type SyncedMedia, type SyncReport, type SyncState } from './media_sync';
export { isNewer, MotionSchedule, positionAt, readMotion, type Motion } from './motion';
export { ServerClock, type ServerClockOptions } from './server_clock';
export { browserTimers, type Timers } from './timers';
