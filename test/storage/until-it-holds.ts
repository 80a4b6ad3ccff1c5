const LONGEST_MS = 30_000;

/** Asks again and again. @throws Error if it never comes about */
export async function untilItHolds(condition: () => Promise<boolean> | boolean): Promise<void> {
  const begun = performance.now();
  while (!(await condition())) {
    if (performance.now() - begun > LONGEST_MS) throw new Error(`never came about: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
