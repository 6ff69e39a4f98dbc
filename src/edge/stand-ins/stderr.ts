// The edge build's way to print: by the console, which may be the program's own.

/** Runs `print`, which prints by the console. Never throws. */
export function printing(print: () => void): void {
  try {
    print();
  } catch {
    // A console that throws is the page's business, not a reason to break it.
  }
}
