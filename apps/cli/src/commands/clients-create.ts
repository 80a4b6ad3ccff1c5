import {
  AdminError,
  applyRegistry,
  createClient,
  planRegistry,
  type AdminClient,
  type ClientView,
  type DeclaredRegistry,
} from '@mintmark/admin-client';
import {
  CERTIFICATE_NAMES,
  declaredCredentials,
  type CredentialOptions,
  type DeclaredCredential,
} from '../clients/credentials.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output/exit-codes.ts';
import { withProgress } from '../output/progress.ts';
import { defineVerb } from '../verb.ts';
import { formatClient } from '../views/client.ts';

interface Options extends CredentialOptions {
  readonly plan?: true;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .argument('<id>', 'a-z 0-9 . _ -, up to 64 characters')
      .option('--public-key <file>', 'the key it signs assertions with: PEM, a JWK or a JWK Set (private_key_jwt)')
      .option('--jwks-uri <url>', 'where its public keys are (private_key_jwt)')
      .option('--certificate <file>', 'a certificate of its own making, PEM (self_signed_tls_client_auth)')
      .option(
        '--certificate-name <name>',
        `what its certificate says: ${CERTIFICATE_NAMES.join('=, ')}= (tls_client_auth)`,
      )
      .option('--plan', 'say what would happen, and change nothing'),
  examples: [
    'mintmark clients create orders',
    'mintmark clients create orders --public-key orders.pub.pem',
    'mintmark clients create orders --certificate-name sanDns=orders.internal --plan',
  ],
  explanation:
    'Without any of these it gets a secret, made by mintmark clients rotate-credential. A workload identity (Kubernetes,\nSPIFFE, GitHub Actions) is declared in a file together with its issuer: mintmark apply -f. A new client may ask for\nnothing yet: a policy in a declaration file lets it.',
  run: async (context, [id = ''], { plan, ...options }) => {
    const credentials = await declaredCredentials(context.terminal, options);
    return credentials.length === 0
      ? withSecret(context, id, plan)
      : withCredentials(context, { id, credentials }, plan);
  },
});

async function withSecret(context: Context, id: string, plan: true | undefined): Promise<ExitCode> {
  const call = createClient({ id, plan });
  const shown = context.showCurl(call);
  if (shown !== undefined) return shown;
  return tell(context, await context.ask(call, `Creating client ${id}`), {
    plan,
    next: `mintmark clients rotate-credential ${id}`,
  });
}

interface NewClient {
  readonly id: string;
  readonly credentials: readonly DeclaredCredential[];
}

/** By a declaration of this client alone: what a credential may say is then checked where those of files are. */
async function withCredentials(context: Context, client: NewClient, plan: true | undefined): Promise<ExitCode> {
  const { id, credentials } = client;
  const declaration = JSON.stringify({ apiVersion: 'mintmark/v1', clients: [client] }, undefined, 2);
  const declared = { declaration, fileName: `clients create ${id}` };
  const planning = planRegistry(declared);
  const shown = plan ? context.showCurl(planning) : context.showCurls(planning, applyRegistry(declared, 0));
  if (shown !== undefined) return shown;
  await withProgress(context.terminal, `Creating client ${id}`, () =>
    context.withAdmin((send) => create(send, declared, { id, plan })),
  );
  const kinds = credentials.map(({ kind }) => ({ kind }));
  const created = { id, disabled: false, credentials: kinds, secrets: [] };
  return tell(context, created, {
    plan,
    next: 'mintmark export --to mintmark.yaml, add a policy that lets it ask for tokens, and mintmark apply -f',
  });
}

/** @throws AdminError CLIENT_EXISTS: what is declared of such a client would be replaced */
async function create(
  send: AdminClient['send'],
  declared: DeclaredRegistry,
  { id, plan }: { readonly id: string; readonly plan: true | undefined },
): Promise<void> {
  const { baseVersion, changes } = await send(planRegistry(declared));
  if (changes.length !== 1 || changes[0]?.action !== 'create') {
    const message = `There is a client ${id} already. Change it in a declaration file: mintmark export, apply -f.`;
    throw new AdminError({ code: 'CLIENT_EXISTS', message });
  }
  if (!plan) await send(applyRegistry(declared, baseVersion));
}

async function tell(
  { output }: Context,
  client: ClientView,
  { plan, next }: { readonly plan: true | undefined; readonly next: string },
): Promise<ExitCode> {
  await output.show({ document: client, text: (style) => formatClient(client, style) });
  output.note(plan ? 'Planned only: nothing was changed.' : `Next: ${next}`);
  return EXIT.ok;
}
