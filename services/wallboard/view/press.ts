/** What makes a card openable by pointer and by keyboard; nothing where it is not. */
export function pressable(open: (() => void) | null): Record<string, unknown> {
  if (!open) return {};
  return {
    role: 'button',
    tabIndex: 0,
    onClick: open,
    onKeyDown: (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      open();
    },
  };
}
