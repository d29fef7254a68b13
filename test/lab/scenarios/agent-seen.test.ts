import { expect } from "vitest";
import type { Notice } from "../../../agent/notify/notice.ts";
import type { GatewayStatus } from "../../../agent/status/types.ts";
import type { TimelineEntry } from "../../../agent/timeline/event.ts";
import { editInventory, expectTalking, Timeline } from "../agent.ts";
import { ask, get, HTTP_SECTION, installToken, order, Stream } from "../api.ts";
import type { Guest } from "../guest.ts";
import { quickInventory } from "../inventories.ts";
import { type Event, Receiver } from "../receiver.ts";
import { scenario } from "../scenario.ts";

const NOTICES = "/notices";
const FLAG = "/tmp/smsd_manual_stop";
const FOLDER = "/var/lib/prometheus/node-exporter";
const TEXTFILE = `${FOLDER}/modemkeeper.prom`;
const MODEM = "SIM7600";
/** So soon after the agent everybody else knows. */
const SOON_MS = 10_000;
/** A command starts Node, which takes a twentieth of that on hardware. */
const COMMAND_MS = 60_000;

/** The fault as each tells it. */
const HUNG = { level: "critical", code: "at-silent", modem: MODEM } as const;

/** Told by itself, too; without a level of its own only the recovery that it calls for is. */
const MORE = `notify:
  levels: { at-silent: critical }
  sinks:
    - { name: hook, ${Receiver.webhook(NOTICES)}, minimum: info }
metrics:
  textfile: ${TEXTFILE}
${HTTP_SECTION}`;

/*
 * A modem hangs: page, stream, command, metrics and notice say the same of it at once, follow the recovery, and say the same
 * of its end. Then what the API changes, over TCP with the token and over the socket, as the agent's own unit permits it.
 */
scenario("everybody who looks sees the same: a hung modem, its recovery, and orders", "gateway", async (guest) => {
  const receiver = await Receiver.install(guest);
  await installToken(guest);
  await guest.ok(`mkdir -p ${FOLDER}`);
  const applied = await Timeline.from(guest);
  await editInventory(guest, quickInventory({ more: MORE }));
  await applied.wait("inventory-taken", 150);
  await expectTalking(guest);

  const stream = await Stream.open(guest);
  const timeline = await Timeline.from(guest);
  await guest.sim.fault({ kind: "hang", how: "silent", healedBy: ["usb-authorize"] }, MODEM);
  const noticed = await timeline.wait("at-silent", 120, MODEM);
  const begun = await expectSeen(guest, stream, receiver, noticed);
  await timeline.wait("recovery-succeeded", 240, MODEM);
  await expectOverSeen(guest, stream, receiver, begun);
  await orders(guest, stream);
});

async function expectSeen(
  guest: Guest,
  stream: Stream,
  receiver: Receiver,
  noticed: TimelineEntry,
): Promise<Event<Notice>> {
  const [told, answered, counted, command, said, notice] = await Promise.all([
    stream.wait("the fault", 30, ({ event, data }) => event === "status" && isSeenIn(data)),
    guest.waitFor(() => answeredWithFault(guest), 30),
    guest.waitFor(async () => lookedWithFault(await get(guest, "/metrics")), 30),
    commanded(guest, 1),
    guest.run("modemkeeper status", { seconds: 120 }),
    guest.waitFor(() => noticeOf(receiver, "begun"), 30),
  ]);
  expect(isSeenIn(command)).toBe(true);
  const verdict = { level: HUNG.level, code: HUNG.code, sentence: noticed.sentence };
  for (const { data } of [told, { data: answered }, { data: command }]) expect(data).toMatchObject({ verdict });
  expect(said.stdout).toMatch(new RegExp(`^CRITICAL: ${MODEM} does not answer AT`));
  expect(said.stdout).toMatch(new RegExp(`^✗ ${MODEM} does not answer AT`, "m"));
  expect(notice.data).toMatchObject({ level: HUNG.level, sentence: noticed.sentence, subject: noticed.subject });

  const at = Date.parse(noticed.time);
  const [first, page] = [told.data as GatewayStatus, answered];
  for (const time of [first.at, page.at, counted, notice.time].map((when) => Date.parse(when))) {
    expect(time - at).toBeLessThan(SOON_MS);
  }
  expect(Date.parse(command.at) - at).toBeLessThan(COMMAND_MS);
  await guest.waitFor(async () => lookedWithFault(await guest.read(TEXTFILE)), 60);
  return notice;
}

async function expectOverSeen(guest: Guest, stream: Stream, receiver: Receiver, begun: Event<Notice>): Promise<void> {
  const isHealthy = ({ verdict, findings, modems: [modem] }: GatewayStatus) =>
    verdict.level === "ok" && findings.every(({ level }) => level === "info") && modem?.recovery === undefined;
  const last = await stream.wait("the end", 60, ({ event, data }) => {
    return event === "status" && isHealthy(data) && data.modems[0]?.lastRecovery?.ok === true;
  });
  const answered = JSON.parse(await get(guest, "/monitor/status", "socket")) as GatewayStatus;
  const command = await commanded(guest, 0);
  const ended = { verdict: { level: "ok" }, modems: [{ lastRecovery: { ok: true, rung: "usb-authorize" } }] };
  for (const status of [last.data, answered, command]) expect(status).toMatchObject(ended);
  expect(answered.modems[0]?.lastRecovery).toEqual(command.modems[0]?.lastRecovery);
  const text = await guest.ok("modemkeeper status", { seconds: 120 });
  expect(text).toMatch(/^OK: /);
  expect(text.replace(/\s+/g, " ")).toMatch(/worked after [^,]*, by usb-authorize/);

  const counted = /^smsgw_recoveries_total\{modem="SIM7600",rung="usb-authorize",result="succeeded"\} 1$/m;
  expect(await get(guest, "/metrics")).toMatch(counted);
  const isCounted = async () => {
    const textfile = await guest.read(TEXTFILE);
    return counted.test(textfile) && lookedWithFault(textfile) === undefined ? true : undefined;
  };
  await guest.waitFor(isCounted, 60);
  expect(lookedWithFault(await get(guest, "/metrics"))).toBeUndefined();
  expect(rungsOf(stream)).toEqual(["at-reset", "usb-reset", "usb-authorize"]);
  const over = await guest.waitFor(() => noticeOf(receiver, "over"), 60);
  expect(over.data.level).toBe(HUNG.level);
  // The wall clock may be set meanwhile: durations are measured, and the time counted back.
  expect(Math.abs(Date.parse(over.data.since) - Date.parse(begun.data.since))).toBeLessThan(1_000);
}

/** Rungs in the order in which the stream showed the recovery at them. */
function rungsOf({ seen }: Stream): readonly string[] {
  const rungs = seen.flatMap(({ event, data }) => (event === "status" ? (data.modems[0]?.recovery?.rung ?? []) : []));
  return rungs.filter((rung, index) => rung !== rungs[index - 1]);
}

async function orders(guest: Guest, stream: Stream): Promise<void> {
  for (const way of ["no token", "wrong token"] as const) {
    const refused = await ask(guest, way, "/monitor/smsd/stop", {});
    expect(refused.status, refused.body).toBe(401);
  }
  expect((await guest.run(`test -e ${FLAG}`)).code).toBe(1);

  await order(guest, stream, "token", "/monitor/smsd/stop", { for: "20m", reason: "new antenna" });
  expect(await guest.read(FLAG)).toMatch(/the HTTP API \(127\.0\.0\.1\).*new antenna/);
  expect((await guest.run("pgrep -x smsd")).stdout).toBe("");
  await stream.wait("the stop", 30, ({ event, data }) => event === "status" && data.verdict.code === "manual-stop");

  await order(guest, stream, "socket", "/monitor/smsd/start");
  expect((await guest.run(`test -e ${FLAG}`)).code).toBe(1);
  await expectTalking(guest);

  const job = await order(guest, stream, "token", "/monitor/modem_reset", { modem: MODEM, rung: "usb-reset" });
  expect(job).toMatchObject({ kind: "modem-reset", subject: MODEM });
  await expectTalking(guest);
  await cutOff(guest);
  const denied = await guest.ok("journalctl --boot --unit=modemkeeper --grep='EPERM|EACCES|EROFS|Read-only' || true");
  expect(denied.replace("-- No entries --", "")).toBe("");
}

/** systemd ends the agent and what works for it in the middle of a reset: modem and smsd are not left as they are then. */
async function cutOff(guest: Guest): Promise<void> {
  const begun = await ask(guest, "token", "/monitor/modem_reset", { modem: MODEM, rung: "usb-authorize" });
  expect(begun.status, begun.body).toBe(202);
  await guest.waitFor("! pgrep -x smsd", 60);
  await guest.ok("systemctl restart modemkeeper", { seconds: 150 });
  expect((await guest.run("pgrep -f '[m]odem reset'")).stdout).toBe("");
  await expectTalking(guest, MODEM, 120);
  await guest.waitFor("modemkeeper status", 120);
}

/** What the command says; its exit code tells a script the same. */
async function commanded(guest: Guest, code: 0 | 1): Promise<GatewayStatus> {
  const said = await guest.run("modemkeeper status --json", { seconds: 120 });
  expect(said.code, said.stdout + said.stderr).toBe(code);
  return JSON.parse(said.stdout) as GatewayStatus;
}

function isSeenIn({ findings }: GatewayStatus): boolean {
  return findings.some((one) => one.level === HUNG.level && one.code === HUNG.code && one.subject === `modem:${MODEM}`);
}

async function answeredWithFault(guest: Guest): Promise<GatewayStatus | undefined> {
  const status = JSON.parse(await get(guest, "/monitor/status")) as GatewayStatus;
  return isSeenIn(status) ? status : undefined;
}

/** When the agent looked whose metrics show the fault, ISO 8601. */
function lookedWithFault(metrics: string): string | undefined {
  const labels = `{level="${HUNG.level}",code="${HUNG.code}",subject="modem",modem="${MODEM}"}`;
  if (!metrics.includes(`smsgw_finding_start_timestamp_seconds${labels}`)) return undefined;
  const [, looked] = /^smsgw_agent_last_look_timestamp_seconds (\S+)$/m.exec(metrics) ?? [];
  return new Date(Number(looked) * 1000).toISOString();
}

/** The event that told of the fault's beginning or its end. */
async function noticeOf(receiver: Receiver, phase: Notice["phase"]): Promise<Event<Notice> | undefined> {
  const told = (await receiver.events<Notice>(NOTICES)).filter(({ type }) => type === "modemkeeper.notice");
  return told.find(({ data }) => data.phase === phase && data.code === HUNG.code && data.modem === MODEM);
}
