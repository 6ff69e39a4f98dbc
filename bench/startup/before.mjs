// register() before the program, by --import.
import { register } from "../../dist/node.mjs";

register();
