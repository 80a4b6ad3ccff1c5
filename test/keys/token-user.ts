// Uses a PKCS#11 token in a process of its own, which may be killed. Argument: the options of the token, as JSON.
import {
  TokenProcess,
  type TokenProcessOptions,
} from '../../apps/token-service/src/adapters/signing/pkcs11/token-process.ts';

const token = new TokenProcess(JSON.parse(process.argv[2] ?? '{}') as TokenProcessOptions);
process.on('message', (id: string) => void token.ask('sign', { id, input: Buffer.from('x') }).catch(() => undefined));
process.send?.('begun');
await token.open();
const label = `mintmark:mortal00:ES256:${process.pid}`;
const id = await token.ask('create', { label, algorithm: 'ES256', condemned: [] });
process.send?.(id);
