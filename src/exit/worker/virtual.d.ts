// What scripts/exit-worker.ts makes of main.ts when the package is built, or tested.
declare module "virtual:exit-worker" {
  const program: string;
  export default program;
}
