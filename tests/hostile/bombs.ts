/** Avro bodies that are right up to an array or a map, and then promise a block that is not there. */

export type Schema =
  | string
  | readonly Schema[]
  | {
      readonly type: Schema;
      readonly name?: string;
      readonly fields?: readonly { readonly name: string; readonly type: Schema }[];
      readonly items?: Schema;
      readonly values?: Schema;
      readonly size?: number;
      readonly symbols?: readonly string[];
    };

export interface Bomb {
  /** Path of the array or map, and the count. */
  readonly place: string;
  readonly body: Buffer;
}

const COUNTS = [1_000n, 1_000_000n, 20_000_000n, 2n ** 31n, 2n ** 40n, 2n ** 53n];

/** Avro's long: zigzag, seven bits a byte. */
function long(value: bigint): number[] {
  let rest = value < 0n ? -value * 2n - 1n : value * 2n;
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

const PLAIN: Readonly<Record<string, readonly number[]>> = {
  ...{ null: [], boolean: [0], int: [2], long: [2], string: [2, 0x61], bytes: [0] },
  ...{ float: [0, 0, 0, 0], double: [0, 0, 0, 0, 0, 0, 0, 0] },
};

interface Walk {
  readonly out: number[];
  readonly bombs: Bomb[];
  readonly named: Map<string, Schema>;
}

function promise({ out, bombs }: Walk, place: string): void {
  for (const count of COUNTS) {
    for (const size of [[], long(2n)]) {
      // A negative count is followed by the block's size in bytes.
      const head = long(size.length > 0 ? -count : count);
      const name = `${place} ${size.length > 0 ? '-' : ''}${count}`;
      bombs.push({ place: name, body: Buffer.from([...out, ...head, ...size]) });
    }
  }
}

/** Writes the least value of a type, and notes a bomb at each array and map on the way. */
function write(schema: Schema, place: string, walk: Walk): void {
  const { out, named } = walk;
  if (typeof schema === 'string') {
    const known = named.get(schema);
    if (known) write(known, place, walk);
    else out.push(...(PLAIN[schema] ?? []));
    return;
  }
  if ('length' in schema) {
    const last = schema.length - 1;
    out.push(...long(BigInt(last)));
    write(schema[last]!, place, walk);
    return;
  }
  const { type, fields, items, values, size, name } = schema as Exclude<
    Schema,
    string | readonly Schema[]
  >;
  if (name) named.set(name, schema);
  if (type === 'record') {
    for (const field of fields!) write(field.type, `${place}/${field.name}`, walk);
  } else if (type === 'array' || type === 'map') {
    promise(walk, place);
    // One item, so that what lies inside of it is reached too.
    out.push(...long(1n));
    if (type === 'map') out.push(...PLAIN['string']!);
    write((items ?? values)!, `${place}[]`, walk);
    out.push(0);
  } else if (type === 'fixed') out.push(...Array<number>(size!).fill(0));
  else if (type === 'enum') out.push(0);
  else write(type, place, walk);
}

/** The bombs of one schema. */
export function bombs(schema: Schema): readonly Bomb[] {
  const walk: Walk = { out: [], bombs: [], named: new Map() };
  write(schema, '', walk);
  return walk.bombs;
}
