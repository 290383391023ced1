// One runtime version: its metadata, the polkadot-js registry that decodes against it, and storage keys by name.
import { expandMetadata, Metadata, StorageKey, TypeRegistry } from '@polkadot/types';
import { u8aToHex } from '@polkadot/util';
import { buildMetadata, METADATA_DEFAULTS, runtimeVersion } from '../metadata.mjs';
import { USER_EXTENSIONS } from './extensions.mjs';

export class Runtime {
  #decorated;

  /** @param options those of metadata.mjs */
  constructor(options = {}) {
    this.options = { ...METADATA_DEFAULTS, ...options };
    const { bytes, extensions } = buildMetadata(this.options);
    this.extensions = extensions;
    this.metadataHex = u8aToHex(bytes);
    this.registry = new TypeRegistry();
    const metadata = new Metadata(this.registry, bytes);
    this.registry.setMetadata(metadata, undefined, USER_EXTENSIONS);
    this.#decorated = expandMetadata(this.registry, metadata);
    this.version = runtimeVersion(this.options);
  }

  get specVersion() { return this.options.specVersion; }
  get transactionVersion() { return this.options.transactionVersion; }

  /** Storage key as hex, e.g. key('commitments', 'commitmentOf', 13, publicKey). */
  key(pallet, item, ...args) {
    const entry = this.#decorated.query[pallet]?.[item];
    if (!entry) throw new Error(`this runtime has no storage ${pallet}.${item}`);
    return new StorageKey(this.registry, args.length ? [entry, args] : entry).toHex();
  }

  has(pallet, item) { return Boolean(this.#decorated.query[pallet]?.[item]); }

  /** A storage value decoded by polkadot-js. */
  decode(pallet, item, data) {
    const { type } = this.#decorated.query[pallet][item].meta;
    const id = type.isPlain ? type.asPlain : type.asMap.value;
    return this.registry.createType(this.registry.createLookupType(id), data);
  }
}
