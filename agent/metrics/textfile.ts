import type { AgentHost } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { AgentLog } from "../log.ts";
import type { Observation } from "../model/observation.ts";

/** Prometheus asks node_exporter every 15 s to a minute; what is older than this is for nobody's use. */
const EVERY_MS = 15_000;

export interface TextfileMeans {
  readonly host: Pick<AgentHost, "clock" | "files">;
  readonly log: Pick<AgentLog, "write">;
  /** What is written. */
  text(): string;
}

/**
 * The same as at /metrics, as a file for node_exporter's textfile collector. While the agent does not run there is none:
 * node_exporter would go on serving the last one, and values that nobody keeps up are worse than none. One that a killed
 * agent left behind shows its age in `smsgw_agent_last_look_timestamp_seconds`.
 */
export class Textfile {
  readonly #means: TextfileMeans;
  #path: string | undefined;
  #trouble: string | undefined;
  #stop = new AbortController();
  #run: Promise<void> = Promise.resolve();

  constructor(means: TextfileMeans) {
    this.#means = means;
  }

  /** What keeps the file from being written, for the rules. */
  observe(): Pick<Observation, "textfileTrouble"> {
    return this.#trouble === undefined ? {} : { textfileTrouble: this.#trouble };
  }

  /** Writes where this inventory says, from now on; costs nothing while that is the same. Never fails. */
  configure({ metrics }: Pick<Inventory, "metrics">): void {
    const { textfile } = metrics;
    if (textfile === this.#path) return;
    this.#path = textfile;
    const before = this.#end();
    if (textfile === undefined) {
      this.#run = before;
      return;
    }
    const stop = new AbortController();
    this.#stop = stop;
    this.#run = before.then(() => this.#keepWriting(textfile, stop.signal));
  }

  /** Settles when the file is gone. */
  async stop(): Promise<void> {
    this.#path = undefined;
    await this.#end();
  }

  /** The loop, if there is one, comes to its end. */
  #end(): Promise<void> {
    this.#stop.abort();
    return this.#run;
  }

  async #keepWriting(path: string, signal: AbortSignal): Promise<void> {
    const { clock, files } = this.#means.host;
    while (!signal.aborted) {
      await this.#write(path);
      await clock.sleep(EVERY_MS, signal);
    }
    this.#trouble = undefined;
    await files.remove(path).catch((error: unknown) => {
      this.#means.log.write("warning", `${path} could not be removed, going on: ${messageOf(error)}`);
    });
  }

  /** A folder that is missing is not made: without node_exporter nobody would read what is in it. */
  async #write(path: string): Promise<void> {
    const { host, log, text } = this.#means;
    try {
      const folder = path.slice(0, path.lastIndexOf("/")) || "/";
      if ((await host.files.read(folder)) === undefined) throw new Error(`there is no folder ${folder}`);
      await host.files.write(path, { content: text(), mode: 0o644, owner: "root", group: "root" });
      if (this.#trouble !== undefined) log.write("info", `${path} can be written again`);
      this.#trouble = undefined;
    } catch (error) {
      if (this.#trouble !== undefined) return;
      this.#trouble = messageOf(error);
      log.write("warning", `${path} cannot be written, trying again: ${this.#trouble}`);
    }
  }
}
