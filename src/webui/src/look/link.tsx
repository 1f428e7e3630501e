// SPDX-License-Identifier: MIT
import type { JSX } from 'preact';
import { useApp } from '../app_state';
import { pathOf, type Route } from '../routes';

type LinkProps = Omit<JSX.AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick'> & {
  readonly to: Omit<Route, 'tv'>;
  readonly onGo?: () => void;
  readonly [data: `data-${string}`]: string | boolean | number | undefined;
};

// A link, so that it can be opened in another tab; a plain click does not load the page anew.
export function Link({ to, onGo, ...rest }: LinkProps) {
  const { address, go } = useApp();
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
    onGo?.();
  };
  return <a href={pathOf(address(to))} onClick={open} {...rest} />;
}
