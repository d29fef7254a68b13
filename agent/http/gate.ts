import type { MonotonicClock } from "../../core/agent-ports.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "../../core/http-ports.ts";
import { authorise, bearer, type Door, isLocalHost, isOpen, type Verdict } from "./authorise.ts";
import { Buckets, peerKey } from "./buckets.ts";
import type { Answer, Call } from "./call.ts";
import { Problem, problemReply, tooMany } from "./problem.ts";
import type { Access } from "./route.ts";
import { type Match, route, type Values } from "./router.ts";
import { bodyMisfit, type ObjectSchema } from "./schema.ts";
import type { Tokens } from "./tokens.ts";

/** A page that shows everything asks a dozen times when it opens, then hardly ever. */
const ALL = { burst: 200, perSecond: 100 };
/** A hundred thousand kept messages take a tenth of a second. */
const COSTLY = { burst: 30, perSecond: 2 };
const CHANGES = { burst: 5, perSecond: 10 / 60 };
/** Guessing takes for ever; a program with an old token is not kept from reading by it for long. */
const WRONG_TOKENS = { burst: 5, perSecond: 5 / 60 };
/** Octets; a reason for a stop is the longest thing that anybody says. */
const LONGEST_BODY = 16 * 1024;

export interface GateMeans {
  readonly monotonic: Pick<MonotonicClock, "now">;
  readonly tokens: Pick<Tokens, "accept" | "configured" | "problem">;
  readonly answer: Answer;
  /** What should never be thrown. */
  failed(error: unknown): void;
  /** For monitoring: which route was asked for, as it stands in the table, and how it was answered. */
  answered?(route: string, status: number): void;
}

/** What is asked for at no address of ours. */
const NO_ROUTE = "none";

/** Who may come in, how often, and with what. One for all doors: limits count by peer. */
export class Gate {
  readonly #means: GateMeans;
  readonly #all = new Buckets(ALL);
  readonly #costly = new Buckets(COSTLY);
  readonly #changes = new Buckets(CHANGES);
  readonly #wrongTokens = new Buckets(WRONG_TOKENS);

  constructor(means: GateMeans) {
    this.#means = means;
  }

  /** Answers what comes in by one door; never throws. */
  handler(door: Door): HttpHandler {
    return async (request) => {
      let path = NO_ROUTE;
      const reply = await this.#reply(request, door, (found) => {
        path = found;
      });
      this.#means.answered?.(path, reply.status);
      return reply;
    };
  }

  async #reply(request: HttpRequest, door: Door, found: (path: string) => void): Promise<HttpReply> {
    try {
      return await this.#pass(request, door, found);
    } catch (error) {
      if (error instanceof Problem) return problemReply(error);
      this.#means.failed(error);
      return problemReply(new Problem("internal", "The agent's log says what: journalctl -u modemkeeper."));
    }
  }

  async #pass(request: HttpRequest, door: Door, found: (path: string) => void): Promise<HttpReply> {
    const { peer, headers, gone } = request;
    const by = peer === "socket" ? "socket" : peer.address;
    if (door !== "socket") this.#limit(this.#all, by, "Slow down.");
    refuseOtherSites(headers, door);
    const match = route(request.method, request.target);
    found(match.route.path);
    await this.#authorise(match.route.may, door, by, headers.authorization);
    if (match.route.costly && door !== "socket") this.#limit(this.#costly, by, "This is much work each time.");
    const given = match.route.body ? await bodyOf(request, match.route.body) : {};
    if (match.route.may === "change" && door !== "socket") this.#limit(this.#changes, by, "Changes are counted.");
    const last = headers["last-event-id"];
    return this.#means.answer(callOf(match, given, { by, gone, ...(last === undefined ? {} : { lastEventId: last }) }));
  }

  #limit(buckets: Buckets, by: string, detail: string): void {
    const wait = buckets.take(peerKey(by), this.#means.monotonic.now());
    if (wait > 0) throw tooMany(`${detail} Come again in ${Math.ceil(wait)} s.`, wait);
  }

  async #authorise(may: Access, door: Door, by: string, header: string | undefined): Promise<void> {
    const { tokens } = this.#means;
    // Who needs no token does not wait for the file of tokens: monitoring asks while the disk is busy with messages.
    if (header === undefined && isOpen(may, door)) return;
    const configured = await tokens.configured();
    const token = configured ? bearer(header) : undefined;
    const presented = token === undefined ? "none" : await this.#judge(token, by);
    const verdict = authorise({ may, door, presented, configured });
    if (verdict !== "granted") throw refusal(verdict, tokens.problem);
  }

  /** After too many wrong ones none is looked at for a while, not even the right one: else guessing would go on. */
  async #judge(token: string, by: string): Promise<"right" | "wrong"> {
    const now = this.#means.monotonic.now();
    const wait = this.#wrongTokens.wait(peerKey(by), now);
    if (wait > 0) throw tooMany(`Too many wrong tokens. Come again in ${Math.ceil(wait)} s.`, wait);
    if (token !== "" && (await this.#means.tokens.accept(token))) return "right";
    this.#wrongTokens.take(peerKey(by), now);
    return "wrong";
  }
}

function callOf({ id, values }: Match, given: Values, rest: Omit<Call, "id" | "values">): Call {
  return { id, values: { ...values, ...given }, ...rest };
}

function refuseOtherSites(headers: HttpRequest["headers"], door: Door): void {
  if (door === "loopback" && !isLocalHost(headers.host)) {
    throw new Problem(
      "wrong-host",
      "This listens on this machine alone, and is asked as localhost or 127.0.0.1. Behind a proxy, let it say so in `Host`.",
    );
  }
  // Browsers say so (Fetch Metadata). Following a link is no harm: nobody else reads what comes.
  if (headers["sec-fetch-site"] === "cross-site" && headers["sec-fetch-mode"] !== "navigate") {
    throw new Problem("cross-site", "A page of another site asked for this.");
  }
}

const SCHEME = 'Bearer realm="modemkeeper"';

function refusal(verdict: Exclude<Verdict, "granted">, problem: string | undefined): Problem {
  switch (verdict) {
    case "token-needed":
      return new Problem(verdict, "Send `Authorization: Bearer TOKEN`.", { headers: { "www-authenticate": SCHEME } });
    case "wrong-token":
      return new Problem(verdict, "The token that was sent is none of those that count.", {
        headers: { "www-authenticate": `${SCHEME}, error="invalid_token"` },
      });
    case "no-token":
      return new Problem(
        verdict,
        problem === undefined
          ? "The inventory names no token (http.token), so nothing can be changed over the network. As root: modemkeeper."
          : "The token that the inventory names (http.token) cannot be used; `modemkeeper status` says why.",
      );
  }
}

async function bodyOf(request: HttpRequest, schema: ObjectSchema): Promise<Values> {
  const body = await request.body(LONGEST_BODY);
  if ("refused" in body) {
    if (body.refused === "too-long") throw new Problem("body-too-long", `${LONGEST_BODY} octets are the most.`);
    if (body.refused === "cut-off") throw new Problem("cut-off", "The connection ended before the body did.");
    throw new Problem("bad-json", "It is not UTF-8.");
  }
  const value = body.text === "" ? {} : parsed(body.text, request.headers);
  const wrong = bodyMisfit(value, schema);
  if (wrong !== undefined) throw new Problem("bad-body", `${wrong}.`);
  return value as Values;
}

/** Only JSON: a form of another site could be sent without asking, but not as this. */
function parsed(text: string, headers: HttpRequest["headers"]): unknown {
  const type = headers["content-type"] ?? "";
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type) || headers["content-encoding"] !== undefined) {
    throw new Problem("not-json", "Send `Content-Type: application/json`, and no Content-Encoding.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("bad-json", "It cannot be read as JSON.");
  }
}
