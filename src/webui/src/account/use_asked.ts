// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../api';

// Does something, says what went wrong, and asks again.
export type Act = <T>(done: Promise<Answer<T>>) => Promise<Answer<T>>;

// What the server says, asked again when `about` changes and after everything that is done; null before the first answer.
export function useAsked<T>(fetch: () => Promise<Answer<T>>, about = '') {
  const [value, setValue] = useState<T | null>(null);
  const [fault, setFault] = useState('');
  const asked = useRef(0);
  const load = async () => {
    const mine = ++asked.current;
    const answer = await fetch();
    if (mine !== asked.current) return;
    if (answer.ok) setValue(answer.value);
    else setFault(answer.fault.text);
  };
  useEffect(() => {
    setValue(null);
    setFault('');
    void load();
  }, [about]);
  const act: Act = async (done) => {
    const answer = await done;
    setFault(answer.ok ? '' : answer.fault.text);
    await load();
    return answer;
  };
  return { value, fault, act };
}
