import type { AgentHost } from "../core/agent-ports.ts";
import type { HttpHandler, HttpPlace } from "../core/http-ports.ts";
import type { HttpSection, Inventory } from "../core/model/inventory.ts";
import { answers } from "./http/answers.ts";
import { type Door, isLoopback } from "./http/authorise.ts";
import { Gate } from "./http/gate.ts";
import { Jobs } from "./http/jobs.ts";
import { Listener } from "./http/listener.ts";
import type { SignalSample } from "./http/live.ts";
import { LiveStreams } from "./http/live-streams.ts";
import { StatusSource } from "./http/status-source.ts";
import { Tokens } from "./http/tokens.ts";
import { Turns } from "./http/turns.ts";
import type { AgentLog } from "./log.ts";
import type { Observation } from "./model/observation.ts";
import { API_SOCKET } from "./paths.ts";
import type { AgentState } from "./state.ts";

/** Who may open it may do everything: root. */
const SOCKET_MODE = 0o600;
/** A fault that comes with every request is logged once in this time, milliseconds. */
const SAID_AGAIN_AFTER = 60_000;

export interface ApiMeans {
  readonly host: AgentHost;
  readonly log: AgentLog;
  /** How the gateway stood at the last pass; undefined before the first. */
  state(): AgentState | undefined;
  /** Prometheus' text format. */
  metrics(): string;
  /** By modem, oldest first. */
  signals(): Readonly<Record<string, readonly SignalSample[]>>;
  /** A request was answered; `route` as it stands in the table. */
  answered?(route: string, status: number): void;
  /** What was learned calls for a pass. */
  news(): void;
}

/** The HTTP API: what listens, what it is asked through, and the jobs that were asked for. */
export class Api {
  readonly #means: ApiMeans;
  readonly #tokens: Tokens;
  readonly #jobs: Jobs;
  readonly #live: LiveStreams;
  readonly #doors: Readonly<Record<Door, HttpHandler>>;
  readonly #address: Listener;
  readonly #socket: Listener;
  #inventory: Inventory;
  #saidAt = Number.NEGATIVE_INFINITY;

  /** Does nothing before `start`. */
  constructor(means: ApiMeans, inventory: Inventory) {
    const { host } = means;
    const status = new StatusSource({ host, state: means.state, inventory: () => this.#inventory });
    this.#means = means;
    this.#inventory = inventory;
    this.#tokens = new Tokens(host);
    this.#live = new LiveStreams({ host, status });
    this.#jobs = new Jobs({ host, changed: (job) => this.#live.job(job) });
    const [jobs, live, turns] = [this.#jobs, this.#live, new Turns()];
    const gate = new Gate({
      monotonic: host.monotonic,
      tokens: this.#tokens,
      answer: answers({ ...means, status, jobs, live, turns, inventory: () => this.#inventory }),
      failed: (error) => this.#failed(error),
      answered: (path, status) => means.answered?.(path, status),
    });
    this.#doors = {
      socket: gate.handler("socket"),
      loopback: gate.handler("loopback"),
      network: gate.handler("network"),
    };
    this.#address = new Listener(host, means.news);
    this.#socket = new Listener(host, means.news);
  }

  /** Begins to listen. Never fails: where it cannot, it is tried again and is a finding. */
  async start(): Promise<void> {
    await this.#live.start();
    this.configure(this.#inventory);
  }

  /** The inventory in force, at each pass: what could not be done is tried again. */
  configure(inventory: Inventory): void {
    const { http } = inventory;
    this.#inventory = inventory;
    this.#tokens.configure(http.token);
    const place = placeOf(http);
    const door = isLoopback(place.host) ? "loopback" : "network";
    this.#address.want(http.enabled ? place : undefined, this.#doors[door]);
    const socket: HttpPlace = { socket: API_SOCKET, mode: SOCKET_MODE };
    this.#socket.want(http.enabled ? socket : undefined, this.#doors.socket);
    // A token that cannot be read is told of before somebody needs it.
    if (http.enabled) void this.#tokens.configured();
  }

  observe(): Pick<Observation, "http"> {
    const { enabled } = this.#inventory.http;
    const problems = [this.#address.problem, this.#socket.problem, this.#tokens.problem];
    return enabled ? { http: { problems: problems.flatMap((problem) => problem ?? []) } } : {};
  }

  /** Settles when nothing listens, and what was asked for has ended: the latter may take longer than there is time. */
  async stop(): Promise<void> {
    this.#live.stop();
    await Promise.all([this.#address.stop(), this.#socket.stop()]);
    await this.#jobs.stop();
  }

  /** Settles when it listens where it is meant to, or cannot. */
  async settled(): Promise<void> {
    await Promise.all([this.#address.settled(), this.#socket.settled()]);
  }

  #failed(error: unknown): void {
    const now = this.#means.host.monotonic.now();
    if (now - this.#saidAt < SAID_AGAIN_AFTER) return;
    this.#saidAt = now;
    this.#means.log.error("a request to the HTTP API failed, answering 500", error);
  }
}

type AddressPlace = Extract<HttpPlace, { readonly host: string }>;

/** `127.0.0.1:8070`, `[::1]:8070`. */
function placeOf({ listen, tls }: HttpSection): AddressPlace {
  const [, name = "", port = ""] = /^(.*):(\d+)$/.exec(listen) ?? [];
  return { host: name.replace(/^\[(.*)\]$/, "$1"), port: Number(port), ...(tls ? { tls } : {}) };
}
