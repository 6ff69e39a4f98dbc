export default {
  mode: "production",
  target: "node20",
  entry: "./program.mjs",
  output: { filename: "webpack.cjs" },
};
