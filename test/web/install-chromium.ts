// Before the first test: Chromium, from Debian where the machine has none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The browser: `CHROMIUM`, or where Debian puts it. */
export const CHROMIUM: string = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export default function installChromium(): void {
  if (existsSync(CHROMIUM)) return;
  console.log(`No ${CHROMIUM}: installing it by apt-get. Set CHROMIUM to use another.`);
  for (const words of [
    ["update"],
    ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
  ]) {
    const { status, error } = spawnSync("apt-get", ["-qq", ...words], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status === 0) continue;
    throw new Error(
      `apt-get ${words[0]} failed (${error?.message ?? status}). Install Chromium, or set CHROMIUM to a browser of its kind.`,
    );
  }
}
