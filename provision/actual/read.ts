import type { Actual, ActualState } from "../../core/model/actual.ts";
import type { RecordedResource } from "../../core/model/generation.ts";
import type { Resource } from "../../core/model/resource.ts";
import type { FileEntry, Host } from "../../core/ports.ts";
import { redact } from "./mask.ts";

export interface ReadRequest {
  /** Resources that are wanted, and those that a former apply wrote. */
  readonly resources: readonly (Resource | RecordedResource)[];
  /** Paths of udev links to look at. */
  readonly links: readonly string[];
  /** Path of the manual stop flag. */
  readonly stopFlag: string;
  /** Units that may own an smsd process. */
  readonly units: readonly string[];
}

/** Looks at the host; changes nothing. */
export async function readActual(host: Host, request: ReadRequest): Promise<Omit<ActualState, "originalsKept">> {
  const [systemdRunning, udevRunning, attached, links, straySmsd, flag] = await Promise.all([
    host.services.running(),
    host.udev.running(),
    host.usb.attached(),
    readLinks(host, request.links),
    findStrays(host, request.units),
    host.files.read(request.stopFlag),
  ]);
  const entries = await Promise.all(
    request.resources.map(async (resource) => [resource.id, await readOne(host, resource)] as const),
  );
  return {
    resources: new Map(entries),
    systemdRunning,
    udevRunning,
    attached,
    links,
    straySmsd,
    ...stopFlagOf(flag),
  };
}

function stopFlagOf(entry: FileEntry | undefined): Pick<ActualState, "stopFlag"> {
  if (!entry) return {};
  const { kind, owner, modifiedAt } = entry;
  return { stopFlag: { kind, owner, modifiedAt, content: entry.kind === "file" ? entry.content : "" } };
}

async function readOne(host: Host, resource: Resource | RecordedResource): Promise<Actual> {
  switch (resource.kind) {
    case "package": {
      const provided = (await host.files.read(resource.provides)) !== undefined;
      if (provided) return { kind: "package", installed: true };
      const candidate = await host.packages.candidate(resource.name);
      return { kind: "package", installed: false, ...(candidate === undefined ? {} : { candidate }) };
    }
    case "user": {
      const entry = await host.accounts.user(resource.name);
      const groupExists = await host.accounts.groupExists(resource.group);
      return { kind: "user", groupExists, ...(entry ? { entry } : {}) };
    }
    case "directory": {
      const entry = await host.files.read(resource.path);
      return { kind: "directory", ...(entry ? { entry } : {}) };
    }
    case "file": {
      const entry = await host.files.read(resource.path);
      return { kind: "file", shown: shownContent(host.machineId, entry), ...(entry ? { entry } : {}) };
    }
    case "unit":
      return { kind: "unit", state: await host.services.state(resource.unit), ...(await programOf(host, resource)) };
  }
}

type RecordedUnit = Extract<Resource | RecordedResource, { kind: "unit" }>;

async function programOf(host: Host, { program }: RecordedUnit): Promise<{ readonly lacksProgram?: true }> {
  const there = program === undefined || (await host.files.read(program)) !== undefined;
  return there ? {} : { lacksProgram: true };
}

function shownContent(machineId: string, entry: FileEntry | undefined): string {
  if (entry?.kind === "file") return redact(machineId, entry.content);
  return entry?.kind === "link" ? `(link to ${entry.target})\n` : "";
}

async function readLinks(host: Host, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const entry = await host.files.read(path);
    if (entry?.kind === "link") found.set(path, entry.target);
  }
  return found;
}

async function findStrays(host: Host, units: readonly string[]): Promise<readonly number[]> {
  const processes = await host.smsd.processes();
  return processes.filter((process) => !units.includes(process.unit)).map((process) => process.pid);
}
