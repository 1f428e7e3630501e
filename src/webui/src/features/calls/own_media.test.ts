// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { FakeDevices, type FakeTrack } from './fake_call';
import { OwnMedia } from './own_media';

function make() {
  const devices = new FakeDevices();
  return { devices, media: new OwnMedia(devices as never) };
}

describe('our microphone and camera', () => {
  it('take out all that this machine plays where the browser can, and else what it can', async () => {
    const { devices, media } = make();
    await media.open(['audio']);
    expect(devices.asked).toHaveLength(1);
    expect(devices.asked[0]?.audio).toMatchObject({ echoCancellation: { exact: 'all' }, noiseSuppression: true });
    const older = make();
    older.devices.knowsAll = false;
    await older.media.open(['audio', 'video']);
    expect(older.devices.asked[1]?.audio).toMatchObject({ echoCancellation: true });
    expect(older.media.tracks.value.audio).not.toBe(null);
    expect(older.devices.asked[1]?.video).toMatchObject({ width: { ideal: 320 }, frameRate: { max: 15 } });
  });

  it('are had one by one when one of both is missing', async () => {
    const { devices, media } = make();
    devices.missing.add('video');
    await media.open(['audio', 'video']);
    expect(media.tracks.value.audio).not.toBe(null);
    expect(media.faults.value).toEqual({ audio: null, video: 'missing' });
    expect(media.devices.value.microphone).toEqual([{ id: 'the audioinput', label: 'audioinput' }]);
  });

  it('are asked for twice at most when refused', async () => {
    const { devices, media } = make();
    devices.refused = true;
    await media.open(['audio', 'video']);
    expect(media.faults.value).toEqual({ audio: 'refused', video: 'refused' });
    expect(devices.asked).toHaveLength(2);
  });

  it('need a page that is served securely', async () => {
    const media = new OwnMedia(undefined);
    await media.open(['audio']);
    expect(media.faults.value.audio).toBe('insecure');
  });

  it('say when they were unplugged, and may be opened again', async () => {
    const { devices, media } = make();
    await media.open(['audio']);
    devices.tracks[0]?.onended?.();
    expect([media.tracks.value.audio, media.faults.value.audio]).toEqual([null, 'unplugged']);
    await media.open(['audio']);
    expect(media.faults.value.audio).toBe(null);
  });

  it('are changed for the chosen ones', async () => {
    const { devices, media } = make();
    await media.open(['audio', 'video']);
    const before = media.tracks.value.video as unknown as FakeTrack;
    await media.choose('camera', 'other');
    expect(before.readyState).toBe('ended');
    expect(devices.asked.at(-1)?.video).toMatchObject({ deviceId: { ideal: 'other' } });
    expect(devices.asked.at(-1)?.audio).toBe(undefined);
  });

  it('are both had when the camera is wanted while the microphone is still starting', async () => {
    const { media } = make();
    await Promise.all([media.open(['audio']), media.open(['video'])]);
    expect(media.tracks.value.audio).not.toBe(null);
    expect(media.tracks.value.video).not.toBe(null);
    expect(media.asking.value).toBe(false);
  });

  it('are let go when they come after they were wanted', async () => {
    const { devices, media } = make();
    const opening = media.open(['video']);
    media.close();
    await opening;
    expect(devices.tracks.map(({ readyState }) => readyState)).toEqual(['ended']);
    expect(media.tracks.value.video).toBe(null);
  });
});
