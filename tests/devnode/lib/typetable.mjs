// The portable type registry of V14 metadata: types are added once and named by number.
import { bytes, compact, concat, option, str, u8, u32, vec } from './scale.mjs';

const PRIMITIVES = ['Bool', 'Char', 'Str', 'U8', 'U16', 'U32', 'U64', 'U128', 'U256'];
const DEF = { composite: 0, variant: 1, sequence: 2, array: 3, tuple: 4, primitive: 5, compact: 6 };

const strings = (list) => vec(list.map(str));

const field = ({ name = null, type, typeName = null }) =>
  concat(option(name && str(name)), compact(type), option(typeName && str(typeName)), vec([]));

const encodeDef = {
  composite: (fields) => vec(fields.map(field)),
  variant: (variants) => vec(variants.map((v) =>
    concat(str(v.name), vec((v.fields ?? []).map(field)), u8(v.index), strings(v.docs ?? [])))),
  sequence: (type) => compact(type),
  array: ([length, type]) => concat(u32(length), compact(type)),
  tuple: (types) => vec(types.map(compact)),
  primitive: (name) => u8(PRIMITIVES.indexOf(name)),
  compact: (type) => compact(type),
};

/** Adds types and encodes them; equal types get the same number. */
export class TypeTable {
  #types = [];
  #numbers = new Map();

  /** @param path e.g. 'sp_core::crypto::AccountId32'; params: [[name, type|null]]. */
  add(kind, def, path = '', params = []) {
    const key = JSON.stringify([kind, def, path, params]);
    if (!this.#numbers.has(key)) {
      this.#numbers.set(key, this.#types.length);
      this.#types.push({ kind, def, path: path ? path.split('::') : [], params });
    }
    return this.#numbers.get(key);
  }

  primitive(name) {
    if (!PRIMITIVES.includes(name)) throw new Error(`no primitive type ${name}`);
    return this.add('primitive', name);
  }
  compact(type) { return this.add('compact', type); }
  sequence(type) { return this.add('sequence', type); }
  array(length, type) { return this.add('array', [length, type]); }
  tuple(...types) { return this.add('tuple', types); }

  /** @param fields {name: type} for a struct, or [type] for a tuple struct. */
  composite(path, fields, params = []) {
    return this.add('composite', toFields(fields), path, params);
  }

  /** @param variants [[index, name, fields?, docs?]] */
  variant(path, variants, params = []) {
    return this.add('variant', variants.map(([index, name, fields = [], docs = []]) =>
      ({ index, name, fields: toFields(fields), docs })), path, params);
  }

  encode() {
    return vec(this.#types.map(({ kind, def, path, params }, number) => concat(
      compact(number), strings(path),
      vec(params.map(([name, type]) => concat(str(name), option(type === null ? null : compact(type))))),
      u8(DEF[kind]), encodeDef[kind](def), vec([]))));
  }
}

function toFields(fields) {
  return Array.isArray(fields)
    ? fields.map((type) => ({ type }))
    : Object.entries(fields).map(([name, type]) => ({ name, type }));
}

const HASHERS = ['Blake2_128', 'Blake2_256', 'Blake2_128Concat', 'Twox128', 'Twox256', 'Twox64Concat', 'Identity'];

/** One storage entry. `key`/`hashers` are absent for a plain value; `fallback` given means ValueQuery. */
export function storageEntry({ name, hashers = [], key, value, fallback = null }) {
  const shape = hashers.length === 0
    ? concat(u8(0), compact(value))
    : concat(u8(1), vec(hashers.map((h) => u8(HASHERS.indexOf(h)))), compact(key), compact(value));
  return concat(str(name), u8(fallback === null ? 0 : 1), shape, bytes(fallback ?? u8(0)), vec([]));
}

/** One pallet; `calls`, `events`, `errors` are type numbers or undefined, constants [[name, type, bytes]]. */
export function palletEntry({ name, index, storage = null, calls, events, errors, constants = [] }) {
  const type = (t) => option(t === undefined ? null : compact(t));
  return concat(
    str(name),
    option(storage && concat(str(name), vec(storage.map(storageEntry)))),
    type(calls), type(events),
    vec(constants.map(([constant, t, value]) => concat(str(constant), compact(t), bytes(value), vec([])))),
    type(errors), u8(index));
}
