// Prints "N passed, N failed" over vitest's JSON reports; exits 1 when a test or another step failed.
import { readFileSync } from "node:fs";

const [stepFailed, ...files] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of files) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests + report.numFailedTestSuites * Number(report.numFailedTests === 0);
}
if (stepFailed === "1" && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
