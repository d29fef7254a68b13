import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labCache } from "./cache.ts";
import type { Guest } from "./guest.ts";
import { lastLines } from "./tool.ts";
import { consoleLog } from "./vm/machine.ts";

/** What tells why a scenario failed: file name → command. */
const LOGS: Readonly<Record<string, string>> = {
  "journal.log": "journalctl --boot --no-pager --output=short-precise",
  "smsd.log": "cat /var/log/smstools/smsd.log",
  "timeline.log": "cat /var/log/modemkeeper/events.jsonl",
  "access.log": "cat /var/log/modemkeeper/access.jsonl",
  "agent.log":
    "journalctl --boot --no-pager --unit=modemkeeper; cat /run/modemkeeper/state.json /var/lib/modemkeeper/agent/memory.json /run/smstools/suspend",
  "dmesg.log": "dmesg",
  "udev.log": "for tty in /dev/ttyUSB[0-9]*; do udevadm info $tty; done; ls -l /dev/ttyUSB*; cat /etc/udev/rules.d/*",
  "units.log":
    "systemctl --no-pager --full status smstools.service modemkeeper.service lab-sim.service; systemctl --failed",
  "host.log":
    "cat /etc/smsd.conf; ls -lR /var/spool/sms /var/spool/modemkeeper /etc/modemkeeper /var/lib/modemkeeper; ps axf; df",
  "receiver.log": "cat /run/lab-receiver/requests.jsonl",
  "sim.log": "journalctl --boot --no-pager --unit=lab-sim",
};

const SHOWN = ["journal.log", "smsd.log", "timeline.log"];

/** Writes the guest's logs to a folder of the cache; returns the path and the last lines, for the screen. */
export async function collectLogs(guest: Guest, title: string): Promise<string> {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const folder = join(labCache(), "failures", `${title.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 60)}-${stamp}`);
  await mkdir(folder, { recursive: true });
  await copyFile(consoleLog(guest.folder), join(folder, "console.log")).catch(() => undefined);
  let shown = "";
  for (const [name, command] of Object.entries(LOGS)) {
    const text = await output(guest, command);
    await writeFile(join(folder, name), text);
    if (SHOWN.includes(name) && text !== "") shown += `--- ${name}\n${lastLines(text, 12)}\n`;
  }
  await writeFile(join(folder, "sim-journal.json"), await simJournal(guest));
  return `\nlab: "${title}" failed; logs in ${folder}\n${shown}`;
}

async function output(guest: Guest, command: string): Promise<string> {
  try {
    const { stdout, stderr } = await guest.run(`${command} 2>&1`, { seconds: 20 });
    return stdout + stderr;
  } catch (error) {
    return String(error);
  }
}

async function simJournal(guest: Guest): Promise<string> {
  try {
    return `${JSON.stringify(await guest.sim.journals(), null, 1)}\n`;
  } catch (error) {
    return `${String(error)}\n`;
  }
}
