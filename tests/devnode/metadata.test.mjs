// The synthetic metadata as polkadot-js reads it, under every option.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Metadata } from '@polkadot/types';
import { ready } from './lib/keys.mjs';
import { Runtime } from './lib/runtime.mjs';

await ready();
const v14 = (runtime) => new Metadata(runtime.registry, runtime.metadataHex).asV14;
const typeAt = (runtime, path) => v14(runtime).lookup.types.find(({ type }) => type.path.join('::') === path);
const dataVariants = (runtime) => typeAt(runtime, 'pallet_commitments::types::Data').type.def.asVariant.variants
  .map((v) => [v.index.toNumber(), v.name.toString()]);

describe('options', () => {
  test('Data has its 137 variants, and one more when asked', () => {
    const names = dataVariants(new Runtime());
    assert.equal(names.length, 137);
    assert.deepEqual([names[0], names[1], names[129], names[131], names[136]],
      [[0, 'None'], [1, 'Raw0'], [129, 'Raw128'], [131, 'Sha256'], [136, 'BigRaw']]);
    assert.deepEqual(dataVariants(new Runtime({ futureData: true })).at(-1), [137, 'TimelockRevealFailed']);
  });
  test('a subnet number is a u16 or a struct around one', () => {
    const argument = (runtime) => typeAt(runtime, 'pallet_commitments::pallet::Call')
      .type.def.asVariant.variants[0].fields[0].type;
    const plain = new Runtime(), composite = new Runtime({ netuid: 'composite' });
    assert.equal(v14(plain).lookup.types[argument(plain).toNumber()].type.def.isPrimitive, true);
    const netuid = typeAt(composite, 'subtensor_runtime_common::NetUid');
    assert.equal(argument(composite).toNumber(), netuid.id.toNumber());
    assert.equal(netuid.type.def.asComposite.fields.length, 1);
  });
  test('the epoch counter is there or not', () => {
    assert.equal(new Runtime().has('subtensorModule', 'subnetEpochIndex'), true);
    assert.equal(new Runtime({ epochIndex: false }).has('subtensorModule', 'subnetEpochIndex'), false);
  });
  test('thirteen extensions with their explicit and implicit types; ten in 2025; unknown ones', () => {
    const list = (options) => v14(new Runtime(options)).extrinsic.signedExtensions;
    const full = list({});
    assert.equal(full.length, 13);
    assert.equal(list({ extensionSet: '293' }).length, 10);
    const sized = full.filter((e) => new Runtime().registry.lookup.getTypeDef(e.additionalSigned).type !== 'Null')
      .map((e) => e.identifier.toString());
    assert.deepEqual(sized, ['CheckSpecVersion', 'CheckTxVersion', 'CheckGenesis', 'CheckMortality', 'CheckMetadataHash']);
    assert.equal(list({ unknownExtension: 'zero' }).at(-1).identifier.toString(), 'CheckSomethingNew');
    assert.equal(list({ unknownExtension: 'nonzero' }).at(-1).identifier.toString(), 'CheckTokenBinding');
  });
  test('constants', () => {
    const runtime = new Runtime({ specVersion: 459, slotMs: 250 });
    const constant = (pallet, name) => runtime.registry.metadata.pallets
      .find((p) => p.name.toString() === pallet).constants.find((c) => c.name.toString() === name);
    const number = (pallet, name) => Number(runtime.registry.createType('u64', constant(pallet, name).value.toU8a(true)));
    assert.equal(number('System', 'BlockHashCount'), 2400);
    assert.equal(number('System', 'SS58Prefix'), 42);
    assert.equal(number('Aura', 'SlotDuration'), 250);
    assert.equal(number('Timestamp', 'MinimumPeriod'), 125);
    assert.equal(number('Commitments', 'MaxFields'), 3);
    const version = constant('System', 'Version');
    const decoded = runtime.registry.createType(runtime.registry.createLookupType(version.type), version.value.toU8a(true));
    assert.deepEqual([decoded.specName.toString(), decoded.specVersion.toNumber()], ['node-subtensor', 459]);
  });
});
