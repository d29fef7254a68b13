import { expect, test } from "vitest";
import { RealFiles } from "../../../host/files.ts";
import { parseUnitState, RealServices } from "../../../host/services.ts";
import { installFolders } from "../../../host/unit-links.ts";
import { me, recordingExec, scratchFolder } from "./scratch.ts";

async function offline() {
  const root = await scratchFolder();
  const files = new RealFiles(root);
  const recording = recordingExec();
  return { root, files, ...recording, services: new RealServices(recording.exec, files, root) };
}

const INSTALLABLE = {
  content: "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n",
  mode: 0o644,
  ...me(),
};
const UNIT = { content: "[Service]\nExecStart=/bin/true\n", mode: 0o644, ...me() };

test("systemctl's answer becomes a unit state", () => {
  const block =
    "Id=smstools.service\nLoadState=loaded\nActiveState=active\nSubState=running\n" +
    "FragmentPath=/etc/systemd/system/smstools.service\nMainPID=42\nNeedDaemonReload=yes";
  expect(parseUnitState(block)).toEqual({
    load: "loaded",
    active: "active",
    starting: false,
    fragment: "/etc/systemd/system/smstools.service",
    mainPid: 42,
    needsReload: true,
  });
});

test.each([
  ["start-pre", true],
  ["start", true],
  ["auto-restart", false],
])("activating (%s): being started: %s", (sub, starting) => {
  expect(parseUnitState(`ActiveState=activating\nSubState=${sub}`)).toMatchObject({ active: "activating", starting });
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

test("where systemd does not run, enabling makes the links that its next boot looks for, and disabling removes them", async () => {
  const { files, services } = await offline();
  await files.write("/etc/systemd/system/smstools.service", INSTALLABLE);
  await services.setEnabled("smstools.service", true);
  const link = "/etc/systemd/system/multi-user.target.wants/smstools.service";
  expect(await files.read(link)).toMatchObject({ kind: "link", target: "/etc/systemd/system/smstools.service" });
  expect((await services.state("smstools.service")).enabled).toBe(true);
  await services.setEnabled("smstools.service", false);
  expect((await services.state("smstools.service")).enabled).toBe(false);
  expect(await files.read(link)).toBeUndefined();
});

test.each([
  ["absent", undefined, /no such unit file/],
  ["not installable", UNIT, /has no WantedBy=/],
])("a unit that is %s cannot be enabled, and the reason is said", async (_, unit, why) => {
  const { files, services } = await offline();
  if (unit) await files.write("/etc/systemd/system/smstools.service", unit);
  await expect(services.setEnabled("smstools.service", true)).rejects.toMatchObject({ code: "command-failed", why });
});

test("only [Install] counts, with several targets and both ways to be wanted", () => {
  const text =
    "[Unit]\nWantedBy=no.target\n[Install]\nWantedBy=a.target  b.target\nRequiredBy=c.target\n[X]\nWantedBy=d\n";
  expect(installFolders(text)).toEqual(["a.target.wants", "b.target.wants", "c.target.requires"]);
});

test("nothing done for a root folder reaches this machine's systemd", async () => {
  const { services, lines } = await offline();
  for (const act of [() => services.reload(), () => services.control("start", "smstools.service")]) {
    await expect(act()).rejects.toMatchObject({ code: "precondition-missing", message: /systemd does not run in/ });
  }
  expect(await services.journal("smstools.service", 5)).toBe("");
  expect(lines()).toEqual([]);
});

test("killing what does not run asks nobody", async () => {
  const { services, lines } = await offline();
  await services.kill("smstools.service");
  expect(lines()).toEqual([]);
});
