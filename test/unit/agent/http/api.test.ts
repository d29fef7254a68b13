import { expect, test } from "vitest";
import { checkHttpServed } from "../../../../agent/decide/checks/http-served.ts";
import { API_SOCKET } from "../../../../agent/paths.ts";
import type { HttpReply } from "../../../../core/http-ports.ts";
import { memoryApi, TOKEN, TOKEN_REF } from "../../../helpers/api-desk.ts";

const ADDRESS = "127.0.0.1:8070";
const problems = (api: Awaited<ReturnType<typeof memoryApi>>) => api.api.observe().http?.problems;

test("it listens at the address of the inventory and at the socket of root", async () => {
  const desk = await memoryApi();
  expect(desk.machine.http.places).toEqual([
    { host: "127.0.0.1", port: 8070 },
    { socket: API_SOCKET, mode: 0o600 },
  ]);
  expect(problems(desk)).toEqual([]);
});

test("another address, https, or nothing at all, without a restart", async () => {
  const desk = await memoryApi();
  const { listening, places } = desk.machine.http;
  desk.configure({ listen: "[::1]:9000" });
  await desk.api.settled();
  expect([...listening.keys()].sort()).toEqual([API_SOCKET, "::1:9000"].sort());
  const tls = { certificate: "/etc/ssl/a.pem", key: "/etc/ssl/a.key" };
  desk.configure({ listen: "[::1]:9000", tls });
  await desk.api.settled();
  expect(places.at(-1)).toEqual({ host: "::1", port: 9000, tls });
  desk.configure({ enabled: false });
  await desk.api.settled();
  expect([...listening.keys()]).toEqual([]);
  expect(desk.api.observe()).toEqual({});
});

test("a taken port is a finding, is tried again, and the finding ends; the socket works all along", async () => {
  const desk = await memoryApi();
  const { http, time } = desk.machine;
  http.taken.add("127.0.0.1:8071");
  desk.configure({ listen: "127.0.0.1:8071" });
  await desk.api.settled();
  expect(problems(desk)).toEqual(["cannot listen on 127.0.0.1:8071: another program does"]);
  expect(checkHttpServed({ problems: problems(desk) ?? [] })).toMatchObject({
    code: "http-not-served",
    level: "warning",
    evidence: ["cannot listen on 127.0.0.1:8071: another program does"],
  });
  expect((await http.send(API_SOCKET, "/healthz")).status).toBe(200);
  http.taken.clear();
  const again = desk.configure({ listen: "127.0.0.1:8071" });
  await desk.api.settled();
  expect(http.listening.has("127.0.0.1:8071")).toBe(false);
  await time.advance(5_000);
  desk.api.configure(again);
  await desk.api.settled();
  expect(http.listening.has("127.0.0.1:8071")).toBe(true);
  expect(problems(desk)).toEqual([]);
  expect(checkHttpServed({ problems: [] })).toBeUndefined();
});

test("a token that cannot be read is a finding; reading goes on, changing does not", async () => {
  const desk = await memoryApi();
  desk.machine.secrets.clear();
  await desk.machine.time.advance(1_000);
  const headers = { authorization: `Bearer ${TOKEN}` };
  const post = () => desk.machine.http.send(ADDRESS, "/monitor/smsd/start", { method: "POST", headers });
  const refused = await post();
  expect(refused.status).toBe(403);
  expect(String(refused.body)).toContain("cannot be used");
  expect(problems(desk)).toEqual([expect.stringContaining(TOKEN_REF.path)]);
  expect((await desk.machine.http.send(ADDRESS, "/monitor/status")).status).toBe(200);
  desk.machine.secrets.set(`file ${TOKEN_REF.path}`, TOKEN);
  await desk.machine.time.advance(1_000);
  expect((await post()).status).toBe(202);
  expect(problems(desk)).toEqual([]);
});

test("a fault is answered without a word of it, and logged once a minute", async () => {
  const desk = await memoryApi();
  desk.host.logs.readFrom = async () => {
    throw new Error("disk on fire at /secret");
  };
  for (let i = 0; i < 5; i += 1) {
    const got = await desk.machine.http.send(ADDRESS, "/monitor/timeline");
    expect(got.status).toBe(500);
    expect(String(got.body)).not.toContain("fire");
  }
  expect(desk.said).toHaveLength(1);
  expect(desk.said[0]).toContain("disk on fire");
});

test("however often it is asked, processes are looked at once a second", async () => {
  const desk = await memoryApi();
  let looks = 0;
  const { processes } = desk.host.smsd;
  desk.host.smsd.processes = async () => {
    looks += 1;
    return processes();
  };
  const ask = () => desk.machine.http.send(ADDRESS, "/monitor/status");
  await Promise.all(Array.from({ length: 50 }, ask));
  expect(looks).toBe(1);
  await desk.machine.time.advance(1_000);
  await ask();
  expect(looks).toBe(2);
});

function jsonOf({ body }: HttpReply): unknown {
  return JSON.parse(String(body));
}

test("ready: smsd runs, or somebody stopped it on purpose; else not", async () => {
  const desk = await memoryApi();
  const ready = () => desk.machine.http.send(ADDRESS, "/readyz");
  expect(await ready()).toMatchObject({ status: 200 });
  desk.host.smsd.processes = async () => [];
  await desk.machine.time.advance(1_000);
  const down = await ready();
  expect(down).toMatchObject({ status: 503 });
  expect(jsonOf(down)).toMatchObject({
    code: "not-yet",
    detail: expect.stringContaining("nobody stopped it on purpose"),
  });
  desk.machine.given("/tmp/smsd_manual_stop", "[x] smsd was stopped by anna\n");
  await desk.machine.time.advance(1_000);
  expect(jsonOf(await ready())).toMatchObject({ ready: true, reason: expect.stringContaining("on purpose") });
});
