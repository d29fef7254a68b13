import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Modem } from "../../core/model/inventory.ts";
import { GUARD, SMSD_CONF, STATE_DIRECTORY, SUSPEND } from "../../provision/desired/paths.ts";
import { sampleModem, sampleSecret } from "./sample-inventory.ts";
import { renderInto, type Scratch, scratch } from "./smsd-accepts.ts";

/** A host in a scratch folder, with smsd.conf and the guard that is asked before smsd starts. */
export class GuardedHost {
  readonly #place: Scratch = scratch();
  readonly folder = this.#place.folder;
  readonly state = join(this.folder, "state");
  readonly log = join(this.folder, "log/smsd.log");
  readonly configuration = join(this.folder, "smsd.conf");
  readonly #guard = join(this.folder, "guard");

  /** Renders, and moves what has a fixed place on a host into the folder. */
  install(modems: readonly Modem[], pins: Readonly<Record<string, string>> = {}): void {
    const secrets = Object.entries(pins).map(
      ([name, pin]) => [name, { ...sampleSecret(pin), mask: `(secret of ${name})` }] as const,
    );
    const texts = renderInto(this.#place, { modems, smsd: this.#place.smsd() }, new Map(secrets));
    for (const made of [this.state, join(this.folder, "log")]) mkdirSync(made, { recursive: true });
    writeFileSync(this.#guard, this.#moved(texts.get(GUARD) ?? ""));
    writeFileSync(this.configuration, this.#moved(texts.get(SMSD_CONF) ?? ""));
  }

  #moved(text: string): string {
    return text
      .replaceAll(SMSD_CONF, this.configuration)
      .replaceAll(SUSPEND, join(this.folder, "suspend"))
      .replaceAll(`/var/lib/${STATE_DIRECTORY}`, this.state)
      .replaceAll("/dev/ttyUSB_", `${this.folder}/tty_`);
  }

  ask(verb: string, env: NodeJS.ProcessEnv = process.env): { readonly allowed: boolean; readonly said: string } {
    const { status, stderr } = spawnSync("/bin/sh", [this.#guard, verb], { encoding: "utf8", env });
    return { allowed: status === 0, said: stderr };
  }

  /** What smsd is told to leave alone. */
  suspended(): string {
    return readFileSync(join(this.folder, "suspend"), "utf8");
  }

  create(): void {
    mkdirSync(this.folder, { recursive: true });
  }

  remove(): void {
    this.#place.remove();
  }
}

export function modemWithPin(name: string): Modem {
  return sampleModem({ name, pin: { from: "env", name } });
}
