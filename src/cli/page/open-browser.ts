// Opens an address in the system's browser.
import { spawn } from "node:child_process";

/** What opens an address by default, by platform. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Opens `url` without waiting for the browser; `onFailure` hears why it could not. */
export function openBrowser(url: string, onFailure: (reason: string) => void): void {
  const [command = "xdg-open", ...words] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...words, url], { stdio: "ignore", detached: true });
  child.once("error", (error: NodeJS.ErrnoException) => {
    onFailure(error.code === "ENOENT" ? `there is no ${command}` : error.message);
  });
  child.once("exit", (code) => {
    if (code !== 0 && code !== null) onFailure(`${command} ended with ${code}`);
  });
  child.unref();
}
