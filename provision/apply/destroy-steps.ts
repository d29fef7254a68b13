import type { FolderFate } from "../../core/model/resource.ts";
import { STATE } from "../desired/paths.ts";
import { type Original, REPLACED } from "./originals.ts";
import type { Step } from "./steps.ts";

export interface DestroyRequest {
  readonly originals: readonly Original[];
  /** What becomes of each folder that provision made, by path. */
  readonly fates: ReadonlyMap<string, FolderFate>;
  readonly removeSpool: boolean;
  readonly systemdRunning: boolean;
  readonly udevRunning: boolean;
  /** sysfs names of the modems whose links must go. */
  readonly devices: readonly string[];
  /** Files replaced after a change by hand are kept for their author. */
  readonly anyReplaced: boolean;
}

type OriginalOf<K extends Original["kind"]> = Extract<Original, { kind: K }>;

/**
 * Puts back what stood there before provision, in the reverse order of an apply: the service first, the record of it all last,
 * so that a destroy that was cut off can be run again.
 */
export function destroySteps(request: DestroyRequest): readonly Step[] {
  const { originals } = request;
  const units = ofKind(originals, "unit");
  return [
    ...(request.systemdRunning ? units.map(({ unit }): Step => ({ do: "control", verb: "stop", unit })) : []),
    ...units.flatMap(disableOwn),
    // Before files are put back: a purge takes the package's configuration files with it.
    ...packageSteps(ofKind(originals, "package"), request.removeSpool),
    ...ofKind(originals, "file").map(({ path, entry }): Step => ({ do: "put-back", path, entry })),
    ...ofKind(originals, "user").flatMap((user) => userSteps(user, originals)),
    ...directorySteps(ofKind(originals, "directory"), request),
    ...effectSteps(request, units),
    ...stateSteps(request),
  ];
}

function ofKind<K extends Original["kind"]>(originals: readonly Original[], kind: K): readonly OriginalOf<K>[] {
  return originals.filter((original): original is OriginalOf<K> => original.kind === kind);
}

/** A unit that was enabled before us stays enabled: its own file comes back. */
function disableOwn({ unit, enabled }: OriginalOf<"unit">): Step[] {
  return enabled ? [] : [{ do: "set-enabled", unit, enabled: false }];
}

/** Users that a package brought go, or stay, as the package wants it. */
function userSteps(user: OriginalOf<"user">, originals: readonly Original[]): Step[] {
  const broughtByPackage = ofKind(originals, "package").some((one) => !one.installed);
  return user.existed || broughtByPackage ? [] : [{ do: "remove-user", name: user.name }];
}

function packageSteps(packages: readonly OriginalOf<"package">[], purge: boolean): Step[] {
  const names = packages.filter((one) => !one.installed).map((one) => one.name);
  return names.length === 0 ? [] : [{ do: "remove-packages", names, purge }];
}

/** Deepest first. Folders that were there before get their mode and owner back. */
function directorySteps(directories: readonly OriginalOf<"directory">[], request: DestroyRequest): Step[] {
  const deepestFirst = [...directories].sort((a, b) => b.path.length - a.path.length);
  return deepestFirst
    .filter(({ path }) => path !== STATE)
    .map(({ path, entry }): Step => {
      if (entry) return { do: "set-attributes", path, spec: entry };
      const fate = request.fates.get(path) ?? "remove-if-empty";
      const all = fate === "remove" || (fate === "ask" && request.removeSpool);
      return { do: all ? "remove-tree" : "remove-folder-if-empty", path };
    });
}

function effectSteps(request: DestroyRequest, units: readonly OriginalOf<"unit">[]): Step[] {
  const steps: Step[] = [];
  if (request.systemdRunning) steps.push({ do: "reload-systemd" });
  if (request.udevRunning) steps.push({ do: "reload-udev" });
  if (request.devices.length > 0) steps.push({ do: "trigger-udev", devices: request.devices });
  if (!request.systemdRunning) return steps;
  const start = units.filter((unit) => unit.active).map(({ unit }): Step => ({ do: "control", verb: "start", unit }));
  return [...steps, ...start];
}

function stateSteps({ anyReplaced }: DestroyRequest): Step[] {
  if (!anyReplaced) return [{ do: "remove-tree", path: STATE }];
  const ours = ["agent", "generations", "originals"].map(
    (name): Step => ({ do: "remove-tree", path: `${STATE}/${name}` }),
  );
  return [...ours, { do: "remove-folder-if-empty", path: REPLACED }];
}
