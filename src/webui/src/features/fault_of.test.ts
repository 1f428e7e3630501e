// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { CommandRefused } from '../socket/outbox';
import { strings } from '../strings';
import { faultOf } from './fault_of';

it('says in the viewer’s words why a command was refused, also when the server gave none', () => {
  expect(faultOf(new CommandRefused({ code: 'timeout', message: '', retryAfterMs: null }))).toBe(strings.refusal('timeout', ''));
  expect(faultOf(new CommandRefused({ code: 'forbidden', message: 'You may not.', retryAfterMs: null }))).toBe(strings.refusal('forbidden', 'You may not.'));
  expect(faultOf(new Error('no picture'))).toBe('no picture');
  expect(faultOf(undefined)).toBe('');
});
