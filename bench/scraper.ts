import { Agent, get } from "node:http";

/**
 * Asks one address at a fixed rate, over connections that are kept, as a monitoring system does. A request is due when its
 * time has come, whether or not those before it were answered, and its latency counts from then: a server that stands
 * still for a second does not hide the questions that nobody could ask meanwhile.
 */
export class Scraper {
  readonly #url: string;
  readonly #every: number;
  /** In rotation: one that idles for long is closed by the server, perhaps just as it is asked. */
  readonly #connections = new Agent({ keepAlive: true, scheduling: "fifo" });
  readonly #latencies: Promise<number>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #began = 0;

  /** `every`: milliseconds between two requests. */
  constructor(url: string, every: number) {
    this.#url = url;
    this.#every = every;
  }

  /** How many requests have been made. */
  get asked(): number {
    return this.#latencies.length;
  }

  start(): void {
    this.#began = performance.now();
    this.#timer = setInterval(() => this.#askWhatIsDue(), 1);
  }

  /** Milliseconds that each request took. @throws Error if one was refused */
  async stop(): Promise<readonly number[]> {
    clearInterval(this.#timer);
    try {
      return await Promise.all(this.#latencies);
    } finally {
      this.#connections.destroy();
    }
  }

  #askWhatIsDue(): void {
    for (;;) {
      const due = this.#began + this.#latencies.length * this.#every;
      if (due > performance.now()) return;
      const latency = this.#ask(due);
      // Told by stop().
      latency.catch(() => undefined);
      this.#latencies.push(latency);
    }
  }

  #ask(due: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const request = get(this.#url, { agent: this.#connections }, (response) => {
        response.on("end", () => {
          if (response.statusCode === 200 || response.statusCode === 204) resolve(performance.now() - due);
          else reject(new Error(`${this.#url} answered ${response.statusCode}`));
        });
        response.on("error", reject).resume();
      });
      request.on("error", reject);
    });
  }
}
