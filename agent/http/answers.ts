import type { HttpReply } from "../../core/http-ports.ts";
import { parseDuration } from "../../provision/inventory/durations.ts";
import type { AnswerMeans } from "./answer-means.ts";
import { type Answer, type Call, textOf } from "./call.ts";
import { Problem } from "./problem.ts";
import { json, reply } from "./reply.ts";
import { type OperationId, ROUTES } from "./routes.ts";

type Answers = Readonly<Record<OperationId, (means: AnswerMeans, call: Call) => Promise<HttpReply>>>;

/** What is rarely asked for is loaded when it is. */
const ANSWERS: Answers = {
  page: async () => page(),
  health: async () => json(200, { status: "ok" }),
  ready: async (means) => ready(means),
  metrics: async ({ metrics }) => reply(200, ROUTES.metrics.answer.type, metrics()),
  openapi: async ({ host }) => reply(200, "application/json", await host.program.read("agent/http/openapi.json")),
  status: async (means) => json(200, await statusOf(means)),
  timeline: async (means, call) => timeline(means, call),
  signal: async ({ signals }) => json(200, signals()),
  messages: async (means, call) => (await import("./answer-messages.ts")).messagesAnswer(means, call),
  events: async (means, call) => events(means, call),
  jobs: async ({ jobs }) => json(200, { jobs: jobs.all() }),
  job: async (means, call) => job(means, call),
  reset: async (means, call) => (await import("./actions.ts")).resetModem(means, call),
  stop: async (means, call) => (await import("./actions.ts")).stopSmsd(means, call),
  start: async (means, call) => (await import("./actions.ts")).bringSmsdUp(means, call, "start"),
  restart: async (means, call) => (await import("./actions.ts")).bringSmsdUp(means, call, "restart"),
  retry: async (means, call) => (await import("./actions.ts")).retryMessage(means, call),
  at: async (means, call) => (await import("./answer-at.ts")).atAnswer(means, call),
};

export function answers(means: AnswerMeans): Answer {
  return (call) => ANSWERS[call.id](means, call);
}

async function page(): Promise<HttpReply> {
  const { page: make } = await import("./page/page.ts");
  const { html, csp } = await make();
  return reply(200, ROUTES.page.answer.type, html, { "content-security-policy": csp });
}

function notYet(): Problem {
  return new Problem("not-yet", "The agent has just started and has not looked yet. Come again in a few seconds.", {
    headers: { "retry-after": "2" },
  });
}

async function statusOf({ status }: AnswerMeans) {
  const current = await status.current();
  if (!current) throw notYet();
  return current;
}

/** smsd is as it should be: it runs, or somebody stopped it on purpose. */
async function ready(means: AnswerMeans): Promise<HttpReply> {
  const { smsd, flag } = await statusOf(means);
  if (smsd.running) return json(200, { ready: true, reason: "smsd runs" });
  if (flag?.inForce) return json(200, { ready: true, reason: flag.sentence });
  throw new Problem("not-yet", "smsd does not run, and nobody stopped it on purpose.", {
    headers: { "retry-after": "10" },
  });
}

async function timeline({ host }: AnswerMeans, { values }: Call): Promise<HttpReply> {
  const { latestEntries } = await import("./latest-entries.ts");
  const seconds = parseDuration(String(values.since ?? "1d"));
  const since = host.clock.now().getTime() - seconds * 1000;
  return json(200, { entries: await latestEntries(host.logs, since, Number(values.limit)) });
}

async function events(means: AnswerMeans, { gone, lastEventId }: Call): Promise<HttpReply> {
  await statusOf(means);
  if (means.live.full) {
    throw new Problem("too-many", "Enough watch already.", { headers: { "retry-after": "60" } });
  }
  return reply(200, ROUTES.events.answer.type, means.live.stream(lastEventId, gone));
}

function job({ jobs }: AnswerMeans, call: Call): HttpReply {
  const found = jobs.get(textOf(call, "id") ?? "");
  if (found) return json(200, found);
  throw new Problem("no-such-job", "The last hundred are known, as long as the agent runs; the timeline knows more.");
}
