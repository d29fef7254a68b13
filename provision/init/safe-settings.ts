import type { SmsdSettings, SmsdValue } from "../../core/model/smsd-value.ts";

/** In which direction from our value a gateway still survives; `only`: nowhere but there. */
type Bound = "only" | "at-most" | "at-least";

/*
 * Settings by which a gateway dies or falls silent, measured with smsd 3.1.21: the port that stays dead after an unplug,
 * the send that hangs for ever, the hour of blocking, LTE's registration taken for none, texts cut at an emoji.
 * An old value is not taken over by itself; whoever wants it writes it into the inventory.
 */
const BOUNDS: ReadonlyMap<string, Bound> = new Map<string, Bound>([
  ["keep_open", "only"],
  ["device_open_retries", "only"],
  ["device_open_errorsleeptime", "at-most"],
  ["send_handshake_select", "only"],
  ["rtscts", "only"],
  ["check_network", "only"],
  ["errorsleeptime", "at-most"],
  ["blocktime", "at-most"],
  ["notifier", "only"],
  ["store_received_pdu", "only"],
  ["decode_unicode_text", "only"],
  ["loglevel", "at-least"],
]);

/** True if `value` would endanger what `ours` protects. */
export function endangers(name: string, value: SmsdValue, ours: SmsdValue | undefined): boolean {
  const bound = BOUNDS.get(name);
  if (bound === undefined || ours === undefined || value === ours) return false;
  if (bound === "only") return true;
  const [theirs, limit] = [numberOf(value), numberOf(ours)];
  return bound === "at-most" ? theirs > limit : theirs < limit;
}

/** smsd's words for loglevel, by the number that each stands for. */
const LEVELS: ReadonlyMap<string, number> = new Map(
  ["critical", "error", "warning", "notice", "info", "debug"].map((word, index) => [word, index + 2]),
);

function numberOf(value: SmsdValue): number {
  return LEVELS.get(String(value)) ?? Number(value);
}

interface NewDefault {
  readonly name: string;
  /** What smsd does without the line. */
  readonly before: SmsdValue;
  readonly note: string;
}

/** Defaults of ours that scripts around an old gateway may notice. */
const NEW_DEFAULTS: readonly NewDefault[] = [
  {
    name: "trust_outgoing",
    before: false,
    note: "smsd now sends a file the moment it appears in outgoing: programs must write it under a name that starts with a dot and rename it, or set `trust_outgoing: no`.",
  },
  {
    name: "incoming_utf8",
    before: false,
    note: "received texts are now stored as UTF-8: programs that expect ISO-8859-15 need `incoming_utf8: no`.",
  },
  {
    name: "datetime_format",
    before: "%y-%m-%d %H:%M:%S",
    note: 'times in messages now have a four-digit year: for two digits, `datetime_format: "%y-%m-%d %H:%M:%S"`.',
  },
  {
    name: "umask",
    before: "",
    note: "messages can be read by smsd's user and group only: other programs' users must join its group.",
  },
];

/** What changes although no line of the old file spoke of it. `named`: the global settings that it had. */
export function newDefaultNotes(named: ReadonlySet<string>, effective: SmsdSettings): readonly string[] {
  const changed = NEW_DEFAULTS.filter(({ name, before }) => !named.has(name) && effective[name] !== before);
  const notes = changed.map(({ note }) => note);
  if (named.has("report")) return notes;
  return [...notes, "status reports now go to a folder of their own, `report`, no longer to incoming."];
}
