// What an operator types on the first day, told with the reasons.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Proof } from './proof.ts';

export async function tell(proof: Proof): Promise<void> {
  await firstOperator(proof);
  await declaredRegistry(proof);
  await firstSecret(proof);
  proof.traffic.start();
  await tokens(proof);
  await rotatedCredential(proof);
  await rotatedKey(proof);
  await proof.traffic.stop();
  await disabledClient(proof);
  await auditTrail(proof);
}

async function firstOperator(proof: Proof): Promise<void> {
  const { issuer, admin, management } = proof.addresses;
  proof.say(`# The operator's command line

Everything below was typed and printed as it stands: \`npm run prove:cli\` types it again and compares, as CI does. Only what differs from
run to run (times, key and request ids, ports) is replaced, and durations are divided by ${proof.timeScale}: an hour passes in ${3600 / proof.timeScale} seconds.

## The first operator

\`init\` makes what the token service needs on its host, and touches nothing that is there.`);
  await proof.type('mintmark init');
  proof.say('The service is started on that directory. Its database is empty, and nobody may do anything yet.');
  await proof.startService();
  proof.say(`\`bootstrap\` speaks to the running service over a socket that only its own user can open. The secret goes into a file that only its
owner can read: never onto the command line, never into a pipe. A lost one is made anew by the same command, until it has been used: then
there is an operator, for good.`);
  await proof.type('mintmark bootstrap --to operator.secret');
  await proof.type(`mintmark login --issuer ${issuer} --admin ${admin} --secret-file operator.secret`);
  await proof.type('mintmark bootstrap --to second.secret', { exits: 1 });
  await proof.type(`mintmark doctor --management ${management}`);
}

async function declaredRegistry(proof: Proof): Promise<void> {
  proof.say(`## The declared registry

What may ask for which tokens is declared in a file. \`plan\` shows what would change, \`apply\` shows it again, asks, and does exactly
that: whole or not at all. Without a terminal to ask at it takes \`--yes\`.`);
  await proof.type('mintmark plan -f mintmark.yaml');
  await proof.type('mintmark apply -f mintmark.yaml', { exits: 2 });
  await proof.type('mintmark apply -f mintmark.yaml --yes');
  proof.say('A mistake is an error with its place, what is allowed, and the fix. Nothing is applied.');
  await proof.type(
    "sed -e 's/tokenLifetime: 15m/tokenLifetime: 15h/' -e 's/policies:/polices:/' mintmark.yaml > wrong.yaml",
  );
  await proof.type('mintmark plan -f wrong.yaml', { exits: 1 });
}

async function firstSecret(proof: Proof): Promise<void> {
  proof.say('The secret of a client is made by Mintmark, shown once, and stored as a digest.');
  await proof.type('mintmark clients rotate-credential orders --to orders.secret');
  await proof.type('mintmark policies list');
}

async function tokens(proof: Proof): Promise<void> {
  const { issuer } = proof.addresses;
  proof.say(`## Tokens

From here on \`orders\` keeps calling: it asks for a token, has it verified, and starts again. \`token inspect\` explains a token check by check, and
never shows its signature.`);
  await proof.type(
    `mintmark token get --client orders --secret-file orders.secret --issuer ${issuer} --audience inventory | mintmark token inspect --issuer ${issuer} --audience inventory --jwks ${issuer}/.well-known/jwks.json`,
  );
}

async function rotatedCredential(proof: Proof): Promise<void> {
  const { issuer } = proof.addresses;
  proof.say(`## A rotated credential

Old and new secret overlap, so the service is moved without a failed call: the new secret is put where the service reads it, and the old one
ends by itself.`);
  await proof.type('cp orders.secret old.secret');
  await proof.type('mintmark clients rotate-credential orders --to new.secret --expire-others-after 6s --yes');
  await proof.type('mv new.secret orders.secret');
  await sleep(6_500);
  await proof.type('mintmark clients show orders');
  await proof.type(
    `mintmark token get --client orders --secret-file old.secret --issuer ${issuer} --audience inventory`,
    {
      exits: 4,
    },
  );
}

async function rotatedKey(proof: Proof): Promise<void> {
  proof.say(`## A rotated signing key

Keys rotate by themselves. Done by hand it shows the dated plan first, and is refused for as long as a verifier may not hold the successor.`);
  await proof.untilRotationIsAllowed();
  await proof.type('mintmark keys status');
  await proof.type('mintmark keys rotate --plan');
  await proof.type('mintmark keys rotate --yes');
  await sleep(1_500);
  await proof.type('mintmark keys rotate --plan', { exits: 3 });
  await proof.type('mintmark keys rotate --yes', { exits: 1 });
  await proof.untilKeysSeen(2);
  await proof.untilMoreCalls(20);
}

async function disabledClient(proof: Proof): Promise<void> {
  const { issuer } = proof.addresses;
  const ask = `mintmark token get --client orders --secret-file orders.secret --issuer ${issuer} --audience inventory`;
  proof.say(`## A disabled client

It gets no more tokens, and verifiers refuse those it holds.`);
  await proof.type('mintmark clients disable orders --yes');
  await proof.type(ask, { exits: 4 });
}

async function auditTrail(proof: Proof): Promise<void> {
  proof.say(`## The audit trail

Every token, every token denied and every action of an operator is a line that was on disk before the answer left, and each line carries the
hash of the one before it. Who is refused at the door of the admin API is a line right after; of a flood of those, a count. What is no
request at all (not HTTP, another content type, too large, parameters that the admin API cannot read) is in the log alone.`);
  await proof.type('mintmark audit tail --event operator.action -n 6');
  await proof.type('mintmark audit verify');
  proof.say(`## For scripts

\`-o json\` and \`-o yaml\` are stable, exit codes are 0 ok, 1 failed, 2 usage, 3 warning, 4 denied, 5 unreachable, and \`--as-curl\` shows the call that
a command makes.`);
  await proof.type('mintmark clients enable orders --as-curl');
  await proof.type('mintmark logout');
  await proof.type('mintmark keys status -o json', { exits: 2 });
}
