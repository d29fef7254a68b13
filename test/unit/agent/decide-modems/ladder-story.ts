import { expect } from "vitest";
import type { RecoveryPhase } from "../../../../agent/model/memory.ts";
import type { Rung } from "../../../../core/model/inventory.ts";
import { ModemStory, oneModem } from "./modem-story.ts";

export const ANSWERS = { answered: true } as const;
export const SILENT = { answered: false } as const;

/** A modem whose port gives I/O errors: known to be silent, so the resets begin at once. */
export function broken(
  rungs: readonly Rung[] = ["restart-smsd", "at-reset", "usb-reset", "usb-authorize"],
): ModemStory {
  const inventory = oneModem({ rungs });
  const power = { hub: "1-1", port: 2 };
  const modems = inventory.modems.map((modem) => ({ ...modem, power }));
  const story = ModemStory.working({ ...inventory, modems });
  story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) }).look();
  return story;
}

/** smsd's silence of a minute, checked three times. */
export function silentSmsd(rungs: readonly Rung[] = ["restart-smsd", "at-reset", "usb-reset"]): ModemStory {
  const story = ModemStory.working(oneModem({ rungs }));
  story.seen.holders = { ttyUSB3: [{ pid: 9, process: "minicom", user: "root", since: 0 }] };
  for (const wait of [60, 15, 15]) story.after(wait).look();
  return story;
}

export function stopped(story: ModemStory): ModemStory {
  story.after(1).smsd(false).look();
  return story;
}

/** The rung is carried out; where it restarts the modem, that leaves the bus and returns. */
export function carriedOut(story: ModemStory, rung: Exclude<Rung, "restart-smsd">): ModemStory {
  story.after(1).end(rung);
  if (rung === "at-reset" || rung === "usb-power") {
    story.unplug().look();
    story.after(5).plug("1", 10);
  }
  story.look();
  return story;
}

export function phase(story: ModemStory): RecoveryPhase | undefined {
  return story.modem().recovery?.phase;
}

export const probed = (story: ModemStory, probe: { readonly answered: boolean }) =>
  story.after(0.5).end("probe", { ok: probe.answered, probe }).look();

/** smsd is started again and gets its answers. */
export function resumed(story: ModemStory): ModemStory {
  expect(story.decision?.demands.hold).toBeUndefined();
  story.after(1).smsd(true).look();
  story.after(2).ready().look();
  return story;
}
