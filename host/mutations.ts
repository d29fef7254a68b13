import type { Host } from "../core/ports.ts";

type PortName = "files" | "packages" | "accounts" | "services" | "udev" | "smsd";

/** Every operation that changes a machine. Locks are not among them: they come and go without a trace that lasts. */
const MUTATIONS: { readonly [P in PortName]: readonly (keyof Host[P])[] } = {
  files: ["write", "makeDirectory", "setAttributes", "link", "remove"],
  packages: ["install", "remove"],
  accounts: ["addGroup", "addUser", "addToGroup", "removeFromGroup", "removeUser"],
  services: ["reload", "setEnabled", "control"],
  udev: ["reloadRules", "trigger", "loadModule", "applyTmpfiles"],
  smsd: ["stopStrays"],
};

/**
 * The same host, with `around` called in place of each mutation: its line (`files.write /etc/smsd.conf 640 root:smsd`,
 * never a content), and the deed to do or not to do.
 */
export function wrapMutations(host: Host, around: (line: string, act: () => Promise<void>) => Promise<void>): Host {
  const wrapped: Partial<Record<PortName, unknown>> = {};
  for (const name of Object.keys(MUTATIONS) as PortName[]) {
    wrapped[name] = wrapPort(name, host[name], MUTATIONS[name], around);
  }
  return { ...host, ...(wrapped as Pick<Host, PortName>) };
}

type Method = (...args: readonly unknown[]) => unknown;

function wrapPort(
  name: PortName,
  port: object,
  mutations: readonly string[],
  around: (line: string, act: () => Promise<void>) => Promise<void>,
): object {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      const method: Method = member.bind(target);
      if (!mutations.includes(String(key))) return method;
      return (...args: readonly unknown[]) =>
        around(`${name}.${String(key)}${describe(args)}`, async () => {
          await method(...args);
        });
    },
  });
}

function describe(args: readonly unknown[]): string {
  return args
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
