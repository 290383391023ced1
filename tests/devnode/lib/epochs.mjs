// When a subnet's epoch turns, which is when the commitment budget starts anew.
import { readUint, u64 } from './scale.mjs';

const read = (runtime, state, item, netuid, width, absent) => {
  const value = state.get(runtime.key('subtensorModule', item, netuid));
  return value === null ? absent : readUint(value, width);
};

export const tempo = (runtime, state, netuid) => read(runtime, state, 'tempo', netuid, 2, 360n);

/** Epoch number that budgets are kept under: the counter, or block arithmetic on older runtimes. */
export function epochIndex(runtime, state, netuid, block) {
  if (runtime.has('subtensorModule', 'subnetEpochIndex')) {
    return read(runtime, state, 'subnetEpochIndex', netuid, 8, 0n);
  }
  return (BigInt(block) + BigInt(netuid) + 1n) / (tempo(runtime, state, netuid) + 1n);
}

/**
 * The subnet's part of on_initialize, so before the block's extrinsics. With the counter: an epoch runs once
 * `tempo` blocks passed since LastEpochBlock, or at PendingEpochAt; without: at (block + netuid + 1) % (tempo + 1) == 0.
 */
export function stepEpoch(runtime, overlay, netuid, block) {
  const set = (item, n) => overlay.set(runtime.key('subtensorModule', item, netuid), u64(n));
  const get = (item) => read(runtime, overlay, item, netuid, 8, 0n);
  const length = tempo(runtime, overlay, netuid), now = BigInt(block);
  const counter = runtime.has('subtensorModule', 'subnetEpochIndex');
  const since = get('blocksSinceLastStep') + 1n;
  if (length === 0n || !isDue()) {
    set('blocksSinceLastStep', counter && since > length + 1n ? length + 1n : since);
    return;
  }
  set('blocksSinceLastStep', 0n);
  if (!counter) return set('lastMechansimStepBlock', now); // misspelt on chain
  set('lastEpochBlock', now);
  set('pendingEpochAt', 0n);
  set('subnetEpochIndex', get('subnetEpochIndex') + 1n);

  function isDue() {
    if (!counter) return (now + BigInt(netuid) + 1n) % (length + 1n) === 0n;
    const pending = get('pendingEpochAt');
    return (pending > 0n && now >= pending) || since > length || now - get('lastEpochBlock') >= length;
  }
}
