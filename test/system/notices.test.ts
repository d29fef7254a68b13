import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Finding, OngoingFinding } from "../../agent/model/finding.ts";
import type { Transition } from "../../agent/model/step.ts";
import { Notices } from "../../agent/notify/notices.ts";
import type { Inventory, Sink } from "../../core/model/inventory.ts";
import { realDeliveryHost } from "../../host/delivery-host.ts";
import { realMonotonicClock } from "../../host/monotonic.ts";
import { realHost } from "../../host/real-host.ts";
import { realStats } from "../../host/stats.ts";
import { findAlertmanager, freePort, RunningAlertmanager } from "../helpers/alertmanager.ts";
import { bareRoot } from "../helpers/bare-root.ts";
import { sampleInventory } from "../helpers/sample-inventory.ts";
import { event, finding } from "../unit/agent/notify/notice-story.ts";

/*
 * Notices on a real disk and real sockets: a real Alertmanager passes them on to people, a server checks what ntfy's
 * documentation asks for, a webhook's signature is verified by a library that is not ours, and a script of old is called.
 */

const alertmanager = await findAlertmanager();
const WAIT = { timeout: 30_000, interval: 25 };
const KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLJWEMfKQ9r8GKYqrTwjUPD8ILPZI";

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let root: string;
let notices: Notices;
let received: Received[];
let server: Server;
let url: string;
/** What the server answers; 200 unless a test says otherwise. */
let status: (request: Received) => number;
let ongoing: readonly OngoingFinding[];
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "notices-"));
  await bareRoot(root);
  received = [];
  ongoing = [];
  stops = [];
  status = () => 200;
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const one = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(parts).toString() };
      received.push(one);
      response.writeHead(status(one), { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await notices.stop();
  for (const stop of stops) await stop();
  await new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });
  rmSync(root, { recursive: true, force: true });
});

function sink(type: string, options: Readonly<Record<string, unknown>>, secrets: Sink["secrets"] = {}): Sink {
  return { name: type, type, options: { minimum: "warning", timeout: 5, retry_for: 600, ...options }, secrets };
}

async function begin(sinks: readonly Sink[], change: Partial<Inventory["notify"]> = {}): Promise<void> {
  const inventory = sampleInventory({ notify: { sinks, heartbeat: 0, levels: {}, mostPerHour: 30, ...change } });
  const host = await realHost({ root });
  const inRoot = (path: string) => join(root, path);
  const deliveries = realDeliveryHost();
  notices = new Notices(
    {
      host: {
        ...host,
        monotonic: realMonotonicClock("/proc"),
        stats: {
          ...realStats,
          of: (paths) => realStats.of(paths.map(inRoot)),
          regular: (path) => realStats.regular(inRoot(path)),
          eachIn: (path, see) => realStats.eachIn(inRoot(path), see),
        },
      },
      ports: { ...deliveries, hostName: "gw1", secrets: host.secrets, clock: host.clock, version: "1.2.3" },
      log: { write: () => {}, error: (message) => expect.unreachable(message) },
      verdict: () => ({ level: "ok", sentence: "smsd runs and every modem works" }),
      modemWorks: () => true,
    },
    inventory,
  );
  stops.push(() => deliveries.web.close());
  await notices.start();
}

async function pass(findings: readonly Finding[], events: readonly Transition[] = []): Promise<void> {
  const wall = Date.now();
  ongoing = findings.map((one) => ({ ...one, since: ongoing.find(({ code }) => code === one.code)?.since ?? wall }));
  const { now, bootId } = realMonotonicClock("/proc");
  await notices.record(events, ongoing, { wall, monotonic: now(), bootId });
}

function secretFile(name: string, content: string): Sink["secrets"][string] {
  const path = `/etc/${name}`;
  writeFileSync(join(root, path), content, { mode: 0o600 });
  return { from: "file", path };
}

describe.skipIf("reason" in alertmanager)(
  `a real Alertmanager${"reason" in alertmanager ? ` (${alertmanager.reason})` : ""}`,
  () => {
    /** What Alertmanager would tell people: `status alertname`. */
    function told(): readonly string[] {
      return received.flatMap(({ body }) =>
        (JSON.parse(body) as { readonly alerts: readonly AlertOfWebhook[] }).alerts.map(
          (alert) => `${alert.status} ${alert.labels.alertname}`,
        ),
      );
    }

    async function started(port?: number): Promise<RunningAlertmanager> {
      if ("reason" in alertmanager) throw new Error(alertmanager.reason);
      const running = await RunningAlertmanager.start(alertmanager, url, port);
      stops.push(() => running.stop());
      return running;
    }

    test("tells people when something begins and when it is over, and what was done", async () => {
      const running = await started();
      await begin([sink("alertmanager", { url: running.url, labels: { site: "north" } })]);
      const since = Date.now();
      await pass([finding({ subject: "modem:SIM7600", fix: "Look." })], [event()]);
      await vi.waitUntil(() => told().length >= 2, WAIT);
      expect([...told()].sort()).toEqual(["firing sim-exchanged", "firing smsd-down"]);
      expect(await running.burning()).toEqual(["sim-exchanged", "smsd-down"]);
      const alert = received
        .flatMap(({ body }) => (JSON.parse(body) as { readonly alerts: readonly AlertOfWebhook[] }).alerts)
        .find(({ labels }) => labels.alertname === "smsd-down");
      expect(alert?.labels).toEqual({
        ...{ alertname: "smsd-down", severity: "critical", host: "gw1", modem: "SIM7600", site: "north" },
      });
      expect(alert?.annotations).toEqual({ summary: "It is down.", fix: "Look." });
      expect(Math.abs(Date.parse(alert?.startsAt ?? "") - since)).toBeLessThan(2_000);
      await pass([]);
      await vi.waitUntil(() => told().includes("resolved smsd-down"), WAIT);
      expect(await running.burning()).toEqual(["sim-exchanged"]);
      expect(notices.state()).toMatchObject({ waiting: 0, sinks: [{ delivered: 1, waiting: 0 }] });
    });

    test("was away: it hears of what lasts, and of what was done meanwhile, as soon as it is back", async () => {
      const port = await freePort();
      await begin([sink("alertmanager", { url: `http://127.0.0.1:${port}` })]);
      await pass([finding()], [event()]);
      await vi.waitUntil(() => notices.state().sinks[0]?.failing !== undefined, WAIT);
      const running = await started(port);
      await vi.waitUntil(async () => (await running.burning()).length === 2, WAIT);
      expect(await running.burning()).toEqual(["sim-exchanged", "smsd-down"]);
    });

    test("has an alert that burns while the agent lives", async () => {
      const running = await started();
      await begin([sink("alertmanager", { url: running.url })], { heartbeat: 1 });
      await vi.waitUntil(async () => (await running.burning()).includes("modemkeeper-heartbeat"), WAIT);
    });
  },
);

describe("ntfy", () => {
  test("gets JSON at its root as its documentation wants it, with the token", async () => {
    await begin([sink("ntfy", { url: `${url}/alerts-of-gw1` }, { token: secretFile("ntfy", "tk_AgQdq7mVBoFD37zQ") })]);
    await pass([finding({ subject: "modem:SIM7600", fix: "Größe prüfen ✓" })]);
    await vi.waitUntil(() => received.length > 0, WAIT);
    const [{ path, headers, body } = UNHEARD] = received;
    expect([path, headers.authorization]).toEqual(["/", "Bearer tk_AgQdq7mVBoFD37zQ"]);
    // docs.ntfy.sh/publish/#publish-as-json: the fields and their types.
    expect(JSON.parse(body)).toEqual({
      topic: expect.stringMatching(/^[-_A-Za-z0-9]{1,64}$/),
      title: "[gw1] CRITICAL SIM7600",
      message: "It is down.\nGröße prüfen ✓",
      priority: 5,
      tags: ["rotating_light", "smsd-down"],
    });
  });

  test("wants us to wait (429), fails (500), then takes it: once, and those behind it in order", async () => {
    const answers = [429, 500];
    status = () => answers.shift() ?? 200;
    await begin([sink("ntfy", { url: `${url}/alerts` })]);
    await pass([finding(), finding({ code: "disk-full", subject: "host", sentence: "It is full." })]);
    await vi.waitUntil(() => notices.state().waiting === 0, WAIT);
    const messages = received.map(({ body }) => (JSON.parse(body) as { readonly message: string }).message);
    expect(messages).toEqual(["It is down.", "It is down.", "It is down.", "It is full."]);
  });
});

describe("a webhook", () => {
  test("gets a signed CloudEvent with the time at which it happened, and after a restart of the agent the same again", async () => {
    status = () => 503;
    const webhook = sink("webhook", { url: `${url}/hook` }, { secret: secretFile("hook", KEY) });
    await begin([webhook]);
    await pass([finding()]);
    await vi.waitUntil(() => received.length > 0, WAIT);
    await notices.stop();
    status = () => 200;
    await begin([webhook]);
    await pass(ongoing);
    await vi.waitUntil(() => notices.state().waiting === 0, WAIT);
    const first = received[0] ?? UNHEARD;
    const last = received.at(-1) ?? UNHEARD;
    const verified = new Webhook(KEY).verify(last.body, last.headers as Record<string, string>);
    expect(verified).toMatchObject({
      ...{ specversion: "1.0", type: "modemkeeper.notice", source: "/modemkeeper/gw1", subject: "smsd-down" },
      id: last.headers["webhook-id"],
      data: { phase: "begun", level: "critical", code: "smsd-down", host: "gw1", count: 1 },
    });
    expect([last.body, last.headers["webhook-id"]]).toEqual([first.body, first.headers["webhook-id"]]);
  });

  test("gets signs of life", async () => {
    await begin([sink("webhook", { url })], { heartbeat: 1 });
    await vi.waitUntil(() => received.length >= 2, WAIT);
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({
      type: "modemkeeper.heartbeat",
      data: { verdict: { level: "ok" }, version: "1.2.3", next: 1 },
    });
  });
});

describe("a script of old", () => {
  test("gets sentence and level as its last two arguments, JSON on standard input, and nothing from a shell", async () => {
    const log = join(root, "called");
    const script = join(root, "pi_send_message.sh");
    writeFileSync(script, `#!/bin/sh\nprintf '%s|' "$@" >>"${log}"\ncat >>"${log}"\n`);
    chmodSync(script, 0o755);
    await begin([sink("exec", { command: [script, "--from", "gw"], level_words: { critical: "error" } })]);
    await pass([finding({ sentence: "It is down; $(touch /tmp/x) `id` is no command." })]);
    await vi.waitUntil(() => notices.state().waiting === 0, WAIT);
    const [called = "", json = ""] = readFileSync(log, "utf8").split("|{");
    expect(called).toBe("--from|gw|It is down; $(touch /tmp/x) `id` is no command.|error");
    expect(JSON.parse(`{${json}`)).toMatchObject({ type: "modemkeeper.notice", code: "smsd-down", level: "critical" });
  });

  test("that asks for another try (exit 75) gets it", async () => {
    const script = join(root, "notify.sh");
    writeFileSync(script, `#!/bin/sh\n[ -e "${root}/once" ] || { touch "${root}/once"; exit 75; }\n`);
    chmodSync(script, 0o755);
    await begin([sink("exec", { command: [script] })]);
    await pass([finding()]);
    await vi.waitUntil(() => notices.state().waiting === 0, WAIT);
    expect(notices.state().sinks).toMatchObject([{ delivered: 1 }]);
  });
});

interface AlertOfWebhook {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
}

const UNHEARD: Received = { path: "", headers: {}, body: "" };
