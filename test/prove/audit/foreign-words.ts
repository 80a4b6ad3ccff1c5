// A refused request is on record with the words it came with. They are a stranger's, and must not break the record.
import type { Proof } from '../proof.ts';
import { askOverGrpc, askOverHttp, connectGrpc } from '../../e2e/issuing/ask-for-token.ts';
import { describeFinding, tailAsOperator, verifyAsOperator } from './auditor.ts';
import type { Issuer } from './issuer.ts';

const WORDS: Readonly<Record<string, string>> = {
  'a line feed and a line of the chain': 'a\n{"seq":1,"prev":"genesis"}',
  'a carriage return': 'a\rb',
  'carriage return and line feed': 'a\r\nb',
  'U+2028, a line separator': 'a\u2028b',
  'U+2029, a paragraph separator': 'a\u2029b',
  'U+0085, a next line': 'a\u0085b',
  'a byte order mark': '\ufeffa',
  'a replacement character': 'a\ufffdb',
  'a null': 'a\u0000b',
  'quotes and braces': '"},{"event":"registry.changed"',
  '4000 letters': 'a'.repeat(4_000),
};

export async function proveForeignWords(proof: Proof, issuer: Issuer): Promise<void> {
  proof.section('Refused requests for an audience nobody knows, over HTTP and gRPC, recorded with what they say');
  const service = await issuer.start();
  let broken = false;
  for (const [what, word] of Object.entries(WORDS)) {
    if (broken) break; // what comes behind a broken line cannot be told apart
    await ask(issuer, word);
    const observed = await inspect(issuer);
    broken = observed !== SOUND;
    proof.row({ scenario: what, expected: SOUND, observed, holds: !broken });
  }
  await service.stop('SIGKILL');
  const observed = await startAgain(issuer);
  proof.row({ scenario: 'kill -9, and started again', expected: SOUND, observed, holds: observed === SOUND });
}

async function ask({ addresses }: Issuer, audience: string): Promise<void> {
  const client = connectGrpc(addresses.grpc);
  const request = { authorization: [`Basic ${btoa('orders:wrong')}`], audience };
  const outcomes = await Promise.all([askOverHttp(`http://${addresses.http}`, request), askOverGrpc(client, request)]);
  client.close();
  if (outcomes.some((outcome) => 'claims' in outcome)) throw new Error('a token for a wrong secret');
}

const SOUND = 'the chain verifies, and tail shows it';

async function inspect(issuer: Issuer): Promise<string> {
  try {
    const finding = await verifyAsOperator(issuer);
    if (!finding.ok) return describeFinding(finding);
    await tailAsOperator(issuer);
    return SOUND;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function startAgain(issuer: Issuer): Promise<string> {
  try {
    const service = await issuer.start();
    const found = await inspect(issuer);
    await service.stop();
    return found;
  } catch (error) {
    return String(error).split('\n').slice(0, 2).join(' ');
  }
}
