// Loaded by the token services before their own code; never part of a product. Sets the clock of each replica a little off, and
// with PROVE_SABOTAGE leaves out what the proof is about.
import { alterOnLoad } from '../altered-code.ts';

/** Seconds, within the 10 that clocks may be off. */
const SKEW: Readonly<Record<string, number>> = { 'replica-1': -8, 'replica-2': 0, 'replica-3': 8 };

const replica = /replica-\d+$/.exec(process.env['MINTMARK_DATA_DIR'] ?? '')?.[0] ?? '';
setClock((SKEW[replica] ?? 0) * 1000);

const sabotage = process.env['PROVE_SABOTAGE'];
const ONCE = { file: 'core/authentication/one-time-use.js', from: "first ? 'first' : 'used-before'", to: "'first'" };
const LOCAL = {
  file: 'modules/authentication-parts.js',
  from: 'function openReplayGuard(config, { database, logger }, opened) {',
  to: 'function openReplayGuard(config, { database, logger }, opened) { return new InProcessReplayGuard(systemClock);',
};
/** Shows only where Redis is killed: at full size. */
const RUN = { file: 'adapters/redis/redis-replay-guard.js', from: 'return `${run}:${history}`', to: "return ''" };
if (sabotage !== undefined) alterOnLoad(sabotage === 'local' ? [LOCAL] : sabotage === 'run' ? [RUN] : [ONCE]);

function setClock(milliseconds: number): void {
  const System = Date;
  const now = () => System.now() + milliseconds;
  globalThis.Date = new Proxy(System, {
    construct: (target, given: unknown[], newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as Date,
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
}
