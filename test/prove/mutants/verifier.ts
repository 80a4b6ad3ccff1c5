import { ATTACKS, titleOf } from '../../attacks/catalogue.ts';
import { KEEPS_OUT } from '../../attacks/keeps-out.ts';
import { CHECK_NAMES, libraryWithout, WHOLE_LIBRARY } from '../../attacks/library.ts';
import { runOnLibrary } from '../../attacks/run-attacks.ts';
import { Scene } from '../../attacks/scene.ts';

/**
 * Each check of the verifier, in the order of its registration, and the test that fails without it. The list is made from the
 * registry; that every check which is written is registered, is a test of libs/verifier/src/mutants.spec.ts.
 */
export async function* withoutEachCheck(): AsyncGenerator<{ guard: string; failed: string | undefined }> {
  const scene = new Scene();
  for (const name of CHECK_NAMES) {
    const attack = ATTACKS.find((row) => titleOf(row) === KEEPS_OUT[name]);
    if (!attack) {
      yield { guard: name, failed: undefined };
      continue;
    }
    const whole = await runOnLibrary(attack, WHOLE_LIBRARY, scene);
    const without = await runOnLibrary(attack, libraryWithout(name), scene);
    const isCaught = whole.defective === attack.code && without.defective !== attack.code;
    yield { guard: name, failed: isCaught ? `the attack catalogue ${titleOf(attack)}` : undefined };
  }
}
