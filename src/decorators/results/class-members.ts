// The members that an object has by its classes, found once per class.

/** Whether a member is one of those looked for. */
export type IsMember = (key: string, descriptor: PropertyDescriptor) => boolean;

/** Whether a member is read through a getter. */
export const isGetter = (descriptor: PropertyDescriptor): boolean => "get" in descriptor;

/** Finds members by name on the classes of objects. Nothing is read: a getter may start something. */
export class ClassMembers {
  readonly #isMember: IsMember;
  readonly #byClass = new WeakMap<object, readonly string[]>();

  constructor(isMember: IsMember) {
    this.#isMember = isMember;
  }

  /** The members that the classes of `value` bring. */
  of(value: object): readonly string[] {
    return this.#ofClass(Object.getPrototypeOf(value) as object | null);
  }

  /** Those that `level` itself holds. */
  ownOf(level: object): string[] {
    const descriptors = Object.entries(Object.getOwnPropertyDescriptors(level));
    return descriptors.flatMap(([key, descriptor]) => (this.#isMember(key, descriptor) ? [key] : []));
  }

  #ofClass(level: object | null): readonly string[] {
    if (level === null || level === Object.prototype) return [];
    let members = this.#byClass.get(level);
    if (members === undefined) {
      const inherited = this.#ofClass(Object.getPrototypeOf(level) as object | null);
      members = [...new Set([...this.ownOf(level), ...inherited])];
      this.#byClass.set(level, members);
    }
    return members;
  }
}
