// register() before the program, by --require.
require("../../dist/index.cjs").register();
