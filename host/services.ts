import { lstat } from "node:fs/promises";
import { ModemkeeperError } from "../core/errors.ts";
import type { Files, Services, UnitState } from "../core/ports.ts";
import type { Exec } from "./exec.ts";

/** Longer than any TimeoutStopSec of ours (90 s): systemd gives up first and says why. */
const JOB_TIMEOUT = 150_000;
const PROPERTIES = "Id,LoadState,ActiveState,UnitFileState,FragmentPath,MainPID,NeedDaemonReload";
/** systemd's search path for units, first wins (systemd.unit(5)). */
const UNIT_FOLDERS = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system"];
const PACKAGE_UNIT_FOLDERS = ["/lib/systemd/system", "/usr/lib/systemd/system"];

interface Question {
  readonly unit: string;
  readonly answer: (state: UnitState) => void;
  readonly fail: (error: unknown) => void;
}

/** systemd where it runs; where it does not, the unit files and links that it will find at the next boot. */
export class RealServices implements Services {
  readonly #exec: Exec;
  readonly #files: Files;
  readonly #root: string;
  #questions: Question[] = [];

  constructor(exec: Exec, files: Files, root: string) {
    this.#exec = exec;
    this.#files = files;
    this.#root = root;
  }

  /** sd_booted(3): the folder exists exactly when systemd is the init. */
  async running(): Promise<boolean> {
    if (this.#root !== "/") return false;
    return lstat("/run/systemd/system").then(
      (entry) => entry.isDirectory(),
      () => false,
    );
  }

  async state(unit: string): Promise<UnitState> {
    if (!(await this.running())) return this.#offlineState(unit);
    // Questions asked in one go share one systemctl: each call costs about 10 ms.
    return new Promise<UnitState>((answer, fail) => {
      this.#questions.push({ unit, answer, fail });
      if (this.#questions.length === 1) setImmediate(() => void this.#ask());
    });
  }

  async reload(): Promise<void> {
    await this.#systemctl(["daemon-reload"]);
  }

  async setEnabled(unit: string, enabled: boolean): Promise<void> {
    const verb = enabled ? "enable" : "disable";
    if (await this.running()) return this.#systemctl([verb, "--", unit]);
    await this.#exec("systemctl", [`--root=${this.#root}`, verb, "--", unit]);
  }

  async control(verb: "start" | "stop" | "restart", unit: string): Promise<void> {
    await this.#systemctl([verb, "--", unit]);
  }

  async journal(unit: string, lines: number): Promise<string> {
    if (!(await this.running())) return "";
    const args = ["--unit", unit, "--lines", String(lines), "--no-pager", "--output=cat"];
    // Only ever read to enrich another error: a journal that cannot be read must not hide it.
    return this.#exec("journalctl", args).then(
      (result) => result.stdout,
      () => "",
    );
  }

  /** Never reaches this machine's systemd for the sake of a root folder. */
  async #systemctl(args: readonly string[]): Promise<void> {
    if (!(await this.running())) {
      throw new ModemkeeperError("precondition-missing", `systemd does not run in ${this.#root}`, {
        why: `\`systemctl ${args.join(" ")}\` needs it`,
      });
    }
    await this.#exec("systemctl", args, { timeout: JOB_TIMEOUT });
  }

  async #ask(): Promise<void> {
    const questions = this.#questions;
    this.#questions = [];
    try {
      const units = questions.map((question) => question.unit);
      const { stdout } = await this.#exec("systemctl", ["show", "-p", PROPERTIES, "--", ...units]);
      // One block per unit, in the order asked, parted by empty lines.
      const blocks = stdout.trim().split(/\n\n+/);
      questions.forEach((question, index) => {
        question.answer(parseUnitState(blocks[index] ?? ""));
      });
    } catch (error) {
      for (const question of questions) question.fail(error);
    }
  }

  async #offlineState(unit: string): Promise<UnitState> {
    const fragment = await this.#fragment(unit);
    return {
      load: fragment === undefined ? "not-found" : await this.#offlineLoad(fragment),
      active: "inactive",
      enabled: await this.#linkedFromTarget(unit),
      fragment: fragment ?? "",
      mainPid: 0,
      needsReload: false,
    };
  }

  async #fragment(unit: string): Promise<string | undefined> {
    for (const folder of [...UNIT_FOLDERS, ...PACKAGE_UNIT_FOLDERS]) {
      const path = `${folder}/${unit}`;
      if ((await this.#files.read(path)) !== undefined) return path;
    }
    return undefined;
  }

  async #offlineLoad(fragment: string): Promise<string> {
    const entry = await this.#files.read(fragment);
    return entry?.kind === "link" && entry.target === "/dev/null" ? "masked" : "loaded";
  }

  /** Enabled means that some target wants it (systemd.unit(5), [Install]). */
  async #linkedFromTarget(unit: string): Promise<boolean> {
    const folder = "/etc/systemd/system";
    for (const name of await this.#files.list(folder)) {
      if (!/\.(wants|requires)$/.test(name)) continue;
      if ((await this.#files.read(`${folder}/${name}/${unit}`)) !== undefined) return true;
    }
    return false;
  }
}

/** Parses one block of `systemctl show`: `Name=value` lines. */
export function parseUnitState(block: string): UnitState {
  const value = new Map(block.split("\n").map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]));
  return {
    load: value.get("LoadState") ?? "not-found",
    active: value.get("ActiveState") ?? "inactive",
    enabled: value.get("UnitFileState") === "enabled",
    fragment: value.get("FragmentPath") ?? "",
    mainPid: Number(value.get("MainPID") ?? 0),
    needsReload: value.get("NeedDaemonReload") === "yes",
  };
}
