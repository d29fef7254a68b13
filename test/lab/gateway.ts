import { expect } from "vitest";
import type { Guest } from "./guest.ts";

/*
 * The words in which scenarios speak of a gateway: its inventory, its links, messages that go out and come in.
 */

const INVENTORY = "/root/inventory.yaml";

/** Role → interface, as it must be for a modem named SIM7600. */
export const SIM7600_LINKS = { DIAG: "00", NMEA: "01", AT: "02", VOICE: "03", AUDIO: "04" };

/** Applies an inventory and expects success; returns what was printed. */
export async function apply(guest: Guest, inventory: string): Promise<string> {
  await guest.write(INVENTORY, inventory);
  return await guest.ok(`provision apply --yes -i ${INVENTORY} 2>&1`, { seconds: 180 });
}

/** Runs `provision` on the inventory last applied. */
export async function provision(guest: Guest, args: string): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await guest.run(`provision ${args} -i ${INVENTORY}`, { seconds: 180 });
  return { code, output: stdout + stderr };
}

/** Expects that another apply would change nothing. */
export async function expectIdle(guest: Guest): Promise<void> {
  const plan = await provision(guest, "plan --detailed-exitcode");
  expect(plan.output).not.toMatch(/^ *[+~±-] /m);
  expect(plan.code, plan.output).toBe(0);
}

/** Waits until a modem's links are exactly these (role → interface), all on one USB port (path in sysfs, `1-1`). */
export async function expectLinks(guest: Guest, modem: string, usb: string, links: object): Promise<void> {
  let last: unknown;
  const wanted = Object.fromEntries(
    Object.entries(links).map(([role, number]) => [role, `${usb}:1.${Number(number)}`]),
  );
  await guest
    .waitFor(async () => {
      last = await linksOf(guest, modem);
      return JSON.stringify(last) === JSON.stringify(sorted(wanted)) ? true : undefined;
    }, 60)
    .catch(() => expect(last).toEqual(sorted(wanted)));
}

/** Role → USB interface that the link /dev/ttyUSB_MODEM_ROLE leads to. */
async function linksOf(guest: Guest, modem: string): Promise<Record<string, string>> {
  const prefix = `ttyUSB_${modem}_`;
  const links = `find /dev -maxdepth 1 -type l -name '${prefix}*' -printf '%f %l\\n'`;
  const ttys = "find /sys/class/tty -name 'ttyUSB*' -printf '%f %l\\n'";
  const pairs = (await guest.ok(`${links}; ${ttys}`)).split("\n").map((line) => line.split(" "));
  const target = new Map(pairs.map(([name = "", to = ""]) => [name, to]));
  const roles = [...target.keys()].filter((name) => name.startsWith(prefix));
  // …/usb1/1-1/1-1:1.2/ttyUSB2/tty/ttyUSB2
  const interfaceOf = (name: string) =>
    target
      .get(target.get(name) ?? "")
      ?.split("/")
      .at(-4) ?? "";
  return sorted(Object.fromEntries(roles.map((name) => [name.slice(prefix.length), interfaceOf(name)])));
}

function sorted(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Puts a message into smsd's outgoing folder and waits until the (simulator's) modem has sent it. */
export async function expectSmsOut(guest: Guest, text: string, modem?: string): Promise<void> {
  const name = `lab-${Date.now()}`;
  const file = `To: 491710000001\n\n${text}`;
  await guest.write(`/var/spool/sms/outgoing/.${name}`, file, "666");
  await guest.ok(`mv /var/spool/sms/outgoing/.${name} /var/spool/sms/outgoing/${name}`);
  await guest.waitFor(async () => {
    const sent = await guest.sim.sent(modem);
    return sent.find((message) => message.text === text && message.to.endsWith("491710000001"));
  }, 90);
}

/** Has an SMS arrive at the modem and waits for its file in `incoming`; returns the file's content. */
export async function expectSmsIn(guest: Guest, text: string, modem?: string): Promise<string> {
  await guest.sim.receive({ from: "+491710000002", text }, modem);
  return await guest.waitFor(`file=$(grep -l -F '${text}' /var/spool/sms/incoming/*) && cat "$file"`, 90);
}

/** The ttys that the `option` driver made for a USB device, by interface number; waits until there are `count`. */
export async function ttysOf(guest: Guest, usb: string, count: number): Promise<ReadonlyMap<number, string>> {
  const list = `ls -d /sys/bus/usb/drivers/option/${usb}:1.*/ttyUSB*`;
  const found = await guest.waitFor(`test "$(${list} | wc -l)" = ${count} && ${list} && udevadm settle`);
  const entries = found.split("\n").map((path): [number, string] => {
    const [, number, tty] = /:1\.(\d+)\/(ttyUSB\d+)$/.exec(path) ?? [];
    return [Number(number), `/dev/${tty}`];
  });
  return new Map(entries);
}
