import { ACCESS_LOG, EVENTS_LOG } from "../../agent/paths.ts";
import { AGENT_STATE, INVENTORY_COPY, SET_ASIDE, SMSD_CONF, STATE } from "../../provision/desired/paths.ts";
import { exitCodes } from "../reference/exit-codes.ts";
import { bold, prose, section, sentence, tagged } from "./roff.ts";

/** The same on every page of commands. */
export function exitStatus(): string {
  return section(
    "EXIT STATUS",
    ...exitCodes().map(([code, meaning]) => tagged(bold(String(code)), `${prose(sentence(meaning))}.`)),
  );
}

const VARIABLES: readonly (readonly [string, string])[] = [
  ["NO_COLOR", "If it is set, nothing is coloured, as with `--no-color`."],
  ["NODE_COMPILE_CACHE", "Where Node keeps compiled modules between calls; /var/cache/modemkeeper by default."],
];

export function environment(): string {
  return section("ENVIRONMENT", ...VARIABLES.map(([name, what]) => tagged(bold(name), prose(what))));
}

const FILES: readonly (readonly [string, string])[] = [
  [INVENTORY_COPY, "The inventory that was applied last. See `modemkeeper-inventory`(5)."],
  ["/etc/modemkeeper/secrets", "PINs and tokens that the inventory refers to, readable by root only."],
  [SMSD_CONF, "The configuration of `smsd`, written by `provision apply`."],
  [STATE, "What was applied (generations), what stood there before (originals), and what the agent remembers."],
  [AGENT_STATE, "What the agent saw last."],
  [EVENTS_LOG, "The timeline, one JSON object a line; `modemkeeper events` shows it."],
  [ACCESS_LOG, "Every access to a modem's port: who, how long and what for."],
  [
    "/var/spool/modemkeeper",
    `Received messages that were delivered or refused; \`${SET_ASIDE}\`: taken out of the queue.`,
  ],
  ["/tmp/smsd_manual_stop", "The manual stop flag, unless `manual_stop.flag` of the inventory names another file."],
];

export function files(): string {
  return section("FILES", ...FILES.map(([path, what]) => tagged(bold(path), prose(what))));
}
