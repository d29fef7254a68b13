import type { AgentHost, Holder } from "../../../core/agent-ports.ts";
import { filesIn } from "../../../core/files-in.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import { parseLog } from "../../../core/smsd-log.ts";
import { sinceLastStart } from "../../../core/smsd-progress.ts";
import { APPLY_LOCK } from "../../../provision/desired/paths.ts";
import { isSpoolLock } from "../../act/locks.ts";
import { observeFlag } from "../../observe/flag.ts";
import { readSmall } from "../../observe/small-file.ts";
import { parseSuspend, readSuspend } from "../../observe/suspend.ts";
import type { LockFact, SmsdFacts, SpoolLock } from "../facts.ts";
import type { Wanted } from "./inventory.ts";
import type { Look } from "./look.ts";
import { pathFact } from "./setup.ts";

/** Some thousand lines: hours of a gateway that is well. */
const LOG_BYTES = 512 * 1024;

export async function gatherSmsd({ host, see }: Look, { wanted }: Wanted): Promise<SmsdFacts> {
  const [processes, log, flag, suspend, locks, spoolLocks] = await Promise.all([
    see("smsd's processes", () => host.smsd.processes()),
    see(wanted.smsd.logfile, async () =>
      sinceLastStart(parseLog(await host.smsd.logTail(wanted.smsd.logfile, LOG_BYTES))),
    ),
    see(wanted.manualStop.flag, () => observeFlag(host, wanted.manualStop.flag)),
    see("smsd's suspend file", async () => {
      const entry = await readSuspend(host);
      return entry?.kind === "file" ? parseSuspend(entry.content) : [];
    }),
    see("lock files", () => lockFacts(host, wanted)),
    see("smsd's spool", () => spoolLocksOf(host, wanted)),
  ]);
  return { processes, log, flag, suspend, locks, spoolLocks };
}

async function lockFacts(host: AgentHost, { accessLock }: Inventory): Promise<readonly LockFact[]> {
  const [access, actor, uucp] = await Promise.all([
    lockFact(host, "access", accessLock.file),
    lockFact(host, "actor", APPLY_LOCK),
    uucpLocks(host),
  ]);
  return [access, actor, ...uucp];
}

async function lockFact(host: AgentHost, what: "access" | "actor", path: string): Promise<LockFact> {
  const [file, holder] = await Promise.all([pathFact(host, path), host.proc.lockHolder(path)]);
  return { what, file, ...(holder ? { holder } : {}) };
}

const UUCP_FOLDER = "/run/lock";
const MAX_BYTES = 4096;

/** `LCK..ttyUSB2`: the older way to keep a terminal to oneself, with a process id in it (FHS 3.0, /var/lock). */
async function uucpLocks(host: AgentHost): Promise<readonly LockFact[]> {
  const names = (await host.files.list(UUCP_FOLDER)).filter((name) => /^LCK\.\.tty(USB|ACM)/.test(name));
  return Promise.all(
    names.map(async (name): Promise<LockFact> => {
      const path = `${UUCP_FOLDER}/${name}`;
      const entry = await readSmall(host, path, MAX_BYTES);
      const holder = entry?.kind === "file" ? await processOf(host, entry.content) : undefined;
      return { what: "uucp", file: await pathFact(host, path), ...(holder ? { holder } : {}) };
    }),
  );
}

async function processOf(host: AgentHost, content: string): Promise<Holder | undefined> {
  const pid = /^\s*(\d{1,9})\b/.exec(content)?.[1];
  const comm = pid === undefined ? undefined : await host.files.read(`/proc/${pid}/comm`);
  if (comm?.kind !== "file") return undefined;
  return { pid: Number(pid), process: comm.content.trim(), user: comm.owner, since: comm.modifiedAt };
}

async function spoolLocksOf(host: AgentHost, { smsd }: Inventory): Promise<readonly SpoolLock[]> {
  const { checked, outgoing } = smsd.spool;
  const now = host.clock.now().getTime();
  const found = await Promise.all(
    [checked, outgoing].map(async (folder) =>
      (await filesIn(host.stats, folder, isSpoolLock)).map(({ name, modifiedAt }) => ({
        path: `${folder}/${name}`,
        age: now - modifiedAt,
      })),
    ),
  );
  return found.flat();
}
