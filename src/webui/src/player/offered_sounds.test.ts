// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { ManualTimers } from '../base/manual_timers';
import { OfferedSounds } from './offered_sounds';

const sound = (name: string) => `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="${name}",DEFAULT=YES,URI="audio-${name}/media.m3u8"\n`;
const index = (...names: string[]) => `#EXTM3U\n${names.map(sound).join('')}#EXT-X-STREAM-INF:BANDWIDTH=9${names.length > 0 ? ',AUDIO="audio"' : ''}\nfmp4/media.m3u8\n`;

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}

class Watch {
  readonly timers = new ManualTimers();
  asked = 0;
  more = 0;
  readonly offered = new OfferedSounds(
    async () => {
      this.asked += 1;
      return this.now;
    },
    this.timers,
    () => (this.more += 1),
  );

  constructor(private now: string | null, sinceS = 60) {
    this.offered.read('#EXTM3U\n#EXTINF:2,\na.m4s\n');
    if (now !== null) this.offered.read(now);
    this.offered.reached(0, 'init-7.mp4', sinceS);
  }

  async becomes(now: string | null, generation: number): Promise<void> {
    this.now = now;
    this.offered.reached(0, `init-${generation}.mp4`, 1);
    await this.pass(20);
  }

  async pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i += 1) {
      this.timers.advance(1_000);
      await settle();
    }
  }
}

describe('the sounds on offer', () => {
  it('are more when a second one comes, and that is told once', async () => {
    const watch = new Watch(index());
    await watch.becomes(index('eng', 'deu'), 8);
    expect(watch.more).toBe(1);
    expect(watch.asked).toBe(1);
  });

  it('are looked at a few times, as a rendition is listed with its first segment', async () => {
    const watch = new Watch(index('eng'));
    await watch.becomes(index('eng'), 8);
    expect(watch.asked).toBe(3);
    expect(watch.more).toBe(0);
  });

  it('are looked at by who comes shortly after the change, too', async () => {
    const watch = new Watch(index(), 3);
    await watch.becomes(index('eng', 'deu'), 7);
    expect(watch.more).toBe(1);
  });

  it('are not more when some are gone, as at the slate, and when they are back', async () => {
    const watch = new Watch(index('eng', 'deu'));
    await watch.becomes(index('eng'), 8);
    await watch.becomes(index('eng', 'deu'), 9);
    expect(watch.more).toBe(0);
  });

  it('are left alone while the initialization section stays, and once the player has gone', async () => {
    const watch = new Watch(index());
    await watch.becomes(index('eng', 'deu'), 7);
    expect(watch.asked).toBe(0);
    watch.offered.reached(0, 'init-8.mp4', 1);
    watch.offered.stop();
    await watch.pass(20);
    expect(watch.more).toBe(0);
  });

  it('are left alone while the player goes from one rendition of the ladder to another', async () => {
    const watch = new Watch(index('eng'));
    for (let i = 0; i < 4; i += 1) {
      watch.offered.reached(1, '720p/init-3.mp4', 60 + i);
      watch.offered.reached(0, 'init-7.mp4', 61 + i);
      await watch.pass(20);
    }
    expect(watch.asked).toBe(0);
    watch.offered.reached(1, '720p/init-4.mp4', 1);
    await watch.pass(20);
    expect(watch.asked).toBe(3);
  });

  it('are not known while the server does not answer', async () => {
    const watch = new Watch(index());
    await watch.becomes(null, 8);
    expect(watch.more).toBe(0);
  });
});
