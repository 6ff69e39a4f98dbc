// Whether a server is there, by its latest answers: when not, since when, and when to look again.
import { Backoff, type Pace } from "./backoff.ts";

/** Why nothing but a probe is sent, since when, and when the next one may go. */
export interface Hold {
  readonly kind: "backoff" | "blocked" | "refused";
  readonly sinceMillis: number;
  readonly untilMillis: number;
  /** Whether the server could not be reached. */
  readonly away: boolean;
  /** The server said how long: a flush does not shorten it. */
  readonly asked: boolean;
  /** Of `refused`: how many lone spans it refused since it was last known to take any. */
  readonly refusedAlone: number;
}

const BLOCKED_PROBE_MILLIS = 60_000;
/** So many lone spans go at once, to find one that is taken. */
const MAX_LONE_PROBES = 4;
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

  /** Whether it refused what it was sent, and another span may go at once to see whether that is all it does. */
  get mayTryAnother(): boolean {
    return this.#hold?.kind === "refused" && this.#hold.refusedAlone < MAX_LONE_PROBES;
  }

  /**
   * The server answered a request begun at `startedAtMillis`. An older one's answer says nothing about a server
   * that refuses now; one that was away answers again.
   */
  open(startedAtMillis: number): void {
    const hold = this.#hold;
    const isNewer = hold !== undefined && !hold.away && startedAtMillis < hold.sinceMillis;
    // That others are taken is all that a refusal waits for.
    if (isNewer && hold.kind !== "refused") return;
    this.#hold = undefined;
    this.#backoff.reset();
  }

  /**
   * A request begun at `startedAtMillis` failed in a way that others would too. Gives whether that put up a hold: not
   * where it began before the hold that is up.
   */
  close(
    kind: Exclude<Hold["kind"], "refused">,
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
    const untilMillis = fromMillis + wait;
    this.#hold = { kind, sinceMillis: nowMillis, untilMillis, away, asked, refusedAlone: 0 };
    return true;
  }

  /**
   * A request begun at `startedAtMillis` was refused for what is in it, and nothing shows that others are taken: until one
   * is, lone spans go, some at once and then one each minute.
   */
  refuse(startedAtMillis: number, nowMillis: number): void {
    const hold = this.#hold;
    if (hold !== undefined && startedAtMillis < hold.sinceMillis) return;
    this.#hold = {
      kind: "refused",
      sinceMillis: nowMillis,
      untilMillis: nowMillis + BLOCKED_PROBE_MILLIS,
      away: false,
      asked: false,
      refusedAlone: hold?.kind === "refused" ? hold.refusedAlone + 1 : 0,
    };
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
