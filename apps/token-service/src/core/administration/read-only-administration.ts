import { RequestError } from '../model/errors.ts';
import type {
  Administration,
  CredentialRotation,
  KeyChoice,
  KeyCompromise,
  KeyRotation,
  RevocationRequest,
} from './administration.ts';
import type { Operator } from './operator.ts';
import type { CompromiseView, NewSecretView, RotationView, RevocationView } from './views.ts';

/** Where a declaration file rules the registry: what it says can be changed there alone. Secrets, keys and revocations are not in it. */
export class ReadOnlyAdministration implements Administration {
  readonly #behind: Administration;

  constructor(behind: Administration) {
    this.#behind = behind;
  }

  createClient(): Promise<never> {
    return refuse();
  }

  disableClient(): Promise<never> {
    return refuse();
  }

  enableClient(): Promise<never> {
    return refuse();
  }

  applyRegistry(): Promise<never> {
    return refuse();
  }

  revoke(request: RevocationRequest, operator: Operator): Promise<RevocationView> {
    return this.#behind.revoke(request, operator);
  }

  rotateCredential(rotation: CredentialRotation, operator: Operator): Promise<NewSecretView> {
    return this.#behind.rotateCredential(rotation, operator);
  }

  rotateKeys(rotation: KeyRotation, operator: Operator): Promise<RotationView> {
    return this.#behind.rotateKeys(rotation, operator);
  }

  prepareKey(rotation: KeyRotation, operator: Operator): Promise<RotationView> {
    return this.#behind.prepareKey(rotation, operator);
  }

  activateKey(key: KeyChoice, operator: Operator): Promise<RotationView> {
    return this.#behind.activateKey(key, operator);
  }

  deactivateKey(key: KeyChoice, operator: Operator): Promise<RotationView> {
    return this.#behind.deactivateKey(key, operator);
  }

  destroyKey(key: KeyChoice, operator: Operator): Promise<RotationView> {
    return this.#behind.destroyKey(key, operator);
  }

  compromiseKey(compromise: KeyCompromise, operator: Operator): Promise<CompromiseView> {
    return this.#behind.compromiseKey(compromise, operator);
  }
}

function refuse(): Promise<never> {
  return Promise.reject(
    new RequestError(
      'REGISTRY_READ_ONLY',
      'A declaration file rules the registry (MINTMARK_CONFIG). Change that file: it is read again within seconds.',
    ),
  );
}
