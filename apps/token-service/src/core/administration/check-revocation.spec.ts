import { describe, expect, it } from '@jest/globals';
import { MAX_REVOCATIONS } from '@mintmark/contract';
import type { RevocationOrder, RevocationSet } from '../model/revocation.ts';
import type { PlacedDeclaration } from '../model/declaration.ts';
import { RequestError } from '../model/errors.ts';
import { NO_CHANGES, type RegistryChanges } from '../model/registry-changes.ts';
import { NOMINAL_TIMING } from '../model/timing.ts';
import { LiveAdministration } from './live-administration.ts';
import { PlannedAdministration } from './planned-administration.ts';
import { demandRoomFor } from './check-revocation.ts';

const operator = { clientId: 'ann', tokenId: 't', requestId: 'r', scopes: [] };

const ROOM = MAX_REVOCATIONS / 2 - 200;
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `c${from + at}`);
const revoking = (...clients: string[]): RevocationOrder[] =>
  clients.map((id) => ({ verb: 'revoke', kind: 'client', id }));
const revoked = (...clients: string[]) =>
  ({ epoch: 1, sequence: 1, revocations: clients.map((id) => ({ kind: 'client', id })) }) as unknown as RevocationSet;

describe('room for revocations', () => {
  it.each<[string, RevocationOrder[], RevocationSet]>([
    ['as many as fit', revoking(...ids(ROOM)), revoked()],
    ['one that is there already', revoking('c0'), revoked(...ids(ROOM))],
    ['one that is let in', [{ verb: 'admit', kind: 'client', id: 'other' }], revoked(...ids(ROOM))],
  ])('there is for %s', (_, orders, set) => {
    expect(() => demandRoomFor(orders, set)).not.toThrow();
  });

  it.each<[string, RevocationOrder[], RevocationSet]>([
    ['more than fit', revoking(...ids(ROOM + 1)), revoked()],
    ['one beside those that fill it', revoking('other'), revoked(...ids(ROOM))],
  ])('there is none for %s', (_, orders, set) => {
    expect(() => demandRoomFor(orders, set)).toThrow(expect.objectContaining({ code: 'REVOCATIONS_FULL' }));
  });

  it('is demanded in the plan of a declaration that removes clients', async () => {
    const clients = ids(ROOM + 1).map((id) => ({ id, disabled: false, credentials: [], secrets: [] }));
    const registry = { version: 1, issuers: [], resources: [], clients, policies: [] };
    const { secrets: _, ...none }: RegistryChanges = NO_CHANGES;
    const declared = { ok: true, declaration: none, positions: {} } as unknown as PlacedDeclaration;
    const planned = new PlannedAdministration({
      repository: { load: async () => registry },
      revocations: { load: async () => ({ value: revoked(), databaseTime: new Date(0) }) },
      reader: { read: async () => declared },
      demandCurrent: () => undefined,
    } as unknown as ConstructorParameters<typeof PlannedAdministration>[0]);
    const change = { file: { name: 'f', bytes: Buffer.alloc(0) }, prune: true };
    await expect(planned.applyRegistry(change, operator)).rejects.toMatchObject({ code: 'REVOCATIONS_FULL' });
  });
});

describe('a token', () => {
  const queued = () => Promise.reject(new RequestError('STORAGE_UNAVAILABLE', 'someone holds the registry'));
  const recorded: RevocationOrder[] = [];
  const live = new LiveAdministration({
    revocations: { record: async (order: RevocationOrder) => void recorded.push(order), recordDecided: queued },
    refreshRevocations: { execute: async () => undefined },
    timing: NOMINAL_TIMING,
  } as unknown as ConstructorParameters<typeof LiveAdministration>[0]);
  const planned = new PlannedAdministration({ repository: { load: queued } } as unknown as ConstructorParameters<
    typeof PlannedAdministration
  >[0]);
  const revoking = { action: 'revoke', kind: 'token', id: 'j1' } as const;

  it('is revoked while the registry cannot be had, for it has no say', async () => {
    await expect(live.revoke(revoking, operator)).resolves.toMatchObject({ kind: 'token', id: 'j1' });
    expect(recorded).toEqual([{ verb: 'revoke', kind: 'token', id: 'j1' }]);
  });

  it('but a client waits for it: it may be the last operator', async () => {
    const client = { ...revoking, kind: 'client' } as const;
    await expect(live.revoke(client, operator)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });

  it('that is revoked stays so', async () => {
    for (const administration of [live, planned]) {
      const admitted = administration.revoke({ ...revoking, action: 'admit' }, operator);
      await expect(admitted).rejects.toMatchObject({ code: 'PARAMETER_INVALID' });
    }
  });
});
