// SPDX-License-Identifier: MIT

export type Trouble = 'network' | 'media' | 'manifest' | 'stalled' | 'other';
export type Remedy = 'resume_loading' | 'recover_media' | 'jump_to_live' | 'rebuild';

export interface Treatment {
  readonly remedy: Remedy;
  readonly delayMs: number;
}

const healthyAfterMs = 10_000;
const longestDelayMs = 8_000;

// What to do about a picture that broke: the gentlest thing first, starting over when that did not help, and ever more
// patiently while nothing does. Ten seconds of moving picture and all is forgotten.
export class Recovery {
  private tries = 0;
  private movingSince: number | null = null;

  treat(trouble: Trouble, _now: number): Treatment {
    const tries = this.tries;
    this.tries += 1;
    this.movingSince = null;
    const delayMs = Math.min(longestDelayMs, 500 * 2 ** Math.min(tries, 8));
    if (trouble === 'media' && tries < 2) return { remedy: 'recover_media', delayMs: tries === 0 ? 0 : delayMs };
    if (trouble === 'network' && tries < 2) return { remedy: 'resume_loading', delayMs };
    if (trouble === 'stalled' && tries === 0) return { remedy: 'jump_to_live', delayMs: 0 };
    return { remedy: 'rebuild', delayMs };
  }

  moving(now: number): void {
    if (this.tries === 0) return;
    this.movingSince ??= now;
    if (now - this.movingSince >= healthyAfterMs) this.reset();
  }

  reset(): void {
    this.tries = 0;
    this.movingSince = null;
  }
}
