/** A method of types.thrift that returns its argument, and the result where it differs. */
interface TypeCase {
  readonly title: string;
  readonly method: string;
  readonly it: unknown;
  readonly back?: unknown;
}

const point = (x: number, y = 0, label = 'shared'): object => ({ x, y, label });
const uuid = '00112233-4455-6677-8899-aabbccddeeff';
const leastI64 = -(2n ** 63n);
const greatestI64 = 2n ** 63n - 1n;

const tree = (depth: number): object =>
  depth === 0 ? { name: 'leaf' } : { name: String(depth), left: tree(depth - 1) };

/** The value of an unset field with a default; an optional field without one stays unset. */
const defaults = {
  given: 4,
  plainGiven: 2,
  colour: 7,
  numbers: [1, 2, 3, 4],
  point: point(0, -1.5),
  points: new Map([
    ['origin', point(0, -1.5)],
    ['far', point(1e300, 2, 'away')],
  ]),
  names: new Set(['a', 'shared']),
  big: greatestI64,
  real: 3,
  flag: true,
  blob: Buffer.from('bytes'),
};

const zeros = {
  needed: 0,
  given: 0,
  plain: 0,
  numbers: [],
  names: new Set(),
  big: 0n,
  real: 0,
  flag: false,
  neededGiven: '',
};

const everything = {
  flag: false,
  tiny: -128,
  alsoTiny: 127,
  small: -32_768,
  number: 2_147_483_647,
  big: leastI64,
  real: 1e-300,
  text: 'zero\0, 𝄞',
  blob: Buffer.of(0, 255, 128),
  colour: 2,
  point: point(1, 2, 'here'),
  choice: { text: 'one' },
  failure: { code: 1, message: 'carried, not thrown', details: [] },
  nothing: {},
  last: 'id 32767',
};

const containers = {
  flags: [true, false, true],
  bytes: [-128, 0, 127],
  bigs: [greatestI64, leastI64, 2n ** 53n + 1n, -1n, 0n],
  blobs: [Buffer.alloc(0), Buffer.of(1), Buffer.of(1, 2)],
  points: new Set([point(1), point(2)]),
  texts: new Set(['', 'a']),
  byFlag: new Map([
    [true, 1],
    [false, -1],
  ]),
};

const nested = {
  deep: new Map([[leastI64, new Map([0.25, 0.5].map((real) => [real, new Set([1])]))]]),
  table: [[['a', 'b'], ['c']], [['d']]],
  mixed: [new Map([['a', [point(1), point(2)]]]), new Map()],
};

const hollow: object = Object.fromEntries(
  Object.entries({ ...containers, ...nested }).map(([name, value]): [string, unknown] => {
    if (Array.isArray(value)) return [name, []];
    return [name, value instanceof Set ? new Set() : new Map()];
  }),
);

/** Values of every type, and for every rule about unset fields. */
export const typeCases: readonly TypeCase[] = [
  { title: 'every type', method: 'everything', it: everything },
  { title: 'nothing set', method: 'everything', it: {} },
  { title: 'null as not set', method: 'everything', it: { text: null, number: 1 }, back: { number: 1 } },
  { title: 'an enum value without a name', method: 'everything', it: { colour: 4_711 } },
  { title: 'a UUID', method: 'everything', it: { id: uuid } },
  { title: 'a UUID in capitals', method: 'everything', it: { id: uuid.toUpperCase() }, back: { id: uuid } },
  { title: 'containers of everything', method: 'containers', it: containers },
  { title: 'containers in containers', method: 'containers', it: nested },
  { title: 'numbers', method: 'containers', it: { reals: [0, 1, 5e-324, -Number.MAX_VALUE, 0.1] } },
  { title: 'enums as keys', method: 'containers', it: { byColour: new Map([[7, true]]) } },
  { title: 'a map by enum in a field', method: 'everything', it: { palette: new Map([[1, [1n, -1n]]]) } },
  { title: 'structs as keys', method: 'containers', it: { byPoint: new Map([[point(1), ['one', 'two']]]) } },
  { title: 'lists as keys', method: 'containers', it: { byList: new Map([[[1, 2], 3]]) } },
  { title: 'lists in a set', method: 'containers', it: { lists: new Set([[3], [1, 2]]) } },
  {
    title: 'UUIDs in containers',
    method: 'containers',
    it: { ids: [uuid, uuid], byId: new Map([[uuid, Buffer.from('x')]]) },
  },
  { title: 'empty lists among lists', method: 'containers', it: { table: [[], [[]], [['a', 'b'], []]] } },
  { title: 'minus zero', method: 'containers', it: { reals: [-0, 0] } },
  { title: 'NaN and infinities', method: 'containers', it: { reals: [NaN, Infinity, -Infinity] } },
  {
    title: 'NaN as a key',
    method: 'containers',
    it: { deep: new Map([[0n, new Map([[NaN, new Set([1])]])]]) },
  },
  { title: 'empty containers', method: 'containers', it: hollow },
  {
    title: 'defaults where nothing is set that need not be',
    method: 'defaults',
    it: { needed: 1, neededGiven: 'given' },
    back: { ...defaults, needed: 1, neededGiven: 'given' },
  },
  {
    title: 'a default that is overruled by its own type’s zero',
    method: 'defaults',
    it: zeros,
    back: { ...defaults, ...zeros },
  },
  { title: 'a struct within itself, 40 deep', method: 'tree', it: tree(40) },
  {
    title: 'a struct within itself through containers',
    method: 'tree',
    it: { name: 'root', children: [tree(1), tree(2)], named: new Map([['a', tree(0)]]) },
  },
  { title: 'a union by its scalar', method: 'choice', it: { number: -1 } },
  { title: 'a union by its struct', method: 'choice', it: { point: point(1) } },
  { title: 'a union of unions', method: 'choice', it: { choices: [{ text: '' }, { choices: [] }] } },
  { title: 'a struct without fields', method: 'nothing', it: {} },
  { title: 'a typedef of a typedef of an included one', method: 'palette', it: new Map([[7, [greatestI64]]]) },
];
