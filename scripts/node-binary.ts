// Prints the executable of another major of Node, for what is no test: `tsx scripts/node-binary.ts 24`.
import { NODE_VERSIONS, nodeBinary } from "../test/support/node-versions.ts";

const asked = process.argv[2];
const version = NODE_VERSIONS.find((each) => each === asked);
if (version === undefined) {
  console.error(`There is no Node "${asked}" here: choose among ${NODE_VERSIONS.join(", ")}.`);
  process.exit(1);
}
console.log(await nodeBinary(version));
