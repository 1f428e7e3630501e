// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import { Sign } from './wordmark';

// What there is to say instead of a page, and the ways on.
export function Card({ title, hint, testId, busy = false, children }: { title: string; hint: string; testId?: string; busy?: boolean; children?: ComponentChildren }) {
  return (
    <div class="card" data-testid={testId}>
      {busy ? <span class="spinner" /> : <Sign class="card-sign" />}
      <h1>{title}</h1>
      <p role="status">{hint}</p>
      {children && <div class="card-actions">{children}</div>}
    </div>
  );
}
