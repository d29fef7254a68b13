import { signalOf } from "../../core/signal.ts";
import type { SignalSample } from "../http/live.ts";
import type { Outcome } from "../model/step.ts";

/** A modem is asked about every five minutes; a command that resets it asks more often. */
const LEAST_GAP_MS = 4.5 * 60_000;
/** A day of one every five minutes. */
const MOST_SAMPLES = 288;

interface Kept {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly dbm: number | undefined;
  /** Monotonic milliseconds. */
  readonly heard: number;
}

/** Signal strength of each modem over the last day, in memory only: monitoring keeps what shall be kept. */
export class SignalHistory {
  readonly #kept = new Map<string, Kept[]>();

  /** Takes note of a full probe that was answered. `now`: milliseconds since 1970. */
  heard({ step, probe, finishedAt }: Outcome, now: number): void {
    if (step.do !== "probe" || !step.full || !probe?.answered) return;
    const kept = this.#kept.get(step.modem) ?? [];
    const last = kept.at(-1);
    if (last && finishedAt - last.heard < LEAST_GAP_MS) return;
    kept.push({ at: now, dbm: signalOf(probe.signal)?.dbm, heard: finishedAt });
    if (kept.length > MOST_SAMPLES) kept.shift();
    this.#kept.set(step.modem, kept);
  }

  /** Modems that are no longer meant to be here are forgotten. */
  retain(modems: readonly string[]): void {
    for (const name of this.#kept.keys()) if (!modems.includes(name)) this.#kept.delete(name);
  }

  /** By modem, oldest first. */
  samples(): Readonly<Record<string, readonly SignalSample[]>> {
    const all = [...this.#kept].map(([modem, kept]) => [modem, kept.map(shown)] as const);
    return Object.fromEntries(all);
  }
}

function shown({ at, dbm }: Kept): SignalSample {
  return { at: new Date(at).toISOString(), ...(dbm === undefined ? {} : { dbm }) };
}
