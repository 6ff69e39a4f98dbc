// Makes the Python programs once, before the first test starts one of them.
import { installPythonProgram, PHOENIX, ROTEL } from "../support/phoenix-install.ts";

export default async function install(): Promise<void> {
  await installPythonProgram(PHOENIX);
  await installPythonProgram(ROTEL);
}
