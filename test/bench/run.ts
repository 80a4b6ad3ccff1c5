// npm run bench [-- part …] [-- --quick]: what the main jobs cost, beside what others need for them in the same run.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { algorithms } from './parts/algorithms.ts';
import { authenticating } from './parts/authenticating.ts';
import { growth } from './parts/growth.ts';
import { issue } from './parts/issue.ts';
import { jwks } from './parts/jwks.ts';
import { start } from './parts/start.ts';
import { verify } from './parts/verify.ts';
import { isMet, print, write, type Report } from './report.ts';
import { FULL, QUICK, type Size } from './rounds.ts';

const PARTS: Readonly<Record<string, (size: Size) => Promise<Report>>> = {
  issue,
  verify,
  authenticating,
  algorithms,
  jwks,
  growth,
  start,
};

const USAGE = `usage: npm run bench [-- ${Object.keys(PARTS).join(' | ')} …] [--quick]

  npm run bench                 all parts, some minutes
  npm run bench -- verify       one part
  npm run bench -- --quick      all parts, under a minute; shows that they run, the figures are rough`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { names, quick, help } = readArguments();
  if (help || !names.every((name) => name in PARTS)) {
    console.log(USAGE);
    return help ? 0 : 2;
  }
  console.log(
    `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}`,
  );
  console.log('Only ratios count: whatever else this machine does makes every absolute figure larger.');
  const missed: string[] = [];
  for (const name of names.length > 0 ? names : Object.keys(PARTS))
    missed.push(...(await run(name, quick ? QUICK : FULL)));
  if (missed.length > 0) console.log(`\nGoals missed: ${missed.join('; ')}`);
  return 0;
}

async function run(name: string, size: Size): Promise<string[]> {
  const report = await PARTS[name]!(size);
  print(report);
  console.log(`\n  → ${relative('.', write(name, report, size))}`);
  return report.goals.filter((goal) => !isMet(goal)).map(({ what }) => `${name}: ${what}`);
}

function readArguments(): { names: string[]; quick: boolean; help: boolean } {
  try {
    const options = { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;
    const { positionals, values } = parseArgs({ allowPositionals: true, options });
    return { names: positionals, ...values };
  } catch {
    return { names: ['?'], quick: false, help: false };
  }
}
