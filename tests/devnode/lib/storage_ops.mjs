// Control operations that write storage: limits, registrations, other writers' commitments, anything by key.
import { registration } from './commitments.mjs';
import { encodeInfo } from './fields.mjs';
import { publicKey } from './keys.mjs';
import { bool, bytes, concat, fromHex, u16, u32, u64, vec } from './scale.mjs';
import { account } from './validity.mjs';

const SUBNET_PREFIX_HEX = 2 + 2 * (16 + 16 + 2); // pallet, item, netuid by Identity

/** Storage items `set` knows: [pallet, item, arguments, encoder of the operation]. */
const ITEMS = {
  MaxSpace: ['commitments', 'maxSpace', [], ({ value }) => u32(value)],
  UsedSpaceOf: ['commitments', 'usedSpaceOf', ['netuid', 'who'],
    ({ value }) => concat(u64(value.lastEpoch), u64(value.usedSpace))],
  LastCommitment: ['commitments', 'lastCommitment', ['netuid', 'who'], ({ value }) => u32(value)],
  RevealedCommitments: ['commitments', 'revealedCommitments', ['netuid', 'who'],
    ({ value }) => vec(value.map(([text, block]) => concat(bytes(Buffer.from(text)), u64(block))))],
  Uids: ['subtensorModule', 'uids', ['netuid', 'who'], ({ value }) => u16(value)],
  Tempo: ['subtensorModule', 'tempo', ['netuid'], ({ value }) => u16(value)],
  NetworksAdded: ['subtensorModule', 'networksAdded', ['netuid'], ({ value }) => bool(value)],
  SubnetEpochIndex: ['subtensorModule', 'subnetEpochIndex', ['netuid'], ({ value }) => u64(value)],
  LastEpochBlock: ['subtensorModule', 'lastEpochBlock', ['netuid'], ({ value }) => u64(value)],
  PendingEpochAt: ['subtensorModule', 'pendingEpochAt', ['netuid'], ({ value }) => u64(value)],
};

const argument = (op, name) => {
  if (op[name] === undefined) throw new Error(`${op.op} ${op.item ?? ''}: ${name} is missing`);
  return name === 'who' ? publicKey(op.who) : op[name];
};

/** {item, netuid, who, value, when}: value null removes. */
export function set(chain, op) {
  const entry = ITEMS[op.item];
  if (!entry) throw new Error(`set: no item ${op.item}; one of ${Object.keys(ITEMS).join(', ')}`);
  const [pallet, item, args, encode] = entry;
  if (op.value === undefined) throw new Error(`set ${op.item}: value is missing`);
  const key = chain.runtime().key(pallet, item, ...args.map((name) => argument(op, name)));
  chain.write([[key, op.value === null ? null : encode(op)]], op.when);
  if (op.item === 'NetworksAdded' && op.value && !chain.networks.includes(op.netuid)) chain.networks.push(op.netuid);
  return { key };
}

/** {key, value: hex or null, when} */
export function storage(chain, { key, value, when }) {
  fromHex(key, 'key');
  chain.write([[key.toLowerCase(), value === null ? null : fromHex(value)]], when);
  return {};
}

/**
 * Another writer's commitment: {netuid, who, fields} or {info: hex} or {value: hex of the whole Registration} or
 * {value: null}; block defaults to the best one. With when 'next' it is written inside the next block and bears its number.
 */
export function commitment(chain, op) {
  const runtime = chain.runtime();
  const args = [argument(op, 'netuid'), argument(op, 'who')];
  const of = runtime.key('commitments', 'commitmentOf', ...args);
  const last = runtime.key('commitments', 'lastCommitment', ...args);
  if (op.value === null) return chain.write([[of, null], [last, null]], op.when), { key: of };
  const entries = (number) => [
    [of, op.value ? fromHex(op.value) : registration(op.info ? fromHex(op.info) : encodeInfo(op.fields ?? []),
      number, op.deposit)],
    [last, u32(number)],
  ];
  if (op.when === 'next') {
    chain.editNext((overlay, number) => entries(op.block ?? number).forEach(([k, v]) => overlay.set(k, v)));
  } else {
    chain.write(entries(op.block ?? chain.best.number));
  }
  return { key: of };
}

/** {who, free, nonce}: an account's balance in rao and nonce; what is left out stays. */
export function setAccount(chain, op) {
  const who = argument(op, 'who'), runtime = chain.runtime();
  const now = account(runtime, chain.state, who);
  const rest = now.value ?? new Uint8Array(56);
  const value = concat(u32(op.nonce ?? now.nonce), rest.subarray(4, 16), u64(op.free ?? now.free), rest.subarray(24));
  chain.write([[runtime.key('system', 'account', who), value]], op.when);
  return {};
}

/** {netuid}: the subnet goes, with its registrations and commitments (purge_netuid). */
export function dissolve(chain, op) {
  const runtime = chain.runtime(), netuid = argument(op, 'netuid'), nobody = new Uint8Array(32);
  const items = ['commitmentOf', 'lastCommitment', 'usedSpaceOf', 'revealedCommitments'].map((i) => ['commitments', i]);
  const prefixes = [...items, ['subtensorModule', 'uids']]
    .map(([pallet, item]) => runtime.key(pallet, item, netuid, nobody).slice(0, SUBNET_PREFIX_HEX));
  const keys = prefixes.flatMap((prefix) => chain.state.keys(prefix));
  chain.write([...keys, runtime.key('subtensorModule', 'networksAdded', netuid)].map((key) => [key, null]), op.when);
  chain.networks = chain.networks.filter((n) => n !== netuid);
  return { removed: keys.length };
}
