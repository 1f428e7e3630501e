// SPDX-License-Identifier: MIT
import { CommandRefused } from '../socket/outbox';
import { strings } from '../strings';

// Why something did not work, for people.
export function faultOf(reason: unknown): string {
  if (reason instanceof CommandRefused) return strings.refusal(reason.refusal.code, reason.refusal.message);
  return reason instanceof Error ? reason.message : '';
}
