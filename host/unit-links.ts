import { ModemkeeperError } from "../core/errors.ts";
import type { Files, UnitState } from "../core/ports.ts";

const OWN_FOLDER = "/etc/systemd/system";
/** systemd's search path for units, first wins (systemd.unit(5)). */
const UNIT_FOLDERS = [
  OWN_FOLDER,
  "/run/systemd/system",
  "/usr/local/lib/systemd/system",
  "/lib/systemd/system",
  "/usr/lib/systemd/system",
];

/**
 * Unit files and the links that enable them, as systemd finds them at boot. By hand rather than by `systemctl --root`,
 * because a container or a bare image has no systemctl.
 */
export class UnitLinks {
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
  }

  async state(unit: string): Promise<UnitState> {
    const fragment = await this.#fragment(unit);
    return {
      load: fragment === undefined ? "not-found" : await this.#load(fragment),
      active: "inactive",
      starting: false,
      enabled: (await this.#links(unit)).length > 0,
      fragment: fragment ?? "",
      mainPid: 0,
      needsReload: false,
    };
  }

  /** @throws ModemkeeperError command-failed for a unit that is absent, masked, or that no target can want */
  async enable(unit: string): Promise<void> {
    const fragment = await this.#fragment(unit);
    const entry = fragment === undefined ? undefined : await this.#files.read(fragment);
    if (fragment === undefined || entry === undefined) throw refused(unit, "there is no such unit file");
    if (entry.kind !== "file") throw refused(unit, `${fragment} is a link (a masked unit), not a unit file`);
    const folders = installFolders(entry.content);
    if (folders.length === 0) throw refused(unit, `${fragment} has no WantedBy= in [Install]`);
    for (const folder of folders) await this.#files.link(`${OWN_FOLDER}/${folder}/${unit}`, fragment);
  }

  async disable(unit: string): Promise<void> {
    for (const link of await this.#links(unit)) await this.#files.remove(link);
  }

  async #fragment(unit: string): Promise<string | undefined> {
    for (const folder of UNIT_FOLDERS) {
      const path = `${folder}/${unit}`;
      if ((await this.#files.read(path)) !== undefined) return path;
    }
    return undefined;
  }

  async #load(fragment: string): Promise<string> {
    const entry = await this.#files.read(fragment);
    return entry?.kind === "link" && entry.target === "/dev/null" ? "masked" : "loaded";
  }

  /** Enabled means that some target wants it. */
  async #links(unit: string): Promise<readonly string[]> {
    const links: string[] = [];
    for (const name of await this.#files.list(OWN_FOLDER)) {
      if (!/\.(wants|requires)$/.test(name)) continue;
      const path = `${OWN_FOLDER}/${name}/${unit}`;
      if ((await this.#files.read(path)) !== undefined) links.push(path);
    }
    return links;
  }
}

/** `multi-user.target.wants` and the like, for what a unit's [Install] section names. */
export function installFolders(unitText: string): readonly string[] {
  const lines = unitText.split("\n").map((line) => line.trim());
  const start = lines.indexOf("[Install]");
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("["));
  return (end < 0 ? rest : rest.slice(0, end)).flatMap((line) => {
    const match = /^(Wanted|Required)By\s*=\s*(.*)$/.exec(line);
    const suffix = match?.[1] === "Wanted" ? "wants" : "requires";
    return (match?.[2] ?? "").split(/\s+/).flatMap((target) => (target ? [`${target}.${suffix}`] : []));
  });
}

function refused(unit: string, why: string): ModemkeeperError {
  return new ModemkeeperError("command-failed", `cannot enable ${unit}`, { why });
}
