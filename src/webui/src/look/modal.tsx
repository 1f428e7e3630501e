// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { strings } from '../strings';
import { Icon } from './icons';

interface ModalProps {
  readonly open: boolean;
  readonly title: string;
  readonly class: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

// The browser's own dialog: it keeps the focus inside, gives it back afterwards and closes with Escape.
export function Modal({ open, title, class: name, onClose, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  return (
    <dialog
      class={`dialog ${name}`}
      ref={dialog}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      {open && (
        <div class="dialog-body">
          <button type="button" class="control dialog-close" aria-label={strings.account.close} onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
          {children}
        </div>
      )}
    </dialog>
  );
}
