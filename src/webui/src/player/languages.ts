// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { keep, readKept } from '../base/kept';
import type { Stream } from './stream';
import { isWish, nearest, noTracks, type Tracks } from './tracks';

// What the viewer hears and reads, of what the stream has. Kept for other channels and visits.
export class Languages {
  readonly tracks = signal<Tracks>(noTracks);
  private stream: Stream | null = null;

  attach(stream: Stream | null): void {
    this.stream = stream;
    this.applyWishes();
  }

  chooseText(index: number): void {
    const chosen = this.tracks.value.texts[index];
    keep('text', chosen ? { label: chosen.label, language: chosen.language } : 'off');
    this.stream?.showText(chosen ? index : -1);
    this.read();
  }

  chooseSound(index: number): void {
    const chosen = this.tracks.value.sounds[index];
    if (!chosen) return;
    keep('sound_track', { label: chosen.label, language: chosen.language });
    this.stream?.hearSound(index);
    this.read();
  }

  toggleText(): void {
    const { text, texts } = this.tracks.value;
    if (texts.length > 0) this.chooseText(text >= 0 ? -1 : 0);
  }

  applyWishes(): void {
    const { stream } = this;
    if (stream) {
      const { texts, sounds, text, sound } = stream.tracks();
      const wantedText = nearest(texts, readKept('text', isWish));
      if (wantedText !== text) stream.showText(wantedText);
      const wantedSound = nearest(sounds, readKept('sound_track', isWish));
      if (wantedSound >= 0 && wantedSound !== sound) stream.hearSound(wantedSound);
    }
    this.read();
  }

  read(): void {
    this.tracks.value = this.stream?.tracks() ?? noTracks;
  }
}
