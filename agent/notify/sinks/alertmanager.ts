import type { AgentHost } from "../../../core/agent-ports.ts";
import { messageOf } from "../../../core/errors.ts";
import type { Sink } from "../../../core/model/inventory.ts";
import { requiredText, textMapOption } from "../../delivery/options.ts";
import { retryPause } from "../../delivery/pause.ts";
import type { DeliveryPorts } from "../../delivery/ports.ts";
import type { DeliveryResult } from "../../delivery/types.ts";
import type { OngoingFinding } from "../../model/finding.ts";
import type { Moment } from "../../model/observation.ts";
import type { NoticeClient, SignOfLife, Standing } from "../client.ts";
import type { Notice } from "../notice.ts";
import { alertOfEvent, alertOfLife, alertsOf, type Board, boardAfter, isNews, withoutTold } from "./alert-board.ts";
import { JsonPost } from "./json-post.ts";

/** prometheus.io/docs/alerting/clients: alerts are repeated every 30 s to 3 min while they burn. */
const REPEAT_MS = 60_000;

/**
 * Keeps an Alertmanager up to date about what lasts (a level, repeated), and tells it what was done (an alert that ends by
 * itself). One request at a time: an end is never overtaken by the repetition before it.
 */
export class AlertmanagerClient implements NoticeClient {
  readonly type = "alertmanager";
  readonly name: string;
  readonly standing: Standing;
  readonly #host: Pick<AgentHost, "clock" | "monotonic">;
  readonly #hostName: string;
  readonly #extra: Readonly<Record<string, string>>;
  readonly #post: JsonPost;
  readonly #stop = new AbortController();
  #board: Board = new Map();
  #nap = new AbortController();
  #dueAt = Number.POSITIVE_INFINITY;
  #failures = 0;
  #failing: { readonly since: number; readonly detail: string } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #run: Promise<void> | undefined;

  constructor(sink: Sink, ports: DeliveryPorts, host: Pick<AgentHost, "clock" | "monotonic">) {
    this.name = sink.name;
    this.#host = host;
    this.#hostName = ports.hostName;
    this.#extra = textMapOption(sink, "labels");
    this.#post = new JsonPost(sink, `${requiredText(sink, "url").replace(/\/+$/, "")}/api/v2/alerts`, ports);
    const failing = () => this.#failing;
    this.standing = {
      update: (lasting) => this.#update(lasting),
      get failing() {
        return failing();
      },
    };
  }

  tell(notice: Notice, signal: AbortSignal): Promise<DeliveryResult> {
    return this.#inTurn(() => this.#post.send([alertOfEvent(notice, this.#wall(), this.#extra)], signal));
  }

  beat(sign: SignOfLife, signal: AbortSignal): Promise<DeliveryResult> {
    return this.#inTurn(() => this.#post.send([alertOfLife(sign, this.#wall(), this.#extra)], signal));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#nap.abort();
    await this.#run;
  }

  #update(lasting: readonly OngoingFinding[]): void {
    const before = this.#board;
    this.#board = boardAfter(before, lasting, this.#now(), { host: this.#hostName, extra: this.#extra });
    if (this.#board.size === 0 || this.#stop.signal.aborted) return;
    this.#run ??= this.#repeat().catch((error: unknown) => this.#failed(messageOf(error)));
    if (!isNews(before, this.#board)) return;
    // While it does not answer, its pause is kept.
    if (this.#failures === 0) this.#dueAt = this.#host.monotonic.now();
    this.#nap.abort();
  }

  /** While there is something on the board. */
  async #repeat(): Promise<void> {
    this.#dueAt = this.#host.monotonic.now();
    while (!this.#stop.signal.aborted && this.#board.size > 0) {
      this.#nap = new AbortController();
      const wait = this.#dueAt - this.#host.monotonic.now();
      if (wait > 0) await this.#host.clock.sleep(wait, this.#nap.signal);
      else await this.#inTurn(() => this.#tellBoard());
    }
    this.#run = undefined;
  }

  async #tellBoard(): Promise<void> {
    const told = this.#board;
    this.#dueAt = this.#host.monotonic.now() + REPEAT_MS;
    const result = await this.#post.send(alertsOf(told, this.#now()), this.#stop.signal);
    if (result.outcome === "delivered") {
      this.#failures = 0;
      this.#failing = undefined;
      this.#board = withoutTold(this.#board, told);
      return;
    }
    if (!this.#stop.signal.aborted) this.#failed(result.detail);
  }

  #failed(detail: string): void {
    const now = this.#host.monotonic.now();
    this.#failures += 1;
    this.#failing = { since: this.#failing?.since ?? now, detail };
    this.#dueAt = now + Math.min(REPEAT_MS, retryPause(this.name, this.#failures));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return await mine;
  }

  #now(): Moment {
    return { wall: this.#wall(), monotonic: this.#host.monotonic.now(), bootId: this.#host.monotonic.bootId };
  }

  #wall(): number {
    return this.#host.clock.now().getTime();
  }
}
