import { expect, test } from "vitest";
import { RealFiles } from "../../../host/files.ts";
import { parseUnitState, RealServices } from "../../../host/services.ts";
import { me, recordingExec, scratchFolder } from "./scratch.ts";

async function offline() {
  const root = await scratchFolder();
  const files = new RealFiles(root);
  const recording = recordingExec();
  return { root, files, ...recording, services: new RealServices(recording.exec, files, root) };
}

const UNIT = { content: "[Service]\nExecStart=/bin/true\n", mode: 0o644, ...me() };

test("systemctl's answer becomes a unit state", () => {
  const block =
    "Id=smstools.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n" +
    "FragmentPath=/etc/systemd/system/smstools.service\nMainPID=42\nNeedDaemonReload=yes";
  expect(parseUnitState(block)).toEqual({
    load: "loaded",
    active: "active",
    enabled: true,
    fragment: "/etc/systemd/system/smstools.service",
    mainPid: 42,
    needsReload: true,
  });
});

test("a unit generated from an init script is not enabled by us", () => {
  expect(parseUnitState("LoadState=loaded\nUnitFileState=generated\nFragmentPath=").enabled).toBe(false);
});

test("in a root folder a unit's state is read from its files", async () => {
  const { files, services } = await offline();
  expect(await services.state("smstools.service")).toMatchObject({ load: "not-found", enabled: false, fragment: "" });
  await files.write("/lib/systemd/system/smstools.service", UNIT);
  expect(await services.state("smstools.service")).toMatchObject({ load: "loaded", active: "inactive" });
  await files.link("/etc/systemd/system/smstools.service", "/dev/null");
  expect((await services.state("smstools.service")).load).toBe("masked");
  await files.write("/etc/systemd/system/smstools.service", UNIT);
  await files.link("/etc/systemd/system/multi-user.target.wants/smstools.service", "../smstools.service");
  expect(await services.state("smstools.service")).toMatchObject({
    load: "loaded",
    enabled: true,
    fragment: "/etc/systemd/system/smstools.service",
  });
});

test("in a root folder units are enabled offline, and nothing reaches this machine's systemd", async () => {
  const { root, services, lines } = await offline();
  await services.setEnabled("smstools.service", true);
  expect(lines()).toEqual([`systemctl --root=${root} enable -- smstools.service`]);
  for (const act of [() => services.reload(), () => services.control("start", "smstools.service")]) {
    await expect(act()).rejects.toMatchObject({ code: "precondition-missing", message: /systemd does not run in/ });
  }
  expect(lines()).toHaveLength(1);
});
