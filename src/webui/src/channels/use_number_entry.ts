// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { strings } from '../strings';
import { byNumber, isComplete } from './tuning';

const waitForDigitMs = 1_500;
const tellMs = 1_500;

// Digits typed one after the other tune to the channel of that number, as on every television.
export function useNumberEntry() {
  const app = useApp();
  const [shown, setShown] = useState('');
  const digits = useRef('');
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);

  const tune = () => {
    const channel = byNumber(app.lineup.channels.value ?? [], digits.current);
    if (channel) {
      app.watch(channel.id);
      setShown('');
    } else {
      setShown(strings.channels.noNumber(digits.current));
      timer.current = window.setTimeout(() => setShown(''), tellMs);
    }
    digits.current = '';
  };

  const type = (digit: string) => {
    clearTimeout(timer.current);
    digits.current += digit;
    setShown(digits.current);
    const wait = isComplete(app.lineup.channels.value ?? [], digits.current) ? 400 : waitForDigitMs;
    timer.current = window.setTimeout(tune, wait);
  };
  return { shown, type };
}
