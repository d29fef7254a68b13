import { ModemkeeperError } from "../../core/errors.ts";
import type { Inventory, Spool } from "../../core/model/inventory.ts";
import { ownFolder, parentOf } from "../desired/paths.ts";
import { keyPathText } from "../inventory/key-path.ts";
import { type Effective, numbers } from "./conf-modems.ts";
import { decideSetting } from "./decide-setting.ts";
import { dropped, type Outcome } from "./fate.ts";

/** What becomes of everything before the first section. `ours`: the inventory without anything taken over. */
export function decideGlobals(globals: ReadonlyMap<string, Effective>, ours: Inventory): readonly Outcome[] {
  const place = {
    section: "global",
    settings: ["smsd", "settings"],
    extra: ["smsd", "extra"],
    ours: ours.smsd.settings,
  } as const;
  const base = newBase(globals.get("incoming"), ours.smsd.spool);
  const folders = base === undefined ? ours.smsd.spool : movedTo(base, ours.smsd.spool);
  return [...globals.values()].map((setting) => {
    if (setting.name === "devices") return devices(setting);
    if (setting.name === "logfile") return logfile(setting, ours.smsd.logfile);
    if (setting.name === "user" || setting.name === "group") return account(setting, ours);
    if (!isFolder(setting.name)) return decideSetting(setting, place);
    if (base !== undefined && setting.name === "incoming") {
      return claimed(setting, ["smsd", "spool", "base"], base, "; folders that are not named lie there too");
    }
    return folder(setting, folders[setting.name]);
  });
}

function devices(setting: Effective): Outcome {
  return { lines: numbers(setting.lines), fate: "owned", reason: "The list comes from `modems`." };
}

const FOLDERS = ["incoming", "outgoing", "checked", "sent", "failed", "report", "saved", "stats"] as const;

function isFolder(name: string): name is keyof Spool {
  return FOLDERS.some((folder) => folder === name);
}

/**
 * Folders that the old file does not name should lie beside those that it does, and `saved`
 * must be on the filesystem of `incoming`: where incoming is moved, everything moves.
 */
function newBase(incoming: Effective | undefined, ours: Spool): string | undefined {
  const path = tidy(incoming?.values[0] ?? "");
  if (path === ours.incoming) return undefined;
  return /^(\/.+)\/incoming$/.exec(path)?.[1];
}

function movedTo(base: string, spool: Spool): Spool {
  const old = `${spool.incoming.slice(0, -"/incoming".length)}/`;
  const entries = Object.entries(spool).map(([name, path]: [string, string]) => {
    return [name, path.startsWith(old) ? `${base}/${path.slice(old.length)}` : path] as const;
  });
  return { ...spool, ...Object.fromEntries(entries) };
}

function folder(setting: Effective, ours: string): Outcome {
  const lines = numbers(setting.lines);
  const path = tidy(setting.values[0] ?? "");
  if (path === "") return dropped(lines, "It has no value.");
  if (path === ours) return { lines, fate: "same as our default", reason: `smsd.spool.${setting.name}` };
  return claimed(setting, ["smsd", "spool", setting.name], path, `, in place of our ${ours}`);
}

function logfile(setting: Effective, ours: string): Outcome {
  const lines = numbers(setting.lines);
  const path = tidy(setting.values[0] ?? "");
  if (path === ours) return { lines, fate: "same as our default", reason: "smsd.logfile" };
  if (!path.startsWith("/")) {
    return { lines, fate: "made safe", reason: `Health checks read smsd's log, so it is a file: ${ours}.` };
  }
  if (isShared(parentOf(path))) {
    return {
      lines,
      fate: "made safe",
      reason: `It moves to ${ours}: smsd owns the folder of its log, so it cannot be ${parentOf(path)}.`,
    };
  }
  return claimed(setting, ["smsd", "logfile"], path, `, in place of our ${ours}`);
}

function isShared(folder: string): boolean {
  try {
    ownFolder(folder, "smsd.logfile");
    return false;
  } catch (error) {
    if (error instanceof ModemkeeperError) return true;
    throw error;
  }
}

function account(setting: Effective, { smsd }: Inventory): Outcome {
  const lines = numbers(setting.lines);
  const value = setting.values[0] ?? "";
  const ours = setting.name === "user" ? smsd.user : smsd.group;
  if (value === ours) return { lines, fate: "same as our default", reason: `smsd.${setting.name}` };
  if (value === "root") {
    return { lines, fate: "made safe", reason: `Stays ${ours}: smsd gives file names to a shell unquoted.` };
  }
  // Access to the ports comes from the unit, whatever smsd's own group is.
  if (setting.name === "group" && value === "dialout") {
    return { lines, fate: "owned", reason: `smsd is given dialout besides its own group, ${ours}.` };
  }
  return claimed(setting, ["smsd", setting.name], value, "");
}

function claimed(setting: Effective, path: readonly string[], value: string, note: string): Outcome {
  const reason = `${keyPathText(path)}${note}`;
  return { lines: numbers(setting.lines), fate: "taken over", reason, claim: { path, value } };
}

function tidy(path: string): string {
  return path.replaceAll(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
}
