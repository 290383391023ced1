// What the chain starts with: subnets, and hotkeys registered on them.
import { publicKey } from './keys.mjs';
import { bool, u16, u64 } from './scale.mjs';

/** @param registrations ['13://Alice', '13:5Grw...'] ; uids are given in order. */
export function writeGenesis(runtime, state, { networks, registrations, tempo, startBlock }) {
  const put = (item, value, ...args) => state.put(runtime.key('subtensorModule', item, ...args), 0, value);
  const members = new Map(networks.map((netuid) => [netuid, []]));
  for (const entry of registrations) {
    const { netuid, who } = parseRegistration(entry);
    if (!members.has(netuid)) members.set(netuid, []);
    members.get(netuid).push(who);
  }
  for (const [netuid, accounts] of members) {
    put('networksAdded', bool(true), netuid);
    put('tempo', u16(tempo), netuid);
    put('subnetworkN', u16(accounts.length), netuid);
    if (runtime.has('subtensorModule', 'lastEpochBlock')) put('lastEpochBlock', u64(startBlock), netuid);
    accounts.forEach((who, uid) => {
      put('uids', u16(uid), netuid, who);
      put('keys', who, netuid, uid);
    });
  }
  return [...members.keys()];
}

export function parseRegistration(entry) {
  const [, netuid, account] = /^(\d+):(.+)$/.exec(entry) ?? [];
  if (account === undefined) throw new Error(`registration ${entry}: write NETUID:ACCOUNT, as 13://Alice`);
  return { netuid: Number(netuid), who: publicKey(account) };
}
