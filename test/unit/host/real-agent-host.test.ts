import { expect, test } from "vitest";
import { readOnlyHost } from "../../../host/read-only-host.ts";
import { realAgentHost } from "../../../host/real-agent-host.ts";
import { tracingHost } from "../../../host/tracing-host.ts";
import { scratchFolder } from "./scratch.ts";

test("a command that only looks can ask everything and change nothing", async () => {
  const sysfs = await scratchFolder();
  const host = readOnlyHost(await realAgentHost({ sysfs, env: {} }));
  expect(await host.usbControl.state("1-2")).toBeUndefined();
  expect(await host.stats.of(["/etc/passwd"])).toEqual([expect.objectContaining({ size: expect.any(Number) })]);
  const changes = [
    () => host.usbControl.reset("1-2"),
    () => host.usbControl.reauthorize("1-2"),
    () => host.usbControl.cyclePower({ hub: "1", port: 1 }, 1),
    () => host.usbControl.rebootMachine(),
    () => host.proc.signal(process.pid, "SIGKILL"),
    () => host.logs.append(`${sysfs}/log`, "x"),
    () => host.stats.move(`${sysfs}/a`, `${sysfs}/b`),
    () => host.services.kill("smstools.service"),
  ];
  for (const change of changes) await expect(change()).rejects.toThrow("only looks");
});

test("a tracing host tells what the agent does, passes its answers on, and tells no line of a log", async () => {
  const folder = await scratchFolder();
  const lines: string[] = [];
  const host = tracingHost(await realAgentHost({ sysfs: folder, env: {} }), (line) => lines.push(line));
  await host.logs.append(`${folder}/log`, "private");
  // No process has this number (proc_sys_kernel(5), pid_max).
  expect(await host.proc.signal(2 ** 22 + 1, "SIGCONT")).toBe(false);
  expect(lines).toEqual([`logs.append ${folder}/log`, `proc.signal ${2 ** 22 + 1} SIGCONT`]);
});

test("where there is no USB at all, watching it is allowed and can be stopped", async () => {
  const { hotplug } = await realAgentHost({ env: {} });
  const stop = hotplug.watch(() => {});
  stop();
  stop();
});
