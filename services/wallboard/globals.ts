/** Two globals that came after Chrome 69 and that libraries take for granted. Imported first. */
const page = window as unknown as Record<string, unknown>;
page['globalThis'] ??= window;
page['queueMicrotask'] ??= (task: () => void): void => {
  void Promise.resolve().then(task);
};
