// Loopback ports that nobody but these tests takes. One that the system hands out is anybody's again once it is closed: a
// test that waits for a refused connection, or that opens its server again, would now and then meet the server of another.
import { createServer, type Server } from "node:net";

/** Below the ports that systems hand out, from 32,768 on Linux, and above those that `fetch` refuses, up to 10,080. */
const FIRST_PORT = 10_100;
/** The ports of a worker of the tests; there are two. */
const PORTS = 11_000;

const first = FIRST_PORT + (Number(process.env["VITEST_POOL_ID"] ?? 0) % 2) * PORTS;
// Each file is a process, whose children may outlive it for a moment: it begins somewhere else.
let taken = Math.floor(Math.random() * PORTS);

const nextPort = (): number => first + (taken++ % PORTS);

/** Gives what `open` makes of the first port that nobody holds. */
export async function tryOwnPorts<T>(open: (port: number) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await open(nextPort());
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== "EADDRINUSE") throw error;
    }
  }
}

/** Makes `server` listen; gives its port, which stays closed once the server is. */
export const listenOnOwnPort = (server: Server, host = "127.0.0.1"): Promise<number> =>
  tryOwnPorts(async (port) => {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    return port;
  });

/** `count` ports that nothing listens on, for a server that must be told its port, or for none. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const server = createServer();
    ports.push(await listenOnOwnPort(server));
    await new Promise((resolve) => server.close(resolve));
  }
  return ports;
}
