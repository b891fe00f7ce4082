/** The other views of a node: what it is made of, seen another way. */
import type { WindowCode } from '@sapwood/core/metrics';
import type { Lens } from '@sapwood/core/tree';
import type { JSX } from 'preact';
import type { Card } from '../model/card.ts';
import { plain, valueParts } from '../model/format.ts';
import { lensLines, weightIn } from '../model/lenses.ts';
import { capitalised, ownName } from '../model/names.ts';
import type { Store } from '../store.ts';
import { Value } from './value.tsx';

export interface LensesProps {
  readonly store: Store;
  readonly lenses: readonly Lens[];
  readonly window: WindowCode;
  readonly cardAt: (key: string) => Card;
}

export function Lenses({ store, lenses, window, cardAt }: LensesProps): JSX.Element {
  const weightOf = (key: string): number | null => weightIn(store.series(key).value, window);
  return (
    <>
      {lenses.map((lens) => (
        <section key={lens.name} class="lens" aria-label={`Seen by ${lens.name}`}>
          <h3>{capitalised(lens.name)}</h3>
          <dl>
            {lensLines(lens, store.keys.value, weightOf).map(({ key, operator, share }) => (
              <div key={key}>
                <dt>
                  {operator} {ownName(store.names.value, key)}
                </dt>
                <dd>
                  {share === null ? '' : `${plain(valueParts(share, 'ppm', ''))} × `}
                  <Value card={cardAt(key)} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}
