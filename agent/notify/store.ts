import type { AgentHost } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import { readSmall } from "../observe/small-file.ts";
import { NOTICE_MEMORY } from "../paths.ts";
import { emptyNoticeMemory, isNoticeMemory, type NoticeMemory } from "./memory.ts";

type Host = Pick<AgentHost, "files" | "stats" | "monotonic">;

/** A thousand topics take a tenth of this. */
const MAX_BYTES = 4_194_304;
/** A disk that took nothing is asked again so often. */
const ASK_AGAIN_MS = 30_000;

/** What was told, in memory and on disk. */
export class NoticeStore {
  readonly #host: Host;
  #memory: NoticeMemory;
  #written = "";
  #askAt = Number.NEGATIVE_INFINITY;

  constructor(host: Host) {
    this.#host = host;
    this.#memory = emptyNoticeMemory(host.monotonic.bootId);
  }

  get memory(): NoticeMemory {
    return this.#memory;
  }

  /** What is remembered; `lastNumber`: of the notices that are known. Returns what could not be used; never fails. */
  async load(lastNumber: number): Promise<readonly string[]> {
    const problem = await this.#read();
    this.#memory = { ...this.#memory, sequence: Math.max(this.#memory.sequence, lastNumber) };
    return problem === undefined ? [] : [`${problem}: what lasts is told anew`];
  }

  /** Writes it where it has changed and `durable` says so; a disk that takes nothing is asked again after a while. */
  async save(memory: NoticeMemory, durable: boolean): Promise<void> {
    this.#memory = memory;
    const content = `${JSON.stringify(memory)}\n`;
    const now = this.#host.monotonic.now();
    if (!durable || content === this.#written || now < this.#askAt) return;
    try {
      await this.#host.files.write(NOTICE_MEMORY, { content, mode: 0o600, owner: "root", group: "root" });
      this.#written = content;
    } catch {
      this.#askAt = now + ASK_AGAIN_MS;
      // The next agent tells something twice; that notices cannot be kept is told by the outbox.
    }
  }

  async #read(): Promise<string | undefined> {
    try {
      const entry = await readSmall(this.#host, NOTICE_MEMORY, MAX_BYTES);
      if (!entry) return undefined;
      if (entry.kind !== "file") return `${NOTICE_MEMORY} is no file (${entry.kind})`;
      const value: unknown = JSON.parse(entry.content);
      if (!isNoticeMemory(value)) return `${NOTICE_MEMORY} holds what makes no sense`;
      this.#memory = value as NoticeMemory;
      this.#written = entry.content;
      return undefined;
    } catch (error) {
      return `${NOTICE_MEMORY} cannot be used: ${messageOf(error)}`;
    }
  }
}
