import { ModemkeeperError } from "../../../core/errors.ts";
import type { FileEntry, Services, UnitState } from "../../../core/ports.ts";
import type { MemoryFiles } from "./memory-files.ts";

const FOLDERS = ["/etc/systemd/system", "/run/systemd/system", "/lib/systemd/system"];
const WANTS = "/etc/systemd/system/multi-user.target.wants";

/** What the machine does when a unit starts or has stopped, e.g. an smsd appears among the processes. */
export interface UnitHooks {
  started(unit: string, mainPid: number): void;
  stopped(unit: string): void;
}

/** systemd in small: unit files, what of them is loaded, who is enabled and active. */
export class MemoryServices implements Services {
  /** Set to false for a container or an image build. */
  isRunning = true;
  /** Units whose start fails. */
  readonly broken = new Set<string>();
  /** Units that do not stop until they are killed: `control("stop")` stays pending meanwhile. */
  readonly stubborn = new Set<string>();
  /** Main process by active unit. */
  readonly active = new Map<string, number>();
  /** How often each unit was started. */
  readonly starts = new Map<string, number>();
  readonly #files: MemoryFiles;
  readonly #hooks: UnitHooks;
  /** Unit files as systemd has them in memory. */
  readonly #loaded = new Map<string, string>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #nextPid = 1000;

  constructor(files: MemoryFiles, hooks: UnitHooks) {
    this.#files = files;
    this.#hooks = hooks;
  }

  async running(): Promise<boolean> {
    return this.isRunning;
  }

  async state(unit: string): Promise<UnitState> {
    const fragment = this.#fragment(unit);
    const disk = fragment === undefined ? undefined : this.#files.entries.get(fragment);
    return {
      load: loadState(disk),
      active: this.isRunning && this.active.has(unit) ? "active" : "inactive",
      starting: false,
      enabled: this.#files.entries.has(`${WANTS}/${unit}`),
      fragment: fragment ?? "",
      mainPid: this.active.get(unit) ?? 0,
      needsReload: this.isRunning && this.#load(unit) !== textOf(disk),
    };
  }

  async reload(): Promise<void> {
    this.#assertRunning();
    this.#loaded.clear();
    // What runs keeps its entry, freshly read; the rest is read when it is next asked for.
    for (const unit of this.active.keys()) this.#load(unit);
  }

  async setEnabled(unit: string, enabled: boolean): Promise<void> {
    if (!enabled) return this.#files.remove(`${WANTS}/${unit}`);
    const fragment = this.#fragment(unit);
    if (fragment === undefined) throw failed(`enable ${unit}`, `Unit file ${unit} does not exist.`);
    if (loadState(this.#files.entries.get(fragment)) === "masked") throw failed(`enable ${unit}`, "Unit is masked.");
    await this.#files.link(`${WANTS}/${unit}`, fragment);
  }

  async control(verb: "start" | "stop" | "restart", unit: string): Promise<void> {
    this.#assertRunning();
    if (verb !== "start" && this.stubborn.has(unit)) await this.#killed(unit);
    if (verb !== "start") this.#stop(unit);
    if (verb !== "stop") this.#start(unit);
  }

  async kill(unit: string): Promise<void> {
    this.#assertRunning();
    this.#stop(unit);
    for (const tell of this.#waiting.get(unit) ?? []) tell();
    this.#waiting.delete(unit);
  }

  async journal(unit: string, lines: number): Promise<string> {
    return this.broken.has(unit) && lines > 0 ? `${unit}: broken in this test\n` : "";
  }

  async #killed(unit: string): Promise<void> {
    if (!this.active.has(unit)) return;
    await new Promise<void>((tell) => {
      this.#waiting.set(unit, [...(this.#waiting.get(unit) ?? []), tell]);
    });
  }

  #stop(unit: string): void {
    if (!this.active.delete(unit)) return;
    this.#hooks.stopped(unit);
  }

  #start(unit: string): void {
    if (this.active.has(unit)) return;
    const text = this.#load(unit);
    if (text === "") throw failed(`start ${unit}`, `Unit ${unit} not found.`);
    if (text === "/dev/null") throw failed(`start ${unit}`, `Unit ${unit} is masked.`);
    if (this.broken.has(unit)) throw failed(`start ${unit}`, `Job for ${unit} failed.`);
    const pid = this.#nextPid++;
    this.active.set(unit, pid);
    this.starts.set(unit, (this.starts.get(unit) ?? 0) + 1);
    this.#hooks.started(unit, pid);
  }

  /** systemd reads a unit when it is first named, and keeps it until a reload. */
  #load(unit: string): string {
    const known = this.#loaded.get(unit);
    if (known !== undefined) return known;
    const fragment = this.#fragment(unit);
    if (fragment === undefined) return "";
    const text = textOf(this.#files.entries.get(fragment));
    this.#loaded.set(unit, text);
    return text;
  }

  #fragment(unit: string): string | undefined {
    return FOLDERS.map((folder) => `${folder}/${unit}`).find((path) => this.#files.entries.has(path));
  }

  #assertRunning(): void {
    if (!this.isRunning) throw new ModemkeeperError("precondition-missing", "systemd does not run in this machine");
  }
}

function loadState(disk: FileEntry | undefined): string {
  if (!disk) return "not-found";
  return textOf(disk) === "/dev/null" ? "masked" : "loaded";
}

function textOf(disk: FileEntry | undefined): string {
  if (disk?.kind === "file") return disk.content;
  return disk?.kind === "link" ? disk.target : "";
}

function failed(command: string, said: string): ModemkeeperError {
  return new ModemkeeperError("command-failed", `\`systemctl ${command}\` failed with exit code 1`, {
    why: `it said: ${said}`,
  });
}
