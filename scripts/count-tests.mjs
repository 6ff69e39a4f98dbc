// Prints the failed tests of vitest's JSON reports by name, then "N passed, N failed"; a step that failed without a failed
// test counts as one. Exits 1 when anything failed.
import { readFileSync } from "node:fs";
import path from "node:path";

const [stepsFailed, ...files] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of files) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed += report.numPassedTests;
  for (const { name, status, message, assertionResults } of report.testResults) {
    const where = path.relative(process.cwd(), name);
    const failures = assertionResults.filter((test) => test.status === "failed");
    for (const { fullName } of failures) console.log(`failed: ${where}: ${fullName}`);
    const fileFailed = status === "failed" && failures.length === 0;
    if (fileFailed) console.log(`failed: ${where}: ${message}`);
    failed += failures.length + Number(fileFailed);
  }
}
failed = Math.max(failed, Number(stepsFailed));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
