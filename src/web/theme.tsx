// Light and dark: as the system has it, or as the reader chose.
import type { JSX } from "preact";
import { useState } from "preact/hooks";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const STORAGE_KEY = "phoenix-otel.theme";

/** The theme that was chosen in this browser, `"system"` at first. */
export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return THEMES.find((theme) => theme === stored) ?? "system";
  } catch {
    // Storage can be forbidden; the switch works all the same.
    return "system";
  }
}

/** Makes the document follow the theme; its colours are `light-dark()` values. */
export function applyTheme(theme: Theme): void {
  document.documentElement.style.colorScheme = theme === "system" ? "light dark" : theme;
}

/** A button that goes from one theme to the next. */
export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(readTheme);
  const choose = (): void => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
    setTheme(next);
    applyTheme(next);
    try {
      localStorage.setItem(STORAGE_KEY, next);
    } catch {
      return;
    }
  };
  return (
    <button type="button" class="theme" onClick={choose}>
      Theme: {theme}
    </button>
  );
}
