import type { AgentHost } from "../../core/agent-ports.ts";
import type { SmsdSection } from "../../core/model/inventory.ts";
import { parentOf, temporaryFolder } from "../../provision/desired/paths.ts";
import type { Observation } from "../model/observation.ts";

/** What the guard asks for before it lets smsd start (`smsd-may-start`): the measure of what is scarcer, bytes or files. */
const LEAST = { bytes: 16 * 1024 * 1024, files: 100 };

/** The scarcest room among the filesystems that smsd writes to; what does not exist is left out. */
export async function observeDisk(host: Pick<AgentHost, "disk">, smsd: SmsdSection): Promise<Observation["disk"]> {
  const folders = [...Object.values(smsd.spool), temporaryFolder(smsd), parentOf(smsd.logfile)];
  const rooms = await Promise.all(
    folders.map(async (path) => {
      const room = await host.disk.room(path);
      return room ? [{ path, ...room }] : [];
    }),
  );
  const scarcest = rooms.flat().sort((a, b) => plenty(a) - plenty(b))[0];
  return scarcest ?? { path: "", bytes: Number.POSITIVE_INFINITY, files: Number.POSITIVE_INFINITY };
}

function plenty({ bytes, files }: { readonly bytes: number; readonly files: number }): number {
  return Math.min(bytes / LEAST.bytes, files / LEAST.files);
}
