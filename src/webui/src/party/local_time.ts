// SPDX-License-Identifier: MIT

// For a field of type datetime-local, which knows no zone: "2026-11-22T20:15". Date.parse reads it back.
export const localTime = (at: number): string => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
