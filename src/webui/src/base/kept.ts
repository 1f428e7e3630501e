// SPDX-License-Identifier: MIT

// What this browser keeps between visits. Storage may be full, forbidden or absent: then a visit simply starts fresh.
export type KeptKey = 'guest' | 'last_channel' | 'sound' | 'volume' | 'chat_in_time' | 'chat_hidden' | 'language' | 'reactions_shown' | 'chat_shown' | 'chat_over_picture' | 'text' | 'sound_track' | 'call_devices' | 'push_to_talk';

export function readKept<T>(key: KeptKey, accept: (value: unknown) => value is T): T | null {
  try {
    const text = localStorage.getItem(`grandstand.${key}`);
    if (text === null) return null;
    const value: unknown = JSON.parse(text);
    return accept(value) ? value : null;
  } catch {
    return null;
  }
}

export function keep(key: KeptKey, value: unknown): void {
  try {
    localStorage.setItem(`grandstand.${key}`, JSON.stringify(value));
  } catch {
    // Nothing kept: see above.
  }
}

export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
