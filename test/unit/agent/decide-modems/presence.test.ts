import { expect, test } from "vitest";
import { sampleInventory, sampleModem } from "../../../helpers/sample-inventory.ts";
import { ModemStory, oneModem, twoModems } from "./modem-story.ts";

test("a modem that is there and works gives nothing to do and nothing to say", () => {
  const story = ModemStory.working();
  story.after(20).ready().look();
  expect([story.steps, story.findings, story.said]).toEqual([[], [], []]);
  expect(story.decision?.demands).toEqual({ suspend: {}, pinRefused: [] });
});

test("what is gone for less than ten seconds is no finding; then it is, and smsd is told to leave it alone", () => {
  const story = ModemStory.working();
  story.unplug().look();
  expect(story.said).toEqual(["modem-gone"]);
  story.after(9.9).look();
  expect(story.findings).toEqual([]);
  expect(story.decision?.demands.suspend).toEqual({});
  story.after(0.1).look();
  expect(story.findings).toEqual(["modem-absent"]);
  expect(story.decision?.demands.suspend).toEqual({ SIM7600: "not plugged in" });
  story.after(86_400).look();
  expect(story.steps).toEqual([]);
});

test("the look after a modem went is at the end of its ten seconds, not at the next slow one", () => {
  const story = ModemStory.working();
  story.unplug();
  expect(story.look().wakeAt).toBe(story.now + 10_000);
});

test("a modem that was never there is absent, too", () => {
  const story = new ModemStory().smsd(true);
  story.look();
  story.after(10).look();
  expect(story.findings).toEqual(["modem-absent"]);
});

test("an absent modem is given back only with its AT port and the link to it", () => {
  const story = ModemStory.working();
  story.unplug().look();
  story.after(30).suspended({ SIM7600: "not plugged in" }).look();
  story.plug("1", 10);
  story.seen.links = {};
  story.look();
  expect(story.decision?.demands.suspend).toHaveProperty("SIM7600");
  story.link().look();
  expect(story.decision?.demands.suspend).toEqual({});
});

test("another device number is another life: the modem appeared now", () => {
  const story = ModemStory.working();
  story.after(10).plug("1", 5).look();
  expect(story.said).toEqual(["modem-appeared"]);
  expect(story.modem().attached).toMatchObject({ sysName: "1-1", deviceNumber: 6, since: story.now });
});

test("a device number that cannot be read is no sign of another device", () => {
  const story = ModemStory.working();
  story.seen.usbStates = {};
  story.after(1).ready().look();
  expect(story.said).toEqual([]);
});

test("five appearances within two minutes are a weak supply, until two minutes later", () => {
  const story = new ModemStory().smsd(true);
  for (let count = 0; count < 5; count += 1) {
    expect(story.findings).not.toContain("modem-flapping");
    story.plug("1", 0).look();
    story.after(2).unplug().look();
    story.after(2);
  }
  story.plug("1", 0).look();
  expect(story.findings).toContain("modem-flapping");
  story.after(121).look();
  expect(story.findings).not.toContain("modem-flapping");
});

test("smsd's first answer after a replug is told with its time, once", () => {
  const story = ModemStory.working();
  story.unplug().look();
  story.after(3).plug("1", 5).look();
  story.after(2.2).ready().look();
  expect(story.said).toEqual(["modem-gone", "modem-appeared", "modem-talking"]);
  expect(story.decision?.transitions[0]?.sentence).toContain("2.2 s after it appeared");
  story.after(1).ready().look();
  expect(story.said).toHaveLength(3);
});

test("an answer that smsd had before the modem left proves nothing of the one that came", () => {
  const story = ModemStory.working();
  story.unplug().look();
  story.after(3).plug("1", 5).look();
  story.after(1).look();
  expect(story.modem().attached?.talkingSince).toBeUndefined();
});

test("of two modems only the one that is gone is suspended", () => {
  const story = ModemStory.working(twoModems());
  story.unplug("2").look();
  story.after(11).ready("LEFT").look();
  expect(story.decision?.demands.suspend).toEqual({ RIGHT: "not plugged in" });
  expect(story.decision?.demands.hold).toBeUndefined();
});

test.each([
  ["05c6:9008", "QHSUSB_DLOAD", "degraded:bootloader", false],
  ["12d1:1f01", "HUAWEI_MOBILE", "degraded:mass-storage", false],
  ["1e0e:9001", "SIM7600", "modem-unclaimed", true],
] as const)("%s, which is for no entry, is %s", (usb, product, code, alike) => {
  const story = ModemStory.working();
  const device = story.seen.attached[0];
  if (!device) throw new Error("there is a device");
  const interfaces = alike ? device.interfaces : [{ number: 0, class: "08/06/50" }];
  story.seen.attached = [device, { usb, product, sysName: "1-9", port: "usb-0:9", interfaces }];
  story.after(1).ready().look();
  expect(story.findings).toEqual([code]);
});

test("what is no modem of ours at all is nobody's business", () => {
  const story = ModemStory.working();
  const mouse = { usb: "046d:c077", sysName: "1-9", port: "usb-0:9", interfaces: [{ number: 0, class: "ff/00/00" }] };
  story.seen.attached = [...story.seen.attached, mouse];
  story.after(1).ready().look();
  expect(story.findings).toEqual([]);
});

test("a modem named like a member of every object is a modem", () => {
  const story = new ModemStory(sampleInventory({ modems: [sampleModem({ name: "constructor" })] }));
  story.plug().look();
  expect(story.modem("constructor").attached?.sysName).toBe("1-1");
});

test("a modem that left the inventory is forgotten", () => {
  const story = ModemStory.working(twoModems());
  story.inventory = oneModem();
  story.look();
  expect(Object.keys(story.memory.modems)).toEqual(["SIM7600"]);
});
