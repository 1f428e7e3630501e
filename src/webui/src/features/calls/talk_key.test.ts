// SPDX-License-Identifier: MIT
import { beforeAll, expect, it } from 'vitest';
import { meansTalking } from './talk_key';

class FakeElement {
  isContentEditable = false;
  constructor(private readonly inside: string, private readonly byKeyboard = false) {}
  closest(selector: string): unknown {
    return selector.split(', ').includes(this.inside) ? this : null;
  }
  matches(): boolean {
    return this.byKeyboard;
  }
}
beforeAll(() => void Object.assign(globalThis, { HTMLElement: FakeElement }));
const space = { key: ' ', ctrlKey: false, metaKey: false, altKey: false };
const on = (element: FakeElement | null) => meansTalking(space, element as unknown as EventTarget);

it('talks with the space bar, but not where somebody types or has reached a control with the keyboard', () => {
  expect(on(null)).toBe(true);
  expect(on(new FakeElement('main'))).toBe(true);
  expect(on(new FakeElement('textarea'))).toBe(false);
  expect(on(new FakeElement('input:not([type="checkbox"])'))).toBe(false);
  expect(on(new FakeElement('dialog'))).toBe(false);
  expect(on(new FakeElement('button', true))).toBe(false);
  expect(on(new FakeElement('button'))).toBe(true); // clicked with a mouse, and still in focus
  expect(meansTalking({ ...space, ctrlKey: true }, null)).toBe(false);
  expect(meansTalking({ ...space, key: 'k' }, null)).toBe(false);
});
