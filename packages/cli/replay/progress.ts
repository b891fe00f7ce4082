/** A progress bar on a terminal; silence elsewhere. */
const WIDTH = 40;

export interface ProgressBar {
  show(done: number): void;
  end(): void;
}

export function progressBar(total: number): ProgressBar {
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} };
  let shown = -1;
  return {
    show(done) {
      const percent = Math.floor((100 * done) / total);
      if (percent === shown) return;
      shown = percent;
      const full = Math.floor((WIDTH * done) / total);
      const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
      process.stderr.write(`\r${bar} ${percent} %  ${done} of ${total}`);
    },
    end: () => void process.stderr.write('\n'),
  };
}
