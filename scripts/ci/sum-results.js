// Sums what test runners wrote as JSON into one folder and ends with the line `N passed, N failed`.
// Fails if a test failed, was skipped, or if there was none.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const total = { passed: 0, failed: 0, skipped: 0 };

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const result = read(join(folder, file));
  total.passed += result.numPassedTests;
  // A file that could not even be loaded has no failed test in it, and is one failure all the same.
  total.failed += result.numFailedTests + (result.numRuntimeErrorTestSuites ?? 0);
  total.skipped += (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0);
}

if (total.skipped > 0) console.log(`${total.skipped} skipped: a test is run or removed`);
if (total.passed + total.failed === 0) console.log('no test was run');
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.skipped > 0 || total.passed === 0 ? 1 : 0;

/** One runner's result; a file that does not say what it counted is a failure. */
function read(path) {
  try {
    const result = JSON.parse(readFileSync(path, 'utf8'));
    if (isCount(result.numPassedTests) && isCount(result.numFailedTests)) return result;
    console.log(`${path}: numPassedTests or numFailedTests is missing`);
  } catch (error) {
    console.log(`${path}: ${error.message}`);
  }
  return { numPassedTests: 0, numFailedTests: 1 };
}

function isCount(value) {
  return Number.isInteger(value) && value >= 0;
}
