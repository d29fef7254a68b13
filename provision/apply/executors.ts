import { ModemkeeperError } from "../../core/errors.ts";
import type { FileEntry, Host } from "../../core/ports.ts";
import { reveal } from "../../core/secret.ts";
import { forgetOriginal, keepOriginal, keepReplaced } from "./originals.ts";
import type { StepKind, StepOf } from "./steps.ts";

export interface ExecutionContext {
  readonly host: Host;
  readonly progress: (line: string) => void;
}

/** Carries one step out. What is already so is left alone, so that a step may be done twice. */
type Executor<K extends StepKind> = (context: ExecutionContext, step: StepOf<K>) => Promise<void>;

const EXECUTORS: { readonly [K in StepKind]: Executor<K> } = {
  "keep-original": ({ host }, { id }) => keepOriginal(host, id),
  "forget-original": ({ host }, { id }) => forgetOriginal(host, id),
  "keep-replaced": ({ host }, { path, generation }) => keepReplaced(host, path, generation),
  // What `systemctl mask` does: invoke-rc.d and deb-systemd-invoke do not start a masked unit. Our unit replaces it in one rename.
  "mask-unit": ({ host }, { path }) => host.files.link(path, "/dev/null"),
  "install-packages": ({ host, progress }, { names }) => host.packages.install(names, progress),
  "remove-packages": ({ host }, { names, purge }) => host.packages.remove(names, { purge }),
  "add-user": addUser,
  "remove-user": ({ host }, { name }) => host.accounts.removeUser(name),
  "add-to-group": addToGroup,
  "remove-from-group": ({ host }, { user, group }) => host.accounts.removeFromGroup(user, group),
  "make-directory": makeDirectory,
  "set-attributes": ({ host }, { path, spec }) => host.files.setAttributes(path, spec),
  "write-file": writeFile,
  remove: ({ host }, { path }) => host.files.remove(path),
  "remove-folder-if-empty": removeFolderIfEmpty,
  "remove-tree": ({ host }, { path }) => removeTree(host, path),
  "put-back": putBack,
  "reload-systemd": ({ host }) => host.services.reload(),
  "reload-udev": ({ host }) => host.udev.reloadRules(),
  "trigger-udev": ({ host }, { devices }) => host.udev.trigger(devices),
  "load-module": ({ host }, { name }) => host.udev.loadModule(name),
  "apply-tmpfiles": ({ host }, { path }) => host.udev.applyTmpfiles(path),
  "set-enabled": ({ host }, { unit, enabled }) => host.services.setEnabled(unit, enabled),
  "stop-strays": ({ host }, { pids }) => host.smsd.stopStrays(pids),
  control,
};

export async function execute<K extends StepKind>(context: ExecutionContext, step: StepOf<K>): Promise<void> {
  const executor: Executor<K> = EXECUTORS[step.do as K];
  await executor(context, step);
}

async function addUser({ host }: ExecutionContext, step: StepOf<"add-user">): Promise<void> {
  if (await host.accounts.user(step.name)) return;
  if (!(await host.accounts.groupExists(step.group))) await host.accounts.addGroup(step.group);
  await host.accounts.addUser(step);
}

async function addToGroup({ host }: ExecutionContext, step: StepOf<"add-to-group">): Promise<void> {
  const user = await host.accounts.user(step.user);
  if (user && (user.group === step.group || user.groups.includes(step.group))) return;
  if (!(await host.accounts.groupExists(step.group))) await host.accounts.addGroup(step.group);
  await host.accounts.addToGroup(step.user, step.group);
}

function inTheWay(path: string, kind: string, wanted: string): ModemkeeperError {
  return new ModemkeeperError("precondition-missing", `${path} is a ${kind}, a ${wanted} is wanted there`, {
    why: "what is there may be somebody's data, so it is not removed",
    fix: `look at it and move it away: ls -ld ${path}`,
  });
}

async function makeDirectory({ host }: ExecutionContext, step: StepOf<"make-directory">): Promise<void> {
  const before = await host.files.read(step.path);
  if (before && before.kind !== "directory") throw inTheWay(step.path, before.kind, "folder");
  await host.files.makeDirectory(step.path, step.spec);
}

async function writeFile({ host }: ExecutionContext, step: StepOf<"write-file">): Promise<void> {
  const before = await host.files.read(step.path);
  if (before?.kind === "directory" || before?.kind === "other") throw inTheWay(step.path, before.kind, "file");
  await host.files.write(step.path, { ...step.spec, content: reveal(step.content) });
}

async function removeFolderIfEmpty(
  { host }: ExecutionContext,
  { path }: StepOf<"remove-folder-if-empty">,
): Promise<void> {
  const entry = await host.files.read(path);
  if (entry?.kind === "directory" && (await host.files.list(path)).length === 0) await host.files.remove(path);
}

/** Links in it are removed, never followed. */
async function removeTree(host: Host, path: string): Promise<void> {
  const entry = await host.files.read(path);
  if (entry?.kind === "directory") {
    for (const name of await host.files.list(path)) await removeTree(host, `${path}/${name}`);
  }
  await host.files.remove(path);
}

async function putBack({ host }: ExecutionContext, { path, entry }: StepOf<"put-back">): Promise<void> {
  if (entry === undefined) return host.files.remove(path);
  if (isSame(entry, await host.files.read(path))) return;
  if (entry.kind === "file") return host.files.write(path, entry);
  if (entry.kind === "link") return host.files.link(path, entry.target);
  if (entry.kind === "directory") return host.files.makeDirectory(path, entry);
  throw new ModemkeeperError("io", `${path} was neither a file, a link nor a folder and cannot be put back`);
}

/** Modification times may differ: what was replaced and put back is the same. */
function isSame(wanted: FileEntry, actual: FileEntry | undefined): boolean {
  const key = (entry: FileEntry | undefined) => JSON.stringify(entry && { ...entry, modifiedAt: 0 });
  return key(wanted) === key(actual);
}

/**
 * A `Type=exec` unit counts as started when the program was executed; smsd then reads its configuration and
 * may exit a moment later. Measured: under 0.3 s on a slow board; 1.5 s is watched.
 */
const WATCH_MS = 1500;
const WATCH_STEP_MS = 250;

async function control({ host }: ExecutionContext, step: StepOf<"control">): Promise<void> {
  await host.services.control(step.verb, step.unit);
  if (step.verb !== "stop") await watchStart(host, step.unit);
}

async function watchStart(host: Host, unit: string): Promise<void> {
  for (let waited = 0; waited < WATCH_MS; waited += WATCH_STEP_MS) {
    await host.clock.sleep(WATCH_STEP_MS);
    const { active } = await host.services.state(unit);
    if (active === "active" || active === "activating") continue;
    const journal = await host.services.journal(unit, 10);
    throw new ModemkeeperError("apply-failed", `${unit} did not stay up after its start (${active})`, {
      why: journal === "" ? "its journal is empty" : `its journal ends with:\n${journal}`,
      fix: `journalctl -u ${unit} -n 50`,
    });
  }
}
