import type { KeyPath } from "../key-path.ts";
import { quote } from "../quote.ts";
import { problem, type Rule, type RuleContext, remark } from "./context.ts";

interface Folder {
  readonly key: string;
  readonly path: string;
  readonly place: KeyPath;
  readonly smsd: boolean;
}

/** Every folder that we make or give an owner, with the place in the file that decides it. */
function folders({ raw, inventory }: RuleContext): readonly Folder[] {
  const spool = Object.entries(inventory.smsd.spool).map(([name, path]) => {
    const own = raw.smsd?.spool?.[name] !== undefined;
    return { key: `smsd.spool.${name}`, path, place: ["smsd", "spool", own ? name : "base"], smsd: true };
  });
  const { processed, deadLetter } = inventory.incoming;
  return [
    ...spool,
    { key: "incoming.processed", path: processed, place: ["incoming", "processed"], smsd: false },
    { key: "incoming.dead_letter", path: deadLetter, place: ["incoming", "dead_letter"], smsd: false },
  ].map((folder) => ({ ...folder, path: tidy(folder.path) }));
}

function tidy(path: string): string {
  return path.replaceAll(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
}

export const distinctFolders: Rule = (context) =>
  pairs(folders(context)).flatMap(([a, b]) => {
    if (a.path !== b.path) return [];
    const checked = [a, b].some(({ key }) => key === "smsd.spool.checked") && !(a.smsd && b.smsd);
    return [
      problem(
        "folder-twice",
        context.at(b.place),
        `\`${b.key}\` is the same folder as \`${a.key}\`: ${quote(b.path)}.`,
        checked
          ? "`checked` is smsd's queue of *outgoing* messages: what is moved there is sent, or thrown away."
          : "smsd, or we, would take the files of one purpose for those of the other.",
        "Give each its own folder.",
      ),
    ];
  });

export const separateFolders: Rule = (context) =>
  pairs(folders(context)).flatMap(([a, b]) => {
    const [inner, outer] = a.path.length > b.path.length ? [a, b] : [b, a];
    if (!inner.path.startsWith(`${outer.path}/`)) return [];
    return [
      problem(
        "folder-in-folder",
        context.at(inner.place),
        `\`${inner.key}\` (${quote(inner.path)}) lies inside \`${outer.key}\` (${quote(outer.path)}).`,
        "Whoever empties or watches the outer folder would meet the inner one.",
        "Put them side by side.",
      ),
    ];
  });

function pairs(all: readonly Folder[]): readonly (readonly [Folder, Folder])[] {
  return all.flatMap((a, index) => all.slice(index + 1).map((b) => [a, b] as const));
}

/** Their owner changes to smsd's account, so they may not be anybody else's. */
const SYSTEM = /^\/(bin|boot|dev|etc|lib|lib64|proc|root|sbin|sys|usr)(\/|$)/;
const SHARED = [
  "/var/lib",
  "/var/log",
  "/var/spool",
  "/var/cache",
  "/var/lock",
  "/var/run",
  "/var/tmp",
  "/opt/modemkeeper",
];

export const ownFolders: Rule = (context) =>
  folders(context).flatMap(({ key, path, place }) =>
    path.lastIndexOf("/") === 0 || SYSTEM.test(path) || SHARED.includes(path)
      ? [
          problem(
            "folder-of-others",
            context.at(place),
            `\`${key}\` is ${quote(path)}.`,
            "The folder's owner and mode change to smsd's, which would break what else lives there.",
            "Name a folder of its own, e.g. below /var/spool/sms.",
          ),
        ]
      : [],
  );

export const lastingFolders: Rule = (context) =>
  folders(context).flatMap(({ key, path, place }) =>
    /^\/(tmp|run|var\/run|var\/tmp)\//.test(path) && key !== "smsd.spool.stats"
      ? [
          remark(
            "folder-not-lasting",
            context.at(place),
            `\`${key}\` is ${quote(path)}, which is emptied at boot or by age.`,
            "Messages that wait there are lost.",
            "Use a folder below /var/spool.",
          ),
        ]
      : [],
  );

/** Files of ours must not look like messages. */
export const filesOutsideSpool: Rule = (context) => {
  const { inventory, at } = context;
  const files: readonly (readonly [string, string, KeyPath])[] = [
    ["smsd.logfile", inventory.smsd.logfile, ["smsd", "logfile"]],
    ["manual_stop.flag", inventory.manualStop.flag, ["manual_stop", "flag"]],
    ["access_lock.file", inventory.accessLock.file, ["access_lock", "file"]],
  ];
  return files.flatMap(([key, path, place]) => {
    const folder = folders(context).find(
      (one) => tidy(path).startsWith(`${one.path}/`) && one.key !== "smsd.spool.stats",
    );
    if (folder === undefined) return [];
    return [
      problem(
        "file-in-spool",
        at(place),
        `\`${key}\` (${quote(path)}) lies in \`${folder.key}\`.`,
        "Every file in there is taken for a message.",
        "Put it elsewhere, e.g. below /var/log or /run.",
      ),
    ];
  });
};
