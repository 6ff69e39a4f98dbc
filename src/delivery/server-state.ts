// Whether a server is there, by its latest answers: when not, since when, and when to look again.
import { Backoff, type Pace } from "./backoff.ts";

/** Why nothing but a probe is sent, since when, and when the next one may go. */
export interface Hold {
  readonly kind: "backoff" | "blocked";
  readonly sinceMillis: number;
  readonly untilMillis: number;
  /** Whether the server could not be reached. */
  readonly away: boolean;
  /** The server said how long: a flush does not shorten it. */
  readonly asked: boolean;
}

const BLOCKED_PROBE_MILLIS = 60_000;
/** So long a probe is waited for before another one goes beside it, while the server is away. */
const SILENT_PROBE_MILLIS = 2_400;

/** The state of the server as delivery knows it. */
export class ServerState {
  readonly #backoff: Backoff;
  #hold: Hold | undefined;

  constructor(random: () => number) {
    this.#backoff = new Backoff(random);
  }

  /** Why nothing but a probe may be sent; `undefined` while all is well. */
  get hold(): Hold | undefined {
    return this.#hold;
  }

  /** Whether the server could not be reached, by the latest attempt. */
  get isAway(): boolean {
    return this.#hold?.away ?? false;
  }

  /**
   * The server answered a request begun at `startedAtMillis`. An older one's answer says nothing about a server
   * that refuses now; one that was away answers again.
   */
  open(startedAtMillis: number): void {
    if (this.#hold?.away === false && startedAtMillis < this.#hold.sinceMillis) return;
    this.#hold = undefined;
    this.#backoff.reset();
  }

  /**
   * A request begun at `startedAtMillis` failed in a way that others would too. Gives whether that put up a hold: not
   * where it began before the hold that is up.
   */
  close(
    kind: Hold["kind"],
    startedAtMillis: number,
    nowMillis: number,
    pace: Pace,
    retryAfterMillis?: number,
  ): boolean {
    // The second of two requests under way when the server went away says nothing new.
    if (this.#hold !== undefined && startedAtMillis < this.#hold.sinceMillis) return false;
    const wait = kind === "blocked" ? BLOCKED_PROBE_MILLIS : this.#backoff.next(pace, retryAfterMillis);
    const away = kind === "backoff" && pace === "away";
    const asked = retryAfterMillis !== undefined;
    // The time that an attempt waited in vain counts as pause.
    const fromMillis = away && !asked ? Math.max(startedAtMillis, nowMillis - wait) : nowMillis;
    this.#hold = { kind, sinceMillis: nowMillis, untilMillis: fromMillis + wait, away, asked };
    return true;
  }

  /** A probe went to a server that is away: a second one may go beside it after this pause. */
  probed(nowMillis: number): void {
    if (this.#hold?.away) this.#hold = { ...this.#hold, untilMillis: nowMillis + SILENT_PROBE_MILLIS };
  }

  /** Lets the next probe go at once, unless the server said when. */
  probeNow(nowMillis: number): void {
    if (this.#hold !== undefined && !this.#hold.asked) this.#hold = { ...this.#hold, untilMillis: nowMillis };
  }
}
