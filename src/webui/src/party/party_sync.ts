// SPDX-License-Identifier: MIT
import { computed, effect, signal, untracked } from '@preact/signals';
import type { Party } from '../features/party/party';
import type { Player } from '../player/player';
import { browserTimers, MediaSync, type Motion, type ServerClock, type SyncReport, type SyncState, type Timers } from '../sync';
import { reportOf } from './report';

const behindEveryMs = 500;
const liveDelayMs = 8_000; // where a party on a live channel begins, as the server has it

// Binds a page's player to a party's clock: the picture follows the party, what the viewer presses becomes the party's move,
// and the party hears how it goes.
export class PartySync {
  readonly state = signal<SyncState>('waiting');
  readonly behind = signal<number | null>(null); // milliseconds
  readonly free = signal(false);
  // Counts how often somebody pressed what is another's to press.
  readonly refused = signal(0);
  readonly fault = signal<unknown>(null); // why the last move did not happen
  private readonly timeline = computed(() => {
    const programme = this.party.state.value?.programme;
    return programme ? `${programme.channel} ${programme.start ?? 'live'}` : null;
  });
  private sync: MediaSync<HTMLVideoElement> | null = null;
  private stalled = false;
  private last: SyncReport = { error: null, rate: 1, buffer: 0, stalls: 0, rtt: null };

  constructor(
    private readonly player: Player,
    private readonly party: Party,
    private readonly clock: ServerClock,
    private readonly timers: Timers = browserTimers,
  ) {}

  start(): () => void {
    const { player } = this;
    player.ledAlong = true;
    const stops = [
      effect(() => {
        const media = player.element.value;
        const timeline = this.timeline.value;
        if (media && timeline !== null) return untracked(() => this.bind(media, timeline));
      }),
      effect(() => {
        player.leader.value = this.free.value ? null : this;
      }),
      effect(() => {
        if (!player.needsGesture.value && this.state.value === 'blocked') untracked(() => this.sync?.resync());
      }),
    ];
    let cancel = () => {};
    const look = () => {
      const behind = this.sync?.behind ?? null;
      this.behind.value = behind === null ? null : Math.round(behind / 100) * 100;
      cancel = this.timers.after(behindEveryMs, look);
    };
    look();
    return () => {
      cancel();
      for (const stop of stops) stop();
      player.leader.value = null;
      player.ledAlong = false;
    };
  }

  setFree(free: boolean): void {
    this.free.value = free;
    this.sync?.setFree(free);
  }

  toggle(): void {
    const plays = this.party.motion.value?.rate === 1;
    if (this.party.state.value?.control === 'vote') this.do(this.party.ask('vote', { for: plays ? 'pause' : 'play' }));
    else this.move({ rate: plays ? 0 : 1 });
  }

  seekTo(date: number): void {
    this.move({ position: Math.round(date) });
  }

  goLive(): void {
    const now = this.clock.now();
    if (now !== null && this.party.state.value?.programme.start == null) this.move({ rate: 1, position: Math.round(now - liveDelayMs) });
  }

  private move(to: { rate?: 0 | 1; position?: number }): void {
    if (this.party.moves.value) this.do(this.party.move(to));
    else this.refused.value += 1;
  }

  private do(asked: Promise<unknown>): void {
    this.fault.value = null;
    asked.catch((reason: unknown) => (this.fault.value = reason));
  }

  private bind(media: HTMLVideoElement, timeline: string): () => void {
    const { player } = this;
    const sync = new MediaSync<HTMLVideoElement>({
      media,
      clock: this.clock,
      timers: this.timers,
      positionOf: () => player.playingDate(),
      seekTo: (_media, date) => player.goTo(date),
      onState: (state) => {
        this.state.value = state;
        if (state === 'blocked') this.tryQuietly(sync);
      },
      onReport: (report) => this.report(report),
      onPausedByViewer: () => (this.party.moves.value ? this.toggle() : this.setFree(true)),
    });
    this.sync = sync;
    sync.setFree(this.free.value);
    const onStall = () => this.stall(!media.paused && !media.seeking);
    const onMoving = () => this.stall(false);
    media.addEventListener('waiting', onStall);
    for (const type of ['playing', 'pause', 'seeking']) media.addEventListener(type, onMoving);
    const unfollow = effect(() => {
      const motion = this.party.motion.value;
      if (motion) sync.follow({ ...motion, timeline } as Motion);
    });
    return () => {
      unfollow();
      media.removeEventListener('waiting', onStall);
      for (const type of ['playing', 'pause', 'seeking']) media.removeEventListener(type, onMoving);
      sync.stop();
      this.sync = null;
      this.state.value = 'waiting';
    };
  }

  private tryQuietly(sync: MediaSync<HTMLVideoElement>): void {
    this.player.playSilently();
    if (!this.player.needsGesture.value) queueMicrotask(() => sync.resync());
  }

  private stall(stalled: boolean): void {
    if (stalled === this.stalled) return;
    this.stalled = stalled;
    this.report({ ...this.last, error: this.sync?.behind ?? null });
  }

  private report(report: SyncReport): void {
    this.last = report;
    if (this.party.state.value?.starts_at != null) return;
    const latest = this.player.range.value?.to ?? null;
    // Worth nothing later; the next one comes by itself.
    this.party.ask('report', reportOf(this.state.value, this.stalled, report, latest)).catch(() => {});
  }
}
