// SPDX-License-Identifier: MIT
// Drives the API by the client that is generated from its OpenAPI document: what does not fit the document does not compile.
import createClient from 'openapi-fetch';
import type { components, paths } from './openapi.js';

type Event = components['schemas']['Event'];

const must = <T>(answer: { data?: T; error?: unknown; response: Response }): T => {
  if (answer.error !== undefined || answer.data === undefined) throw new Error(`${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
};

// One connection by server-sent events and POST.
class Line {
  readonly heard: any[] = [];
  private waiting: (() => void)[] = [];
  private next = 1;
  private stream = '';

  constructor(private readonly client: ReturnType<typeof createClient<paths>>) {}

  async open(): Promise<this> {
    const { data } = await this.client.GET('/api/v1/events', { parseAs: 'stream' });
    void this.read(data as unknown as ReadableStream<Uint8Array>);
    this.stream = (await this.find((message) => message.stream !== undefined)).stream;
    return this;
  }

  async ask(message: Record<string, unknown>): Promise<any> {
    const id = this.next++;
    const said = await this.client.POST('/api/v1/events/{stream}', { params: { path: { stream: this.stream } }, body: { id, ...message }, parseAs: 'text' });
    if (said.response.status !== 202) throw new Error(`not taken: ${said.response.status}`);
    return this.find((heard) => heard.id === id);
  }

  event(kind: string): Promise<Event> {
    const events = (message: any): Event[] => message.events ?? [];
    return this.find((message) => events(message).some((event) => event.kind === kind)).then((message) => events(message).find((event) => event.kind === kind)!);
  }

  private async find(test: (message: any) => boolean): Promise<any> {
    for (;;) {
      const found = this.heard.find(test);
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private async read(stream: ReadableStream<Uint8Array>) {
    const reader = stream.getReader();
    const decoder = new TextDecoder();
    let text = '';
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        text += decoder.decode(part.value, { stream: true });
        const lines = text.split('\n');
        text = lines.pop()!;
        for (const line of lines) if (line.startsWith('data: ')) this.heard.push(JSON.parse(line.slice(6)));
        for (const wake of this.waiting.splice(0)) wake();
      }
    } catch {
      // The daemon was stopped.
    }
  }
}

// Sign-up, channels, rooms, chat and a poll, all through the generated client; `moderator` is a token. Gives what was heard.
export async function walk(baseUrl: string, fetch: typeof globalThis.fetch, moderator: string): Promise<any[]> {
  const as = (token?: string) => createClient<paths>({ baseUrl, fetch, headers: token ? { Authorization: `Bearer ${token}` } : {} });
  const signedUp = must(await as().POST('/api/v1/accounts', { body: { name: 'Typed', password: 'correct horse' } }));
  const viewer = as(signedUp.token);
  const me = must(await viewer.GET('/api/v1/me')).user;
  if (me?.name !== 'Typed' || me.role !== 'viewer') throw new Error(`who am I? ${JSON.stringify(me)}`);
  const [channel] = must(await viewer.GET('/api/v1/channels')).channels;
  if (!channel) throw new Error('no channels');
  must(await viewer.PUT('/api/v1/channels/{channel}/follow', { params: { path: { channel: channel.id } } }));

  const refused = await viewer.GET('/api/v1/monitor');
  if (refused.error?.code !== 'forbidden') throw new Error('viewers see the monitor');

  const line = await new Line(viewer).open();
  const room = channel.room;
  await line.ask({ type: 'hello' });
  await line.ask({ type: 'join', room });
  const said = await line.ask({ type: 'command', room, name: 'chat.send', key: 'typed-1', body: { text: 'Goal, typed!' } });
  if (said.stored !== true) throw new Error(`not stored: ${JSON.stringify(said)}`);
  const history = must(await viewer.GET('/api/v1/rooms/{room}/chat/history', { params: { path: { room }, query: { limit: 10 } } }));
  if (!JSON.stringify(history).includes('Goal, typed!')) throw new Error('the history lacks the message');

  const mod = await new Line(as(moderator)).open();
  await mod.ask({ type: 'hello' });
  await mod.ask({ type: 'join', room });
  await mod.ask({ type: 'command', room, name: 'polls.open', key: 'typed-2', body: { question: 'Who wins?', options: ['Blue', 'Red'], seconds: 60, change: 'none', hidden: false } });
  const opened = await line.event('polls.opened');
  const poll = `${opened.epoch}:${opened.offset}`;
  const receipt = await line.ask({ type: 'command', room, name: 'polls.vote', key: 'typed-3', body: { poll, option: 2 } });
  if (receipt.result?.option !== 2) throw new Error(`no receipt: ${JSON.stringify(receipt)}`);
  await mod.ask({ type: 'command', room, name: 'polls.close', key: 'typed-4', body: { poll } });
  const final = await line.event('polls.final');
  if (JSON.stringify(final.body['counts']) !== '[0,1]') throw new Error(`counted ${JSON.stringify(final.body)}`);

  const { bot } = must(await viewer.POST('/api/v1/bots', { body: { name: 'Typed bot' } }));
  const token = must(await viewer.POST('/api/v1/bots/{bot}/tokens', { params: { path: { bot: bot.id } }, body: { name: 'studio', scopes: ['chat'] } }));
  const known = must(await as(token.token).GET('/api/v1/me')).user;
  if (known?.id !== bot.id || known.token?.scopes.join() !== 'chat') throw new Error(`the bot is ${JSON.stringify(known)}`);
  await viewer.DELETE('/api/v1/bots/{bot}/tokens/{token}', { params: { path: { bot: bot.id, token: token.id } } });
  if (must(await as(token.token).GET('/api/v1/me')).user !== null) throw new Error('a revoked token still counts');
  return [...line.heard, ...mod.heard];
}
