import { ModemkeeperError } from "../core/errors.ts";
import type { Files, Services, UnitState } from "../core/ports.ts";
import { systemdRuns } from "./booted.ts";
import type { Exec } from "./exec.ts";
import { UnitLinks } from "./unit-links.ts";

/** Longer than any TimeoutStopSec of ours (90 s): systemd gives up first and says why. */
const JOB_TIMEOUT = 150_000;
const PROPERTIES = "Id,LoadState,ActiveState,SubState,FragmentPath,MainPID,NeedDaemonReload";

/** What systemd itself knows of a unit. */
export type LoadedState = Omit<UnitState, "enabled">;

interface Question {
  readonly unit: string;
  readonly answer: (state: LoadedState) => void;
  readonly fail: (error: unknown) => void;
}

/** systemd where it runs; where it does not, the unit files and links that it will find at the next boot. */
export class RealServices implements Services {
  readonly #exec: Exec;
  readonly #links: UnitLinks;
  readonly #root: string;
  #questions: Question[] = [];

  constructor(exec: Exec, files: Files, root: string) {
    this.#exec = exec;
    this.#links = new UnitLinks(files);
    this.#root = root;
  }

  async running(): Promise<boolean> {
    return systemdRuns(this.#root);
  }

  async state(unit: string): Promise<UnitState> {
    if (!(await this.running())) return this.#links.state(unit);
    const [loaded, { enabled }] = await Promise.all([this.#loadedState(unit), this.#links.state(unit)]);
    return { ...loaded, enabled };
  }

  /** Questions asked in one go share one systemctl: each call costs about 10 ms. */
  async #loadedState(unit: string): Promise<LoadedState> {
    return new Promise<LoadedState>((answer, fail) => {
      this.#questions.push({ unit, answer, fail });
      if (this.#questions.length === 1) setImmediate(() => void this.#ask());
    });
  }

  async reload(): Promise<void> {
    await this.#systemctl(["daemon-reload"]);
  }

  /**
   * By links alone. `systemctl enable` would also run update-rc.d for an init script of the same name, which changes its
   * runlevel links for good, and make systemd read everything again up to three times.
   */
  async setEnabled(unit: string, enabled: boolean): Promise<void> {
    await (enabled ? this.#links.enable(unit) : this.#links.disable(unit));
  }

  async control(verb: "start" | "stop" | "restart", unit: string): Promise<void> {
    await this.#systemctl([verb, "--", unit]);
  }

  async kill(unit: string): Promise<void> {
    // systemd forgets an inactive unit, and refuses to kill what it has not loaded.
    if ((await this.state(unit)).active === "inactive") return;
    await this.#systemctl(["kill", "--signal=SIGKILL", "--", unit]);
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
}

/** Parses one block of `systemctl show`: `Name=value` lines. */
export function parseUnitState(block: string): LoadedState {
  const value = new Map(block.split("\n").map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]));
  return {
    load: value.get("LoadState") ?? "not-found",
    active: value.get("ActiveState") ?? "inactive",
    // systemd's own words: "activating (start)" against "activating (auto-restart)", seen with systemctl status.
    starting: value.get("ActiveState") === "activating" && value.get("SubState") !== "auto-restart",
    fragment: value.get("FragmentPath") ?? "",
    mainPid: Number(value.get("MainPID") ?? 0),
    needsReload: value.get("NeedDaemonReload") === "yes",
  };
}
