import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AGENT_STATE, APPLY_LOCK, FALLBACK, GUARD, SUSPEND } from "../../provision/desired/paths.ts";
import { sampleInventory } from "./sample-inventory.ts";
import { renderInto, type Scratch, scratch } from "./smsd-accepts.ts";
import { STOP_RULES, type StopFlagCase } from "./stop-flag-cases.ts";

/** systemd in small: units are files that say `active`; what was started is written down. */
const SYSTEMCTL = `#!/bin/sh
cd "$(dirname "$0")/../units" || exit 1
for unit; do :; done
case $1 in
  is-active) [ "$(cat "$unit" 2>/dev/null)" = active ] ;;
  start) echo "$unit" >>started; [ -e refuses ] || echo active >"$unit" ;;
  show) cat "$unit.pid" ;;
esac
`;

/** A host in a scratch folder on which the real fallback script runs, with a faked systemctl. */
export class FallbackHost {
  readonly #place: Scratch = scratch();
  readonly folder = this.#place.folder;
  readonly flag = join(this.folder, "smsd_manual_stop");
  readonly suspend = join(this.folder, "suspend");
  readonly lock = join(this.folder, "lock");
  readonly log = join(this.folder, "log/smsd.log");
  readonly #script = join(this.folder, "fallback");

  install(): void {
    const manualStop = { ...sampleInventory().manualStop, ...STOP_RULES, flag: this.flag };
    const texts = renderInto(this.#place, { manualStop, smsd: this.#place.smsd() });
    for (const made of ["units", "bin", "log"]) mkdirSync(join(this.folder, made), { recursive: true });
    this.#program("fallback", this.#moved(texts.get(FALLBACK) ?? ""));
    this.#program("bin/systemctl", SYSTEMCTL);
    this.guardSays(true);
  }

  #program(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
    chmodSync(join(this.folder, name), 0o755);
  }

  #moved(text: string): string {
    return text
      .replaceAll(GUARD, join(this.folder, "guard"))
      .replaceAll(SUSPEND, this.suspend)
      .replaceAll(APPLY_LOCK, this.lock)
      .replaceAll(AGENT_STATE, join(this.folder, "state.json"))
      .replaceAll("/run/modemkeeper-suspend.", `${this.folder}/new-suspend.`);
  }

  /** Whether the guard finds room on the disk. */
  guardSays(room: boolean): void {
    this.#program("guard", `#!/bin/sh\nexit ${room ? 0 : 1}\n`);
  }

  unit(name: string, state: "active" | "inactive", pid = 0): void {
    writeFileSync(join(this.folder, "units", name), `${state}\n`);
    writeFileSync(join(this.folder, "units", `${name}.pid`), `${pid}\n`);
  }

  /** The agent looked so many seconds ago. */
  agentLooked(age: number): void {
    this.unit("modemkeeper.service", "active");
    const path = join(this.folder, "state.json");
    writeFileSync(path, "{}");
    const time = Date.now() / 1000 - age;
    utimesSync(path, time, time);
  }

  smsdRefuses(): void {
    writeFileSync(join(this.folder, "units/refuses"), "");
  }

  putFlag({ kind, owner, age, content }: Omit<StopFlagCase, "what" | "inForce">): void {
    const now = Math.floor(Date.now() / 1000);
    if (kind === "directory") mkdirSync(this.flag);
    else if (kind === "fifo") execFileSync("mkfifo", [this.flag]);
    else if (kind === "link") {
      writeFileSync(`${this.flag}.target`, content(now));
      symlinkSync(`${this.flag}.target`, this.flag);
    } else writeFileSync(this.flag, content(now));
    execFileSync("chown", ["--no-dereference", owner, this.flag]);
    execFileSync("touch", ["--no-dereference", `--date=@${now - age}`, this.flag]);
  }

  get hasFlag(): boolean {
    return existsSync(this.flag);
  }

  run(verb: "watch" | "let-go"): { readonly code: number | null; readonly said: string } {
    const env = { ...process.env, PATH: `${join(this.folder, "bin")}:${process.env.PATH}` };
    const { status, stderr } = spawnSync("/bin/sh", [this.#script, verb], { encoding: "utf8", env, timeout: 20_000 });
    return { code: status, said: stderr };
  }

  get started(): readonly string[] {
    const path = join(this.folder, "units/started");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  }

  create(): void {
    mkdirSync(this.folder, { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
