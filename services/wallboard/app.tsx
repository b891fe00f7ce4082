/** The stage: header, the page of the moment, the strip, and what takes it over. */

import type { WindowCode } from '@sapwood/core/metrics';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { hourText } from './model/format.ts';
import { type Geometry, geometryOf } from './model/geometry.ts';
import { itemsOf } from './model/layout.ts';
import { memoLast } from './model/memo.ts';
import { capitalised } from './model/names.ts';
import type { Params } from './model/params.ts';
import { type Choice, chooseWindow, usualName, WINDOW_NAMES } from './model/windows.ts';
import { tilesFor, usePage } from './pages.ts';
import type { Store } from './store.ts';
import type { Details } from './view/details.tsx';
import { planFor } from './view/fit.ts';
import { Header } from './view/header.tsx';
import { TreeList } from './view/list.tsx';
import { NoticeForm } from './view/notice-form.tsx';
import { Pairing } from './view/pairing.tsx';
import { Strip } from './view/strip.tsx';
import { TakeoverView } from './view/takeover.tsx';
import { TilesPage } from './view/tiles-page.tsx';
import { TreePage } from './view/tree-page.tsx';

const HOUR_MS = 3_600_000;
const DETAILS_PX = 380;
/** The desk's details stand beside the tree, not on it. */
const lastBeside = memoLast(
  (screen: Geometry, beside: boolean): Geometry =>
    beside ? { ...screen, widthPx: screen.widthPx - DETAILS_PX } : screen,
);
const lastPlan = memoLast(planFor);
const lastItems = memoLast(itemsOf);

interface AppProps {
  readonly store: Store;
  readonly params: Params;
  readonly desk: boolean;
}

function useGeometry(params: Params, desk: boolean): Geometry {
  const read = (): Geometry =>
    geometryOf(
      {
        widthPx: window.innerWidth,
        heightPx: window.innerHeight,
        distanceM: params.distanceM,
        diagonalIn: params.diagonalIn,
      },
      desk,
    );
  const [geometry, setGeometry] = useState(read);
  useEffect(() => {
    const onResize = (): void => setGeometry(read());
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return geometry;
}

/** Window choices, held within the hour. */
function useWindows(store: Store): (key: string) => Choice {
  const held = useRef(new Map<string, Choice>());
  return (key) => {
    const hour = Math.floor(store.clock.value / HOUR_MS);
    const choice = chooseWindow(store.series(key).value, hour, held.current.get(key) ?? null);
    held.current.set(key, choice);
    return choice;
  };
}

/** A few px along a slow curve, a step each minute, so that no edge burns in. */
function drift(clock: number, on: boolean): { transform: string } | undefined {
  if (!on) return undefined;
  const minute = Math.floor(clock / 60_000);
  const x = 3 + 3 * Math.sin(minute * 0.37);
  const y = 3 + 3 * Math.sin(minute * 0.53);
  return { transform: `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)` };
}

function Empty(props: { readonly store: Store }): JSX.Element {
  const blind = props.store.blindSince.value !== null;
  return (
    <section class="empty">
      <h1>{blind ? 'Waiting for the gateway' : 'No values yet'}</h1>
      <p>
        {blind
          ? 'This page shows the tree as soon as it answers.'
          : 'The first webhook, poll or simulated event fills this screen.'}
      </p>
    </section>
  );
}

/** A script of its own, fetched before anybody opens a number: a wall never does. */
function useDetails(wanted: boolean): typeof Details | null {
  const [view, setView] = useState<{ readonly Details: typeof Details } | null>(null);
  useEffect(() => {
    // Refused, as by a gateway of another build: the page is about to be loaded anew.
    if (wanted) import('./view/details.tsx').then(setView, () => undefined);
  }, [wanted]);
  return view?.Details ?? null;
}

export function App(props: AppProps): JSX.Element {
  const { store, params, desk } = props;
  const screen = useGeometry(params, desk);
  const windowOf = useWindows(store);
  const [opened, setOpened] = useState<string | null>(null);
  const open = screen.mode === 'wall' ? null : setOpened;
  const DetailsOf = useDetails(open !== null);
  const geometry = lastBeside(screen, opened !== null && screen.mode === 'desk');
  const names = store.names.value;
  const board = params.board ?? (store.audience.value === 'floor' ? 'floor' : 'lead');
  const treeWindow = windowOf(names.tree?.roots[0] ?? 'conversation-volume').window;
  const className = `stage mode-${geometry.mode}`;
  const stageStyle = {
    '--l': `${geometry.labelPx}px`,
    '--columns': geometry.tileColumns,
    ...(geometry.mode === 'desk' ? { width: `${geometry.widthPx}px` } : {}),
    ...drift(store.clock.value, geometry.mode === 'wall' && params.burnin),
  };
  if (store.unpaired.value) return <Pairing onPaired={() => window.location.reload()} />;
  const shared = { store, params, geometry, windowOf, treeWindow, board } as const;
  return (
    <div style={{ '--l': `${geometry.labelPx}px` }}>
      <main class={className} style={stageStyle}>
        {names.tree === null && store.keys.value.length === 0 ? (
          <>
            <Header store={store} geometry={geometry} title="Sapwood" notes={[]} />
            <Empty store={store} />
          </>
        ) : geometry.mode === 'wall' ? (
          <Wall {...shared} />
        ) : (
          <Scroll {...shared} onOpen={open} />
        )}
        {opened !== null && DetailsOf && (
          <DetailsOf
            store={store}
            seriesKey={opened}
            window={treeWindow}
            onClose={() => setOpened(null)}
          />
        )}
      </main>
      <Strip store={store} geometry={geometry} />
      <TakeoverView store={store} />
    </div>
  );
}

interface BoardProps {
  readonly store: Store;
  readonly params: Params;
  readonly geometry: Geometry;
  readonly windowOf: (key: string) => Choice;
  readonly treeWindow: WindowCode;
  readonly board: 'floor' | 'lead';
}

function boardTitle(board: 'floor' | 'lead'): string {
  return board === 'floor' ? 'Support floor' : 'Support and cost';
}

/** "Cost tree" by the file's name for it; a floor board names no tree of which it shows a part. */
function treeTitle(store: Store, board: 'floor' | 'lead'): string {
  const id = store.names.value.tree?.id ?? '';
  return board === 'floor' || id === '' ? 'Support tree' : `${capitalised(id)} tree`;
}

/** What a change is told against: counts where it can be by what is usual, all else by the window before. */
function referenceText(store: Store, window: WindowCode): string {
  const before = `the ${WINDOW_NAMES[window]} before`;
  const usual = window === '24h' ? usualName(window) : `usual ${hourText(store.clock.value)}`;
  const volume = store.series('conversation-volume').value;
  const isUsual = volume?.cells.some((cell) => cell.window === window && cell.vsHow !== null);
  return isUsual ? `against the ${usual} or ${before}` : `against ${before}`;
}

function Wall(props: BoardProps): JSX.Element | null {
  const { store, geometry, board } = props;
  const plan = lastPlan(store.names.value, geometry, store.currency.value);
  const page = usePage({ ...props, plan });
  if (!page) return null;
  const { treeWindow } = props;
  const notes =
    page.kind === 'tree'
      ? [`last ${WINDOW_NAMES[treeWindow]}`, referenceText(store, treeWindow)]
      : [];
  const badNotes =
    props.params.bad.length > 0 ? [`not understood: ${props.params.bad.join(', ')}`] : [];
  return (
    <>
      <Header
        store={store}
        geometry={geometry}
        title={page.kind === 'tree' ? treeTitle(store, board) : boardTitle('floor')}
        notes={[...badNotes, ...notes]}
      />
      {page.kind === 'tiles' ? (
        <TilesPage
          store={store}
          tiles={page.tiles}
          geometry={geometry}
          windowOf={props.windowOf}
          onOpen={null}
        />
      ) : (
        <TreePage
          store={store}
          root={page.root}
          plan={plan}
          geometry={geometry}
          window={props.treeWindow}
          title={boardTitle(board)}
          onOpen={null}
        />
      )}
    </>
  );
}

function Scroll(
  props: BoardProps & { readonly onOpen: ((key: string) => void) | null },
): JSX.Element {
  const { store, geometry } = props;
  return (
    <>
      <Header
        store={store}
        geometry={geometry}
        title={boardTitle(props.board)}
        notes={[`last ${WINDOW_NAMES[props.treeWindow]}`]}
      />
      <TilesPage
        store={store}
        tiles={tilesFor(store)}
        geometry={geometry}
        windowOf={props.windowOf}
        onOpen={props.onOpen}
      />
      {geometry.mode === 'desk' ? (
        <>
          <DeskTree {...props} />
          <NoticeForm />
        </>
      ) : (
        <TreeList store={store} window={props.treeWindow} onOpen={props.onOpen} />
      )}
    </>
  );
}

function DeskTree(
  props: BoardProps & { readonly onOpen: ((key: string) => void) | null },
): JSX.Element | null {
  const { store, geometry } = props;
  const names = store.names.value;
  const plan = lastPlan(names, geometry, store.currency.value);
  const root = names.tree && lastItems(names.tree, plan.length);
  if (!root) return null;
  return (
    <TreePage
      store={store}
      root={root}
      plan={plan}
      geometry={geometry}
      window={props.treeWindow}
      title={boardTitle(props.board)}
      onOpen={props.onOpen}
    />
  );
}
