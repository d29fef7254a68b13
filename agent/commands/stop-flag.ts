import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import { timeText } from "../../core/manual-stop.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { parseDuration } from "../../provision/inventory/durations.ts";
import { observeFlag } from "../observe/flag.ts";

type Rules = Inventory["manualStop"];

/** The flag holds up to 4 KiB. */
const LONGEST_REASON = 500;

/**
 * Seconds of `--for`.
 * @throws ModemkeeperError usage for what is no duration, and beyond what the inventory allows
 */
export function stopDuration(text: string, { longestExpiry }: Rules): number {
  const seconds = parseDuration(text);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new ModemkeeperError("usage", `"${text}" is not a duration`, {
      fix: "write a number and s, m, h or d, for example --for 30m",
    });
  }
  if (seconds <= longestExpiry) return seconds;
  throw new ModemkeeperError("usage", `${text} is longer than smsd may be kept stopped: ${inWords(longestExpiry)}`, {
    why: "a stop that nobody remembers must end by itself (manual_stop.longest_expiry of the inventory)",
    fix: `--for ${longestExpiry}s at most`,
  });
}

/** @throws ModemkeeperError usage for a reason that a line cannot hold */
export function stopReason(text: string | undefined): string {
  const reason = text?.trim() ?? "";
  if (/\p{Cc}/u.test(reason)) {
    throw new ModemkeeperError("usage", "the reason has a line break or another control character", {
      fix: "write it on one line",
    });
  }
  if (reason.length <= LONGEST_REASON) return reason;
  throw new ModemkeeperError("usage", `the reason is longer than ${LONGEST_REASON} characters`);
}

export interface NewFlag {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly user: string;
  readonly reason: string;
  /** Seconds; without it the flag holds for `clearAfter`. */
  readonly seconds?: number;
}

/** The flag's text: first line `expire:EPOCH` if it has an expiry, then a line for people. */
export function flagText({ now, user, reason, seconds }: NewFlag): string {
  const expiry = seconds === undefined ? "" : `expire:${Math.floor(now / 1000) + seconds}\n`;
  const why = reason === "" ? "" : `: ${reason}`;
  return `${expiry}[${timeText(now)}] smsd was stopped by ${user}${why}\n`;
}

/** Writes the flag for everybody to read. Replaces what is there, links included. Returns when it ends, in words. */
export async function writeFlag(host: Pick<AgentHost, "files">, rules: Rules, flag: NewFlag): Promise<string> {
  const content = flagText(flag);
  await host.files.write(rules.flag, { content, mode: 0o644, owner: "root", group: "root" });
  return timeText(flag.now + (flag.seconds ?? rules.clearAfter) * 1000);
}

/** Removes the flag, whoever wrote it; a person wants smsd to run. Returns one sentence, or undefined if there was none. */
export async function removeFlag(host: Pick<AgentHost, "files" | "stats">, path: string): Promise<string | undefined> {
  const flag = await observeFlag(host, path);
  if (!flag) return undefined;
  if (flag.kind === "directory") return `${path} is a folder, so it is no flag; it stays`;
  await host.files.remove(path);
  return `the manual stop flag of ${flag.owner || "somebody"} from ${timeText(flag.modifiedAt)} is cleared`;
}

function inWords(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
