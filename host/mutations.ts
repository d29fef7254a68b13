import type { AgentHost } from "../core/agent-ports.ts";
import type { Host } from "../core/ports.ts";

/** Does, or does not do, one mutation of which it is told the line. */
export type Around = <T>(line: string, act: () => Promise<T>) => Promise<T>;

type PortName = "files" | "packages" | "accounts" | "services" | "udev" | "smsd";
type AgentPortName = PortName | "usbControl" | "proc" | "logs" | "stats";

/**
 * Every operation that changes a machine. Locks are not among them: they come and go without a trace that lasts. Nor is
 * a terminal, through which also those who only look must ask a modem.
 */
const MUTATIONS: { readonly [P in AgentPortName]: readonly (keyof AgentHost[P])[] } = {
  files: ["write", "makeDirectory", "setAttributes", "link", "remove"],
  packages: ["install", "remove"],
  accounts: ["addGroup", "addUser", "addToGroup", "removeFromGroup", "removeUser"],
  services: ["reload", "setEnabled", "control", "kill"],
  udev: ["reloadRules", "trigger", "loadModule", "applyTmpfiles"],
  smsd: ["stopStrays"],
  usbControl: ["reset", "reauthorize", "cyclePower", "rebootMachine"],
  proc: ["signal"],
  logs: ["append"],
  stats: ["move"],
};

/**
 * The same host, with `around` called in place of each mutation: its line (`files.write /etc/smsd.conf 640 root:smsd`,
 * never a content), and the deed to do or not to do.
 */
export function wrapMutations<H extends Host>(host: H, around: Around): H {
  const ports = Object.entries(host).map(([name, port]) => {
    const mutations: readonly string[] | undefined = MUTATIONS[name as AgentPortName];
    return [name, mutations ? wrapPort(name, port, mutations, around) : port];
  });
  return Object.fromEntries(ports) as H;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

function wrapPort(name: string, port: object, mutations: readonly string[], around: Around): object {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      const method: Method = member.bind(target);
      if (!mutations.includes(String(key))) return method;
      const called = `${name}.${String(key)}`;
      return (...args: readonly unknown[]) => around(`${called}${describe(called, args)}`, () => method(...args));
    },
  });
}

function describe(called: string, args: readonly unknown[]): string {
  // A log's line is a content.
  const shown = called === "logs.append" ? args.slice(0, 1) : args;
  return shown
    .filter((arg) => typeof arg !== "function")
    .map((arg) => ` ${describeOne(arg)}`)
    .join("");
}

function describeOne(arg: unknown): string {
  if (Array.isArray(arg)) return arg.join(" ");
  if (typeof arg !== "object" || arg === null) return String(arg);
  if ("mode" in arg && "owner" in arg && "group" in arg) {
    return `${Number(arg.mode).toString(8)} ${String(arg.owner)}:${String(arg.group)}`;
  }
  return Object.entries(arg)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(" ");
}
