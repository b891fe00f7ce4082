/** `sapwood config print`: every value in force, and where it came from. Secrets stay hidden. */
import type { Origin } from './layers.ts';
import { isSecret } from './leaves.ts';
import type { LoadedConfig } from './load.ts';

const HIDDEN = '(hidden)';

export interface PrintedSetting {
  readonly path: string;
  readonly value: unknown;
  readonly origin: string;
}

export function printedSettings({ config, origins, file }: LoadedConfig): PrintedSetting[] {
  const settings: PrintedSetting[] = [];
  const visit = (value: unknown, path: readonly string[]): void => {
    if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
      return;
    }
    const dotted = path.join('.');
    const shown = isSecret(dotted) && value !== null ? HIDDEN : value;
    settings.push({ path: dotted, value: shown, origin: originText(dotted, origins, file) });
  };
  visit(config, []);
  return settings;
}

export function printConfig(loaded: LoadedConfig): string {
  return printedSettings(loaded)
    .map(({ path, value, origin }) => `${path} = ${JSON.stringify(value)}  # ${origin}\n`)
    .join('');
}

/** A secret's value has its file's origin. */
function originText(
  path: string,
  origins: ReadonlyMap<string, Origin>,
  file: string | null,
): string {
  const listed = path.replace(/\.\d+$/, '');
  const origin = origins.get(path) ?? origins.get(`${path}File`) ?? origins.get(listed);
  if (origin === undefined) return isSecret(path) ? `${file ?? 'file'}, secret file` : 'default';
  const words: Record<Origin['kind'], string> = {
    default: 'default',
    file: file ?? 'file',
    env: origin.kind === 'env' ? origin.variable : '',
    flag: 'flag',
  };
  return words[origin.kind];
}
