// Runs in the thread of Node's module hooks, before Node 22.15: what `module.register()` loads.
import { type LoadedSource, noticedSource } from "./noticed-source.ts";

/** Node's hook of this name. */
export async function load<Context>(
  url: string,
  context: Context,
  next: (url: string, context: Context) => Promise<LoadedSource>,
): Promise<LoadedSource> {
  const loaded = await next(url, context);
  try {
    return noticedSource(url, loaded);
  } catch {
    return loaded;
  }
}
