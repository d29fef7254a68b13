import type { DeliveryHost, Place, SpoolFiles, WebAnswer, WebRequest } from "../../../core/delivery-ports.ts";
import { ModemkeeperError } from "../../../core/errors.ts";
import type { MemoryFiles } from "./memory-files.ts";

/** The network and the spool of a machine in memory. */
export class MemoryDelivery {
  /** Requests that were sent, oldest first. */
  readonly requests: WebRequest[] = [];
  /** Answers a request; throws where there is no answer. */
  onRequest: (request: WebRequest) => Partial<WebAnswer> = () => {
    throw new ModemkeeperError("io", "connection refused");
  };
  readonly #files: MemoryFiles;
  readonly #listeners = new Map<string, Set<(name: string | undefined) => void>>();

  constructor(files: MemoryFiles) {
    this.#files = files;
  }

  /** Something happened in a folder, as inotify tells it. */
  tell(folder: string, name?: string): void {
    for (const listener of this.#listeners.get(folder) ?? []) listener(name);
  }

  host(): DeliveryHost {
    const absent = (what: string) => () => {
      throw new ModemkeeperError("io", `a machine in memory has no ${what}`);
    };
    return {
      hostName: "gateway",
      web: { send: async (request) => this.#answer(request), close: async () => {} },
      brokers: { connect: absent("broker") },
      handlers: { run: absent("programs") },
      lineFiles: { append: absent("files of lines") },
      watch: { watch: (folder, listener) => this.#watch(folder, listener) },
      spoolFiles: spoolFiles(this.#files),
    };
  }

  #answer(request: WebRequest): WebAnswer {
    this.requests.push(request);
    return { status: 200, headers: {}, body: "", ...this.onRequest(request) };
  }

  #watch(folder: string, listener: (name: string | undefined) => void): () => void {
    const listeners = this.#listeners.get(folder) ?? new Set();
    this.#listeners.set(folder, listeners.add(listener));
    return () => void listeners.delete(listener);
  }
}

function spoolFiles(files: MemoryFiles): SpoolFiles {
  const at = ({ folder, name }: Place) => `${folder}/${name}`;
  return {
    async *names(folder) {
      if (files.entries.get(folder)?.kind !== "directory") throw new ModemkeeperError("io", `cannot read ${folder}`);
      yield await files.list(folder);
    },
    look: (place) => {
      const entry = files.entries.get(at(place));
      if (!entry) return undefined;
      const modifiedAt = BigInt(entry.modifiedAt) * 1_000_000n;
      if (entry.kind === "directory") return { kind: "folder", modifiedAt, size: 0 };
      if (entry.kind !== "file") return { kind: "other", modifiedAt, size: 0 };
      return { kind: "file", modifiedAt, size: Buffer.byteLength(entry.content, entry.encoding ?? "utf8") };
    },
    read: (place, limit) => {
      const entry = files.entries.get(at(place));
      if (!entry) return undefined;
      const { modifiedAt } = entry;
      if (entry.kind !== "file") return { kind: entry.kind === "directory" ? "folder" : "other", modifiedAt, size: 0 };
      const content = Buffer.from(entry.content, entry.encoding ?? "utf8");
      if (content.length > limit) return { kind: "too-big", modifiedAt, size: content.length };
      return { kind: "file", content, modifiedAt };
    },
    move: async (from, to) => {
      const entry = files.entries.get(at(from));
      if (!entry) throw new ModemkeeperError("io", `cannot move ${at(from)}: no such file`);
      files.entries.delete(at(from));
      files.put(at(to), entry);
    },
    durable: async () => {},
    sync: async () => {},
    write: (place, content) => files.write(at(place), { content, mode: 0o600, owner: "root", group: "root" }),
    remove: (place) => files.remove(at(place)),
    makeFolder: (folder) => files.makeDirectory(folder, { mode: 0o700, owner: "root", group: "root" }),
  };
}
