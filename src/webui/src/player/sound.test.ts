// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { Sound } from './sound';

function make() {
  const sound = new Sound();
  let changed = () => {};
  const video = { volume: 1, muted: false, addEventListener: (_: string, listener: () => void) => (changed = listener), removeEventListener: () => {} };
  sound.attach(video as unknown as HTMLVideoElement);
  return { sound, video, changed: () => changed() };
}

describe('sound that is taken back', () => {
  it('comes back to what the viewer has set, also meanwhile', () => {
    const { sound, video, changed } = make();
    sound.setVolume(0.8);
    sound.duck(0.25);
    changed();
    expect([video.volume, sound.volume.value]).toEqual([0.2, 0.8]);
    sound.setVolume(0.4);
    changed();
    expect([video.volume, sound.volume.value]).toEqual([0.1, 0.4]);
    sound.duck(1);
    changed();
    expect([video.volume, sound.volume.value]).toEqual([0.4, 0.4]);
  });

  it('follows what is set on the element itself', () => {
    const { sound, video, changed } = make();
    sound.duck(0.5);
    video.volume = 0.3;
    changed();
    expect(sound.volume.value).toBeCloseTo(0.6);
  });
});
