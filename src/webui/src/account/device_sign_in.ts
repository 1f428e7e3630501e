// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import type { Answer } from '../api';
import type { Timers } from '../base/timers';
import type { DeviceCode, LetIn } from './device_api';

export type DeviceState =
  | { readonly name: 'asking' | 'refused' | 'let_in' }
  | { readonly name: 'waiting'; readonly code: DeviceCode }
  | { readonly name: 'failing'; readonly text: string }; // no code at the moment; asked again by itself

export interface DeviceSignInOptions {
  readonly timers: Timers;
  askCode(): Promise<Answer<DeviceCode>>;
  askWhetherLetIn(secret: string): Promise<Answer<LetIn>>;
  onLetIn(whom: LetIn): void;
}

const slowDownMs = 5_000; // RFC 8628 3.5
const longestPauseMs = 60_000;

// The television's half of the device flow: shows a code, asks whether somebody has let it in, and gets another code by
// itself when that one is too old. Ends when it was let in, refused or stopped.
export class DeviceSignIn {
  readonly state = signal<DeviceState>({ name: 'asking' });
  private cancel: (() => void) | null = null;
  private run = 0; // answers to an earlier one count no more

  constructor(private readonly options: DeviceSignInOptions) {}

  start(): void {
    this.stop();
    this.state.value = { name: 'asking' };
    void this.begin(this.run, slowDownMs);
  }

  stop(): void {
    this.run += 1;
    this.cancel?.();
    this.cancel = null;
  }

  private async begin(run: number, retryMs: number): Promise<void> {
    const answer = await this.options.askCode();
    if (run !== this.run) return;
    if (answer.ok) {
      this.state.value = { name: 'waiting', code: answer.value };
      const expires = this.options.timers.now() + answer.value.lifetimeMs;
      this.pollAfter(run, answer.value, answer.value.intervalMs, expires);
      return;
    }
    this.state.value = { name: 'failing', text: answer.fault.text };
    this.after(answer.fault.retryAfterMs ?? retryMs, () => void this.begin(run, Math.min(retryMs * 2, longestPauseMs)));
  }

  private pollAfter(run: number, code: DeviceCode, intervalMs: number, expires: number, pauseMs = intervalMs): void {
    this.after(pauseMs, () => void this.poll(run, code, intervalMs, expires, pauseMs));
  }

  private async poll(run: number, code: DeviceCode, intervalMs: number, expires: number, pausedMs: number): Promise<void> {
    if (this.options.timers.now() >= expires) return this.begin(run, slowDownMs);
    const answer = await this.options.askWhetherLetIn(code.secret);
    if (run !== this.run) return;
    if (answer.ok) {
      this.stop();
      this.state.value = { name: 'let_in' };
      this.options.onLetIn(answer.value);
      return;
    }
    switch (answer.fault.code) {
      case 'authorization_pending':
        return this.pollAfter(run, code, intervalMs, expires);
      case 'slow_down':
        return this.pollAfter(run, code, intervalMs + slowDownMs, expires);
      case 'access_denied':
        this.stop();
        this.state.value = { name: 'refused' };
        return;
      case 'expired_token':
        return this.begin(run, slowDownMs);
      default:
        // Nobody answered as it should: rarer and rarer, until somebody does.
        return this.pollAfter(run, code, intervalMs, expires, Math.max(answer.fault.retryAfterMs ?? 0, Math.min(pausedMs * 2, longestPauseMs)));
    }
  }

  private after(ms: number, callback: () => void): void {
    this.cancel?.();
    this.cancel = this.options.timers.after(ms, callback);
  }
}
