import { COMPAT_SCRIPTS } from "../../../provision/desired/compat-scripts.ts";

/*
 * What a line of a script, a crontab, a unit or a rule does to smsd or to a modem. The kinds are those that kept a gateway
 * down: a restart past the manual stop flag, a `pkill -9 smsd` and a second smsd by hand, a script that opens smsd's port.
 */

interface Deed {
  readonly pattern: RegExp;
  readonly does: string;
}

const DEEDS: readonly Deed[] = [
  { pattern: /\b(pkill|killall)\b[^|;&#]*\bsmsd\b(?!_)/, does: "kills smsd" },
  {
    pattern: /\bsystemctl\b[^|;&#]*\b(re)?start\b[^|;&#]*\b(smstools|smsd)(\.service)?(?![\w.-])/,
    does: "restarts smsd",
  },
  { pattern: /\bsystemctl\b[^|;&#]*\bstop\b[^|;&#]*\b(smstools|smsd)(\.service)?(?![\w.-])/, does: "stops smsd" },
  { pattern: /(\/etc\/init\.d\/|\b(service|invoke-rc\.d)\s+)(smstools|smsd)\s+\w*start/, does: "restarts smsd" },
  { pattern: /(^|[\s;&|="])(\/usr)?\/sbin\/smsd(\s|$)/, does: "starts an smsd of its own" },
  {
    pattern: /(>+\s*|\b(minicom|picocom|socat|chat|microcom|stty|cu)\b[^|;&#]*)\/dev\/tty(USB|ACM)\w+/,
    does: "talks to a modem's port",
  },
  { pattern: /\bcat\s+\/dev\/tty(USB|ACM)\w+/, does: "talks to a modem's port" },
  // That is where smsd keeps what it is about to send: a received message with a forged header would go out.
  { pattern: /\b(mv|cp)\b[^|;&#]*\/sms\/checked(\/|"|\s|$)/, does: "moves messages into smsd's send queue" },
];

/** Names of the scripts that a gateway of this kind used to be kept by. */
const OLD_SCRIPTS = new Set(COMPAT_SCRIPTS.map(({ name }) => name));

/** What the line does; undefined if it is of no interest. */
export function deedOf(line: string, flag: string): string | undefined {
  const deed = DEEDS.find(({ pattern }) => pattern.test(line));
  if (deed) return deed.does;
  return writesFlag(line, flag) ? "writes the manual stop flag" : undefined;
}

/** What a whole script does: its first deed, or that it is known by name. */
export function doesOf(path: string, text: string, flag: string): string | undefined {
  for (const line of text.split("\n")) {
    const deed = /^\s*#/.test(line) ? undefined : deedOf(line, flag);
    if (deed !== undefined) return deed;
  }
  return OLD_SCRIPTS.has(path.slice(path.lastIndexOf("/") + 1)) ? "is a script of the gateway's past" : undefined;
}

function writesFlag(line: string, flag: string): boolean {
  return line.includes(flag) && (/\btouch\b/.test(line) || new RegExp(`>\\s*"?${escaped(flag)}`).test(line));
}

/** A path below a folder in which people keep scripts of their own. */
const CALL = /(?<![\w./-])\/(?:home|root|opt|srv|usr\/local)\/[\w./+-]{1,200}/g;
const MOST_CALLS = 3;

/** Scripts that a line calls. */
export function callsOf(line: string): readonly string[] {
  const paths = [...line.matchAll(CALL)].map(([path]) => path.replace(/\.+$/, ""));
  return paths.filter((path) => !path.includes("/modemkeeper") && !path.split("/").includes("..")).slice(0, MOST_CALLS);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
