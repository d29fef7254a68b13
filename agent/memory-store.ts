import type { AgentHost } from "../core/agent-ports.ts";
import { messageOf } from "../core/errors.ts";
import { isConfiguration, isFinding, isFlag, isHost, isModem, isSmsd } from "./memory-guards.ts";
import { type Guard, isPlain } from "./memory-shape.ts";
import { emptyMemory, type Memory } from "./model/memory.ts";
import { readSmall } from "./observe/small-file.ts";
import { MEMORY } from "./paths.ts";

export interface Remembered {
  readonly memory: Memory;
  /** What could not be used, one sentence; absent where all is well, or this is the first start. */
  readonly problem?: string;
}

/** 64 modems with all their findings take a tenth of this. */
const MAX_BYTES = 4_194_304;

/** The agent's memory on disk. */
export class MemoryStore {
  readonly #host: Pick<AgentHost, "files" | "stats" | "monotonic">;
  #written = "";

  constructor(host: Pick<AgentHost, "files" | "stats" | "monotonic">) {
    this.#host = host;
  }

  /** What was remembered. Parts that make no sense are left out, each modem by itself; never fails. */
  async load(): Promise<Remembered> {
    const empty = emptyMemory(this.#host.monotonic.bootId);
    try {
      const entry = await readSmall(this.#host, MEMORY, MAX_BYTES);
      if (!entry) return { memory: empty };
      if (entry.kind !== "file")
        return { memory: empty, problem: `${MEMORY} is no file (${entry.kind}): starting anew` };
      this.#written = entry.content;
      return understand(JSON.parse(entry.content), empty);
    } catch (error) {
      return { memory: empty, problem: `${MEMORY} cannot be used, starting anew: ${messageOf(error)}` };
    }
  }

  /**
   * Writes it if it differs from what is on disk.
   * @throws ModemkeeperError io if it cannot be written
   */
  async save(memory: Memory): Promise<void> {
    const content = `${JSON.stringify(memory)}\n`;
    if (content === this.#written) return;
    await this.#host.files.write(MEMORY, { content, mode: 0o600, owner: "root", group: "root" });
    this.#written = content;
  }
}

function understand(value: unknown, empty: Memory): Remembered {
  if (!isPlain(value) || value.format !== empty.format || typeof value.bootId !== "string") {
    return { memory: empty, problem: `${MEMORY} is none of this agent's (${empty.format}): starting anew` };
  }
  const lost: string[] = [];
  const part = <T>(name: string, guard: Guard, otherwise: T): T => {
    const found = value[name];
    if (guard(found)) return found as T;
    if (found !== undefined) lost.push(name);
    return otherwise;
  };
  const flag = part<Memory["flag"]>("flag", isFlag, undefined);
  const host = part<Memory["host"]>("host", isHost, undefined);
  const memory: Memory = {
    format: empty.format,
    bootId: value.bootId,
    findings: entries(value.findings, isFinding, "findings", lost),
    ...(flag ? { flag } : {}),
    smsd: part("smsd", isSmsd, empty.smsd),
    modems: entries(value.modems, isModem, "modems", lost),
    configuration: part("configuration", isConfiguration, empty.configuration),
    ...(host ? { host } : {}),
  };
  if (lost.length === 0) return { memory };
  return { memory, problem: `${MEMORY} holds what makes no sense, and is used without: ${lost.join(", ")}` };
}

/** The entries that are as they should be; the names of the others are noted. */
function entries<T>(value: unknown, guard: Guard, name: string, lost: string[]): Readonly<Record<string, T>> {
  if (!isPlain(value)) {
    lost.push(name);
    return {};
  }
  const all = Object.entries(value);
  lost.push(...all.filter(([, entry]) => !guard(entry)).map(([key]) => `${name}.${key}`.slice(0, 80)));
  return Object.fromEntries(all.filter(([, entry]) => guard(entry))) as Readonly<Record<string, T>>;
}
