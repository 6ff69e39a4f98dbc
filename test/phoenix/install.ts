// Makes the Python programs once, before the first test starts one of them; without Python says so on
// one line and ends.
import { installPythonProgram, PHOENIX, type PythonProgram, ROTEL } from "../support/phoenix-install.ts";

const onInstall = ({ name, version }: PythonProgram, place: string): void =>
  console.log(`Installing ${name} ${version} into ${place}: once, up to two minutes.`);

export default async function install(): Promise<void> {
  try {
    await installPythonProgram(PHOENIX, { onInstall });
    await installPythonProgram(ROTEL, { onInstall });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
