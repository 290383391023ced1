// The node against vectors made elsewhere with polkadot-js and genuine runtimes (../chain/data/vectors.json).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { u8aToHex } from '@polkadot/util';
import { blake2AsHex, decodeAddress, xxhashAsHex } from '@polkadot/util-crypto';
import { registration } from './lib/commitments.mjs';
import { encodeInfo } from './lib/fields.mjs';
import { checkSignature, decodeExtrinsic, eraBirth, eraDeath, signingPayload } from './lib/extrinsic.mjs';
import { address, canonicalSecret, pairFromSeed, publicKey, ready, verify } from './lib/keys.mjs';
import { Runtime } from './lib/runtime.mjs';
import { compact } from './lib/scale.mjs';
import { bytes, vectors } from './harness.mjs';

await ready();
const runtimes = Object.entries(vectors.runtimes).map(([name, v]) => ({ name, v, runtime: new Runtime({
  specVersion: v.spec_version, extensionSet: v.signed_extensions.length === 10 ? '293' : 'current' }) }));
const alice = bytes(vectors.keys[0].public_key);

describe('keys', () => {
  test('public keys and both secret forms follow from the seed', () => {
    for (const key of vectors.keys) {
      const pair = pairFromSeed(bytes(key.mini_secret));
      assert.equal(u8aToHex(pair.publicKey), key.public_key, key.name);
      assert.equal(u8aToHex(pair.secretKey), key.secret_ed25519_form, key.name);
      assert.equal(u8aToHex(canonicalSecret(pair.secretKey)), key.secret_canonical_form, key.name);
      assert.equal(address(pair.publicKey), key.ss58_42, key.name);
    }
  });
  test('hard, soft and numeric junctions derive', () => {
    for (const d of vectors.derivations) assert.equal(u8aToHex(publicKey(d.suri_suffix)), d.public_key, d.suri_suffix);
  });
  test('SS58 both ways, a wrong checksum refused', () => {
    for (const [key, ss58] of vectors.ss58.checks) {
      assert.equal(address(bytes(key)), ss58);
      assert.equal(u8aToHex(decodeAddress(ss58)), key);
    }
    assert.throws(() => decodeAddress(vectors.ss58.bad_checksum), /checksum/);
  });
  test('signatures verify; tampered ones and ones without the schnorrkel bit do not', () => {
    for (const engine of ['polkadot', 'schnorrkel']) {
      for (const s of vectors.sr25519_verify) {
        const [message, signature, key] = [bytes(s.message), bytes(s.signature), bytes(s.public_key)];
        assert.equal(verify('sr25519', message, signature, key, engine), true);
        assert.equal(verify('sr25519', message, bytes(s.tampered_signature), key, engine), false);
        signature[63] &= 0x7f;
        assert.equal(verify('sr25519', message, signature, key, engine), false);
      }
    }
  });
});

describe('encodings', () => {
  test('hashes', () => {
    for (const [text, hash] of Object.entries(vectors.hashing.twox128)) assert.equal(xxhashAsHex(text, 128), hash);
    assert.equal(blake2AsHex('abc', 256), vectors.hashing.blake2_256_abc);
  });
  test('compact integers', () => {
    for (const { n, scale } of vectors.compact) assert.equal(u8aToHex(compact(n)), scale);
  });
  test('era birth and death', () => {
    const { registry } = runtimes[0].runtime;
    for (const e of vectors.eras) {
      const era = registry.createType('ExtrinsicEra', bytes(e.hex));
      assert.equal(era.asMortalEra.period.toNumber(), e.effective_period);
      assert.equal(eraBirth(era, e.current), e.birth);
      assert.equal(eraDeath(era, e.current), e.death);
    }
  });
});

for (const { name, v, runtime } of runtimes) {
  describe(`as ${name}`, () => {
    test('storage keys', () => {
      const keys = {
        'Commitments.CommitmentOf(13,//Alice)': ['commitments', 'commitmentOf', 13, alice],
        'Commitments.LastCommitment(13,//Alice)': ['commitments', 'lastCommitment', 13, alice],
        'Commitments.UsedSpaceOf(13,//Alice)': ['commitments', 'usedSpaceOf', 13, alice],
        'Commitments.MaxSpace': ['commitments', 'maxSpace'],
        'System.Account(//Alice)': ['system', 'account', alice],
        'System.Events': ['system', 'events'],
        'SubtensorModule.Uids(13,//Alice)': ['subtensorModule', 'uids', 13, alice],
        'SubtensorModule.Keys(13,0)': ['subtensorModule', 'keys', 13, 0],
        'System.BlockHash(0)': ['system', 'blockHash', 0],
      };
      for (const [label, path] of Object.entries(keys)) assert.equal(runtime.key(...path), v.storage_keys[label], label);
    });
    test('extensions are listed in the order of the runtime', () => {
      const own = runtime.extensions.filter((e) => v.signed_extensions.includes(e));
      assert.deepEqual(own, v.signed_extensions);
    });
    test('every CommitmentInfo decodes and encodes back', () => {
      for (const c of v.commitment_info) {
        const info = runtime.registry.createType('PalletCommitmentsCommitmentInfo', bytes(c.scale));
        assert.equal(info.toHex(), c.scale, c.kind);
        const [first] = info.toJSON().fields;
        if (c.payload !== undefined && first) assert.equal(Object.keys(first)[0].toLowerCase(), c.kind.toLowerCase());
      }
    });
    test('fields written for other writers are the same bytes', () => {
      const text = (hex) => Buffer.from(bytes(hex)).toString();
      for (const c of v.commitment_info) {
        const field = c.kind.startsWith('Raw') && c.payload ? { raw: text(c.payload) }
          : c.kind === 'BigRaw' ? { bigRaw: text(c.payload) }
            : c.kind === 'TimelockEncrypted' ? { timelocked: c.payload, round: c.reveal_round }
              : c.kind === 'Sha256' ? { sha256: c.payload } : c.kind === 'ResetBondsFlag' ? { resetBonds: true } : null;
        if (field) assert.equal(u8aToHex(encodeInfo([field])), c.scale, c.kind);
      }
    });
    test('Registration', () => {
      for (const r of v.registration) {
        const { fields } = r.decoded.info;
        const info = bytes(r.scale).subarray(12);
        assert.equal(u8aToHex(registration(info, r.block, r.deposit)), r.scale);
        assert.equal(runtime.decode('commitments', 'commitmentOf', bytes(r.scale)).info.fields.length, fields.length);
      }
    });
    test('signed extrinsics: payload rebuilt byte for byte, signature good, any change refused', () => {
      for (const e of v.extrinsics) {
        const xt = decodeExtrinsic(runtime, bytes(e.extrinsic));
        const hashes = { genesisHash: bytes(e.genesis_hash), birthHash: bytes(e.block_hash) };
        assert.equal(u8aToHex(signingPayload(runtime, xt, hashes)), e.signing_payload, e.label);
        assert.deepEqual([xt.hash, xt.nonce, Number(xt.tip), u8aToHex(xt.signer)], [e.extrinsic_hash, e.nonce, e.tip, e.signer]);
        assert.equal(xt.fields[0].hex, e.payload);
        checkSignature(runtime, xt, hashes);
        for (const part of ['genesisHash', 'birthHash']) {
          const other = { ...hashes, [part]: new Uint8Array(32).fill(1) };
          assert.throws(() => checkSignature(runtime, xt, other), { code: 1010, data: 'Transaction has a bad signature' });
        }
        const newer = new Runtime({ ...runtime.options, specVersion: v.spec_version + 1 });
        assert.throws(() => checkSignature(newer, xt, hashes), { code: 1010 });
      }
    });
    test('call, error and event numbers', () => {
      const pallet = runtime.registry.metadata.pallets.find((p) => p.name.toString() === 'Commitments');
      const names = (kind) => runtime.registry.lookup.getSiType(pallet[kind].unwrap().type).def.asVariant.variants
        .map((x) => [x.index.toNumber(), x.name.toString()]);
      assert.equal(pallet.index.toNumber(), v.commitments_pallet.index);
      assert.deepEqual(names('errors'), v.commitments_pallet.errors);
      assert.deepEqual(names('events'), v.commitments_pallet.events);
      assert.deepEqual(names('calls'), v.commitments_pallet.calls.filter(([, call]) => call !== 'set_rate_limit'));
    });
  });
}
