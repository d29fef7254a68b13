import type { ActualState } from "../../core/model/actual.ts";
import type { Change, Reason } from "../../core/model/plan.ts";

/** A link that udev must have made for a modem that is on the bus. */
export interface WantedLink {
  readonly path: string;
  /** Terminal it must lead to, e.g. `ttyUSB2`. */
  readonly tty: string;
  /** sysfs name of the USB device. */
  readonly device: string;
}

/** Links are udev's: where one is missing or wrong, udev is asked again; nobody else writes it. */
export function compareLinks(
  links: readonly WantedLink[],
  actual: ActualState,
): { readonly changes: readonly Change[]; readonly devices: readonly string[] } {
  if (!actual.udevRunning) return { changes: [], devices: [] };
  const wrong = links.filter((link) => actual.links.get(link.path) !== link.tty);
  const changes = wrong.map((link) => linkChange(link, actual.links.get(link.path)));
  return { changes, devices: [...new Set(wrong.map((link) => link.device))] };
}

function linkChange(link: WantedLink, target: string | undefined): Change {
  const reason: Reason =
    target === undefined
      ? { code: "link-missing", sentence: `the modem is plugged in and its link to ${link.tty} is missing` }
      : { code: "link-wrong", sentence: `it leads to ${target}, wanted ${link.tty}` };
  return {
    id: `link:${link.path}`,
    action: target === undefined ? "add" : "change",
    reasons: [reason],
    drift: false,
    diff: "",
    consequences: [],
  };
}
