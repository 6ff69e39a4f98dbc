// Pages of the SDKs' lists: iterated over all pages, or used by the items they hold.
import { ClassMembers } from "./class-members.ts";
import type { Watchers } from "./watchers.ts";

const pageMethods = new ClassMembers((key, { value }) => typeof value === "function" && /page/i.test(key));

/** Ends the spans with the page itself when its items are read, unless an iteration reads them. */
export function watchPage(watchers: Watchers, page: object): void {
  if (pageMethods.of(page).length === 0) return;
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(page))) {
    if (!Array.isArray(descriptor.value) || descriptor.configurable !== true) continue;
    const restore = (items: unknown): void => {
      Object.defineProperty(page, key, { ...descriptor, value: items });
    };
    Object.defineProperty(page, key, {
      enumerable: descriptor.enumerable === true,
      configurable: true,
      set: restore,
      get: () => {
        const items: unknown = descriptor.value;
        if (!watchers.isInStep) {
          restore(items);
          if (!watchers.hasChunks) watchers.succeed(page);
        }
        return items;
      },
    });
  }
}
