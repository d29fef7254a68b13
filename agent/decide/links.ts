import type { WantedLink } from "../../provision/plan/compare-links.ts";
import type { ModemMemory } from "../model/memory.ts";
import { isFree, issue, remember, report, type Turn, wakeAt } from "./modem-turn.ts";

type Attached = NonNullable<ModemMemory["attached"]>;

/** udev works through the terminals of a modem within this time. */
const UDEV_MS = 2_000;
/** After udev was asked again and has settled. */
const SETTLED_MS = 3_000;
/** A link that could not be written is tried again after this. */
const RETRY_MS = 60_000;

/** Links belong to udev: where one stays missing or wrong udev is asked again, and only then is it written. */
export function links(turn: Turn): Turn {
  const { attached } = turn.memory;
  const { bound, now } = turn.facts;
  if (!attached || !bound) return turn;
  const wrong = bound.wrongLinks;
  if (wrong.length === 0) return settled(turn, attached);
  const since = attached.linksWrongSince ?? now;
  const known = remember(turn, { attached: { ...attached, linksWrongSince: since } });
  if (now - since < UDEV_MS) return wakeAt(known, since + UDEV_MS);
  return repair(report(known, linkFinding(turn, wrong)), wrong);
}

/** The link that smsd opens exists and leads to the AT port. */
export function isLinked({ facts }: Turn): boolean {
  const { bound } = facts;
  return bound?.at !== undefined && bound.wrongLinks.every((link) => link.tty !== bound.at);
}

function settled(turn: Turn, attached: Attached): Turn {
  const { linksWrongSince, triggeredAt: _at, linksWritten: _written, ...rest } = attached;
  return linksWrongSince === undefined ? turn : remember(turn, { attached: rest });
}

function repair(turn: Turn, wrong: readonly WantedLink[]): Turn {
  const { attached } = turn.memory;
  const { now } = turn.facts;
  if (!attached || !isFree(turn)) return turn;
  const { name } = turn.facts.modem;
  if (attached.triggeredAt === undefined) {
    const sentence = `Links of ${name} are missing or wrong: udev is asked to look again.`;
    const asked = remember(turn, { attached: { ...attached, triggeredAt: now } });
    const step = { do: "trigger-udev", devices: [attached.sysName] } as const;
    return wakeAt(issue(asked, step, { code: "link-missing", sentence }), now + SETTLED_MS);
  }
  if (now - attached.triggeredAt < SETTLED_MS) return wakeAt(turn, attached.triggeredAt + SETTLED_MS);
  const written = attached.linksWritten ?? {};
  const next = wrong.find((link) => now - (written[link.path] ?? Number.NEGATIVE_INFINITY) >= RETRY_MS);
  if (!next) return wakeAt(turn, now + RETRY_MS);
  const noted = remember(turn, { attached: { ...attached, linksWritten: { ...written, [next.path]: now } } });
  const sentence = `udev did not make ${next.path}: it is written, and leads to ${next.tty}.`;
  return issue(noted, { do: "write-link", path: next.path, tty: next.tty }, { code: "link-missing", sentence });
}

function linkFinding({ facts }: Turn, wrong: readonly WantedLink[]) {
  const { links: found } = facts.input.seen;
  const isAt = wrong.some((link) => link.tty === facts.bound?.at);
  return {
    code: "link-missing",
    level: "warning" as const,
    sentence: isAt
      ? `The link by which smsd opens ${facts.modem.name} is missing or wrong; it is being repaired.`
      : `Links of ${facts.modem.name} are missing or wrong; they are being repaired.`,
    evidence: wrong.map(({ path, tty }) => `${path}: ${found[path] ?? "missing"}, wanted ${tty}`),
    fix: "If it returns: `udevadm test` on the terminal, and other rules that name the modem.",
    notify: false,
  };
}
