import { beforeEach, expect, test } from "vitest";
import { API_SOCKET } from "../../../../agent/paths.ts";
import type { HttpReply } from "../../../../core/http-ports.ts";
import { type ApiDesk, memoryApi } from "../../../helpers/api-desk.ts";

/*
 * What the API makes of an order: one command line, made of checked parts.
 */

let desk: ApiDesk;

beforeEach(async () => {
  desk = await memoryApi();
});

function post(path: string, body?: object): Promise<HttpReply> {
  const content = body === undefined ? {} : { content: JSON.stringify(body) };
  return desk.machine.http.send(API_SOCKET, path, { method: "POST", ...content });
}

const jobLines = () => desk.machine.journal.filter((line) => line.startsWith("job "));
const jsonOf = ({ body }: HttpReply): Record<string, unknown> => JSON.parse(String(body));

test.each([
  ["/monitor/modem_reset", undefined, "modem reset --yes -- SIM7600"],
  ["/monitor/modem_reset", { modem: "SIM7600", rung: "usb-reset" }, "modem reset --rung usb-reset --yes -- SIM7600"],
  ["/monitor/smsd/start", undefined, "smsd start"],
  ["/monitor/smsd/restart", {}, "smsd restart"],
  ["/monitor/smsd/stop", {}, "smsd stop"],
  ["/monitor/smsd/stop", { for: "30m", reason: "--for 4h $(id)" }, "smsd stop --for=30m --reason=--for 4h $(id)"],
])("POST %s %j runs `%s`", async (path, body, command) => {
  const got = await post(path, body);
  expect(got.status).toBe(202);
  expect(jobLines()).toEqual([`job --by the HTTP API (socket) ${command}`]);
  const { job } = jsonOf(got) as { job: { id: string } };
  expect(got.headers.location).toBe(`/monitor/jobs/${job.id}`);
  const followed = await desk.machine.http.send(API_SOCKET, `/monitor/jobs/${job.id}`);
  expect(jsonOf(followed)).toMatchObject({ id: job.id, by: "socket" });
});

test.each([
  ["/monitor/modem_reset", { modem: "GSM9" }, 404, "no-such-modem"],
  ["/monitor/modem_reset", { rung: "usb-power" }, 403, "rung-not-allowed"],
  ["/monitor/modem_reset", { rung: "host-reboot" }, 403, "rung-not-allowed"],
  ["/monitor/smsd/stop", { for: "9h" }, 422, "bad-body"],
  ["/monitor/smsd/stop", { for: "0s" }, 422, "bad-body"],
  ["/monitor/smsd/stop", { reason: "two\nlines" }, 422, "bad-body"],
  [`/monitor/messages/${"a".repeat(32)}/retry`, undefined, 404, "no-such-message"],
  ["/monitor/modem/SIM7600/at", { command: "AT+CSQ" }, 403, "command-not-allowed"],
  ["/monitor/modem/GSM9/at", { command: "AT+CSQ" }, 404, "no-such-modem"],
])("POST %s %j is refused: %i %s", async (path, body, status, code) => {
  const got = await post(path, body);
  expect(got.status).toBe(status);
  expect(jsonOf(got)).toMatchObject({ code });
  expect(jobLines()).toEqual([]);
});

test("a rung that the inventory names may be asked for", async () => {
  const watchdog = { ...desk.inventory.watchdog, rungs: ["usb-reset", "host-reboot"] as const };
  desk.api.configure({ ...desk.inventory, watchdog });
  expect((await post("/monitor/modem_reset", { rung: "host-reboot" })).status).toBe(202);
  expect((await post("/monitor/modem_reset", { rung: "usb-power" })).status).toBe(403);
});

test("where it is being done already, the address of that job is told", async () => {
  let end = (_: number) => {};
  desk.machine.onJob = () =>
    new Promise((resolve) => {
      end = resolve;
    });
  const first = await post("/monitor/smsd/restart");
  const second = await post("/monitor/smsd/stop");
  expect(second).toMatchObject({ status: 409, headers: { location: first.headers.location } });
  expect(jsonOf(second)).toMatchObject({ code: "already-running", job: first.headers.location });
  end(0);
});

const ANSWER = {
  format: "modemkeeper.at/1",
  modem: "SIM7600",
  command: "AT+CSQ",
  outcome: "ok",
  lines: ["+CSQ: 20,99"],
  result: "OK",
};

test("an AT command of the list is sent as a whole, and its answer given back", async () => {
  desk.configure({ atCommands: ["AT+CSQ"] });
  desk.machine.onJob = (_, onLine) => {
    onLine("smsd is asked to leave it alone", "err");
    onLine(JSON.stringify(ANSWER), "out");
    return 0;
  };
  const got = await post("/monitor/modem/SIM7600/at", { command: " AT+CSQ " });
  expect(got.status).toBe(200);
  expect(jsonOf(got)).toEqual(ANSWER);
  expect(jobLines()).toEqual(["job --by the HTTP API (socket) modem at --json --wait 10s -- SIM7600 AT+CSQ"]);
  for (const command of ["AT+CSQ;+CFUN=1,1", "at+csq", "AT+CSQ?", "AT"]) {
    expect((await post("/monitor/modem/SIM7600/at", { command })).status).toBe(403);
  }
});

test("a modem that answers with an error has answered; one that cannot be asked is said so", async () => {
  desk.configure({ atCommands: ["AT+CSQ", "AT+CFUN=1,1"] });
  const failing = { ...ANSWER, outcome: "error", lines: [], result: "+CME ERROR: 10" };
  desk.machine.onJob = (_, onLine) => {
    onLine(JSON.stringify(failing), "out");
    return 1;
  };
  expect(jsonOf(await post("/monitor/modem/SIM7600/at", { command: "AT+CSQ" }))).toEqual(failing);
  desk.machine.onJob = (_, onLine) => {
    onLine("error: SIM7600 is not plugged in", "err");
    return 12;
  };
  const away = await post("/monitor/modem/SIM7600/at", { command: "AT+CSQ" });
  expect(away.status).toBe(503);
  expect(jsonOf(away)).toMatchObject({ code: "modem-unreachable", detail: "error: SIM7600 is not plugged in" });
  desk.machine.onJob = () => 64;
  expect((await post("/monitor/modem/SIM7600/at", { command: "AT+CFUN=1,1" })).status).toBe(403);
});

test("one question at a time to one modem", async () => {
  desk.configure({ atCommands: ["AT+CSQ"] });
  let end = (_: number) => {};
  desk.machine.onJob = (_, onLine) => {
    onLine(JSON.stringify(ANSWER), "out");
    return new Promise((resolve) => {
      end = resolve;
    });
  };
  const first = post("/monitor/modem/SIM7600/at", { command: "AT+CSQ" });
  await expect.poll(jobLines).toHaveLength(1);
  expect((await post("/monitor/modem/SIM7600/at", { command: "AT+CSQ" })).status).toBe(409);
  end(0);
  expect((await first).status).toBe(200);
  desk.machine.onJob = (_, onLine) => {
    onLine(JSON.stringify(ANSWER), "out");
    return 0;
  };
  expect((await post("/monitor/modem/SIM7600/at", { command: "AT+CSQ" })).status).toBe(200);
});
