// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { PastPicture } from './past_picture';

it('calls a picture past that is a minute behind, and live again when it has come nearer', () => {
  let picture: number | null = 0;
  const past = new PastPicture(() => picture, () => 1_000_000);
  const at = (behind: number | null) => {
    picture = behind === null ? null : 1_000_000 - behind;
    return past.time() !== null;
  };
  expect(at(null)).toBe(false);
  expect([at(55_000), at(61_000), at(55_000), at(49_000), at(55_000)]).toEqual([false, true, true, false, false]);
  expect(past.liveTime()).toBe(945_000);
  at(100_000);
  expect(past.liveTime()).toBeNull();
  expect(at(null)).toBe(true);
  expect(past.time()).toBe(900_000);
  past.forget();
  expect(at(null)).toBe(false);
});
