// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { strings } from '../strings';

// What is told this once, ready to be taken along.
export function Secret({ label, text, testId }: { label: string; text: string; testId: string }) {
  const [copied, setCopied] = useState('');
  const copy = () => navigator.clipboard?.writeText(text).then(() => setCopied(text), () => undefined); // else it can be selected
  return (
    <div class="settings-secret" role="status">
      <span>{label}</span>
      <code data-testid={testId}>{text}</code>
      <button type="button" class="button" onClick={() => void copy()}>
        {copied === text ? strings.account.copied : strings.account.copy}
      </button>
    </div>
  );
}
