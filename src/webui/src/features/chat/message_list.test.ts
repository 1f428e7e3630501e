// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { insert, prepend, settle, trim, visibleUnsettled, withoutUsers, type Message, type Unsettled } from './message_list';

const me = { id: 'guest:a', name: 'Ada', role: 'guest' } as const;
const message = (offset: number, epoch = 'k1', text = String(offset), author = 'guest:b'): Message => ({
  id: `${epoch}:${offset}`,
  position: { epoch, offset },
  author: { id: author, name: author, role: 'guest' },
  text,
  serverTime: 0,
  mediaTime: null,
  replyTo: null,
  mentions: [],
  edited: false,
  deleted: false,
});
const unsettled = (text: string, to: Partial<Unsettled> = {}): Unsettled => ({
  key: text,
  text,
  state: 'sending',
  id: null,
  error: '',
  sentAfter: { epoch: 'k1', offset: 5 },
  replyTo: null,
  mentions: [],
  ...to,
});
const ids = (messages: readonly Message[]) => messages.map((one) => one.id);

describe('the list of messages', () => {
  it('is ordered by offset whenever they come', () => {
    let list: readonly Message[] = [];
    for (const offset of [1, 4, 2, 3]) list = insert(list, message(offset));
    expect(ids(list)).toEqual(['k1:1', 'k1:2', 'k1:3', 'k1:4']);
  });

  it('has no message twice', () => {
    const list = insert(insert([], message(1)), message(2));
    expect(insert(list, message(1))).toBe(list);
    expect(insert(list, message(2))).toBe(list);
  });

  it('puts a new epoch behind the old one', () => {
    expect(ids(insert(insert([], message(900)), message(1, 'k2')))).toEqual(['k1:900', 'k2:1']);
  });

  it('puts older pages before it and drops the overlap', () => {
    expect(ids(prepend([message(3), message(4)], [message(1), message(2), message(3)]))).toEqual(['k1:1', 'k1:2', 'k1:3', 'k1:4']);
  });

  it('loses its oldest beyond the bound', () => {
    expect(ids(trim([message(1), message(2), message(3)], 2))).toEqual(['k1:2', 'k1:3']);
  });
});

describe('own messages that are not settled', () => {
  it('are shown until the event arrives', () => {
    const pending = [unsettled('hello')];
    expect(visibleUnsettled(pending, [message(5)], me)).toEqual(pending);
    expect(visibleUnsettled(pending, [message(6, 'k1', 'hello', me.id)], me)).toEqual([]);
  });

  it('are not mistaken for older messages of the same words', () => {
    const pending = [unsettled('hello')];
    expect(visibleUnsettled(pending, [message(4, 'k1', 'hello', me.id)], me)).toEqual(pending);
  });

  it('are not mistaken for somebody else saying the same', () => {
    const pending = [unsettled('hello')];
    expect(visibleUnsettled(pending, [message(6, 'k1', 'hello')], me)).toEqual(pending);
  });

  it('stand for one event each', () => {
    const pending = [unsettled('ha', { key: '1' }), unsettled('ha', { key: '2' })];
    expect(visibleUnsettled(pending, [message(6, 'k1', 'ha', me.id)], me)).toEqual([pending[1]]);
  });

  it('go by their number once the server has named it', () => {
    const pending = [unsettled('hello', { state: 'accepted', id: 'k1:7' })];
    expect(visibleUnsettled(pending, [message(6, 'k1', 'hello', me.id)], me)).toEqual(pending);
    expect(settle(pending, [message(7, 'k1', 'hello', me.id)])).toEqual([]);
  });

  it('stay when they failed', () => {
    const pending = [unsettled('hello', { state: 'failed', error: 'no' })];
    expect(visibleUnsettled(pending, [message(6, 'k1', 'hello', me.id)], me)).toEqual(pending);
  });
});

describe('a list without some users', () => {
  const quote = (user: string) => ({ id: 'k1:1', user, name: user, text: 'words of theirs', gone: false });

  it('has neither what they say nor what others quote of them', () => {
    const list = [message(1, 'k1', 'theirs', 'guest:x'), { ...message(2), replyTo: quote('guest:x') }, { ...message(3), replyTo: quote('guest:c') }];
    const shown = withoutUsers(list, new Set(['guest:x']));
    expect(shown.map(({ id, replyTo }) => [id, replyTo?.user])).toEqual([['k1:2', undefined], ['k1:3', 'guest:c']]);
    expect(withoutUsers(list, new Set())).toBe(list);
  });

  it('consists of the same objects each time, so that no row is drawn again', () => {
    const list = [{ ...message(2), replyTo: quote('guest:x') }];
    const hidden = new Set(['guest:x']);
    expect(withoutUsers(list, hidden)[0]).toBe(withoutUsers(list, hidden)[0]);
  });
});
