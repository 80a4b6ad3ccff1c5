// npm run prove:outage: verifiers and token clients through every kind of issuer failure.
// Exits 0 only if every row holds. `-- --quick` in under a minute; `-- --sabotage[=keys|budget|renewal]` breaks the product.
import { Proof, proofArguments } from '../proof.ts';
import { clientOptions, proveClients } from './clients.ts';
import { floodOptions, proveLibraryFloods, proveServiceFlood } from './floods.ts';
import { hoursOptions, proveHours } from './hours.ts';

const asked = proofArguments();
const { quick, sabotage } = asked;
if (sabotage !== undefined) process.env['PROVE_SABOTAGE'] = sabotage;
const preload = sabotage === undefined ? undefined : new URL('./sabotage.ts', import.meta.url);

process.setMaxListeners(0); // each process that is started waits to be ended with this one

const proof = new Proof(
  'While the issuer is away, known keys go on verifying for an hour, then the answer is "cannot determine"; ' +
    'no token makes the issuer be asked beyond budget; clients do not notice six minutes.',
  asked,
);
await proof.conduct(async () => {
  // Both mostly wait, so they go on side by side; a service under flood takes all the machine has.
  const clients = proveClients(clientOptions(quick, preload));
  clients.catch(() => undefined); // heard below
  (await proveHours(hoursOptions(quick, preload)))(proof);
  if (!quick) (await clients)(proof);
  await proveLibraryFloods(proof, floodOptions(quick, preload));
  if (quick) (await clients)(proof);
  await proveServiceFlood(proof, floodOptions(quick, preload));
});
