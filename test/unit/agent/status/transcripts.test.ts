import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { GatewayStatus } from "../../../../agent/status/types.ts";
import { columnsOf } from "../../../../agent/views/columns.ts";
import { renderStatus } from "../../../../agent/views/status.ts";
import type { Rung } from "../../../../core/model/inventory.ts";
import { painter } from "../../../../provision/views/paint.ts";
import { ModemStory } from "../decide-modems/modem-story.ts";
import {
  NOTICES,
  oneWarmModem,
  pass,
  RECEIVERS,
  statusIn,
  TOLD,
  twoWarmModems,
  workingGateway,
} from "./status-desk.ts";

/*
 * What `modemkeeper status` prints, as files to read: each is made by the agent's own rules from a machine in that state.
 * UPDATE_GOLDEN=1 writes them anew.
 */

const FOLDER = new URL("transcripts/", import.meta.url);

const CASES: Readonly<Record<string, () => GatewayStatus>> = {
  "all-well": () => statusIn(workingGateway()),
  "two-modems": () => statusIn(workingGateway(twoWarmModems())),
  recovering: recovering,
  "recovery-in-vain": recoveryInVain,
  "stopped-by-a-person": stoppedByAPerson,
  "smsd-dead": smsdDead,
  unplugged,
  "no-agent": noAgent,
  "nothing-known": nothingKnown,
  "not-asked-yet": () => statusIn(new ModemStory(oneWarmModem()).smsd(true).plug().after(3)),
  "no-second-port": noSecondPort,
  "half-told": halfTold,
  hostile,
};

test.each(Object.entries(CASES))("%s", (name, make) => {
  const file = new URL(`${name}.txt`, FOLDER);
  const shown = renderStatus(make(), { paint: painter(false), verbose: false });
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, shown);
  expect(existsSync(file), `${name}.txt is missing: UPDATE_GOLDEN=1 writes it`).toBe(true);
  expect(shown).toBe(readFileSync(file, "utf8"));
  for (const line of shown.split("\n")) expect(columnsOf(line), line).toBeLessThanOrEqual(80);
});

test.each(["all-well", "recovering"])("the README shows %s as it is", (name) => {
  const readme = readFileSync(new URL("../../../../README.md", import.meta.url), "utf8");
  expect(readme).toContain(`$ modemkeeper status\n${readFileSync(new URL(`${name}.txt`, FOLDER), "utf8")}\`\`\``);
});

/** smsd's I/O errors tell of a modem that hangs. */
function erring(rungs: readonly Rung[]): ModemStory {
  const story = workingGateway(oneWarmModem({ rungs }));
  return story.log({ ioErrors: [2, 1, 0].map((seconds) => story.now - seconds * 1000) });
}

/** The modem hangs: the first rung has not helped, the second is under way, and smsd is down for it. */
function recovering(): GatewayStatus {
  const story = workingGateway(oneWarmModem({ rungs: ["restart-smsd", "at-reset", "usb-reset", "usb-authorize"] }));
  for (let checks = 0; story.modem().recovery === undefined && checks < 20; checks += 1) {
    story.after(15).look();
    if (story.steps.includes("probe"))
      story
        .after(5)
        .end("probe", { ok: false, probe: { answered: false } })
        .look();
  }
  story.after(1).smsd(false).look();
  story.after(12).end("at-reset", { ok: false, detail: "ttyUSB2 is silent" }).look();
  return statusIn(pass(story.after(2)));
}

/** A first rung that did not help, and a pause before the next climb. */
function recoveryInVain(): GatewayStatus {
  const story = erring(["usb-reset"]);
  story.look();
  story.after(1).smsd(false).look();
  story.after(2).end("usb-reset", { ok: false, detail: "the kernel refused" }).look();
  return statusIn(pass(story.after(20).smsd(true)));
}

function stoppedByAPerson(): GatewayStatus {
  const story = workingGateway();
  story.smsd(false);
  const expiry = Math.floor(story.wall / 1000) + 1800;
  const content = `expire:${expiry}\n[2026-01-17T20:44:01.000Z] smsd was stopped by alice: new SIM contract\n`;
  story.seen.flag = { kind: "file", owner: "root", modifiedAt: story.wall, content };
  return statusIn(pass(story).after(720));
}

function smsdDead(): GatewayStatus {
  const story = workingGateway().smsd(false);
  story.seen.smsd = { ...story.seen.smsd, unit: "active" };
  return statusIn(pass(story).after(180));
}

function unplugged(): GatewayStatus {
  const story = workingGateway().unplug();
  story.look();
  story.after(10).suspended({ SIM7600: "not plugged in" });
  return statusIn(pass(story).after(110));
}

function noAgent(): GatewayStatus {
  return statusIn(ModemStory.working(oneWarmModem()), { agentRuns: false, agentUnit: "failed" });
}

/** The agent does not run, and a look of the command's own failed. */
function nothingKnown(): GatewayStatus {
  return statusIn(ModemStory.working(oneWarmModem()), { blind: true, agentRuns: false, agentUnit: "inactive" });
}

/** smsd has the only AT port, and nobody else can ask. */
function noSecondPort(): GatewayStatus {
  const inventory = oneWarmModem();
  const modems = inventory.modems.map((modem) => {
    const { second: _none, push: _no, ...at } = modem.model.at;
    return { ...modem, model: { ...modem.model, at } };
  });
  const story = new ModemStory({ ...inventory, modems }).smsd(true).plug();
  story.look();
  story.after(40).ready().look();
  return statusIn(story);
}

/** A SIM that is missing, a thermometer that is refused, a signal that the modem does not know. */
function halfTold(): GatewayStatus {
  const story = ModemStory.working(oneWarmModem());
  story.remember({ lastFullProbeAt: 0, probedAt: 0 }).look();
  const { imei = "", firmware = "" } = TOLD;
  const gaps = {
    imsi: "the modem refuses AT+CIMI (+CME ERROR: 10)",
    operator: "the answer to AT+COPS? says nothing of it",
    storage: "the modem refuses AT+CPMS? (+CMS ERROR: 310)",
    temperature: "the modem refuses AT+CPMUTEMP",
  };
  const probe = { answered: true, imei, firmware, sim: "SIM not inserted", registration: 0, signal: 99, gaps };
  story.end("probe", { probe }).ready().look();
  return statusIn(pass(story));
}

/** What a modem, a receiver and a person may put into texts. */
function hostile(): GatewayStatus {
  const story = workingGateway();
  const operator =
    "\u001b[2J\u001b]0;owned\u0007 \u202eevil\u2066 中国移动通信集团公司中国移动通信集团公司 \nCRITICAL: forged";
  story.remember({ operator, firmware: "A".repeat(64), gaps: { temperature: `x\u009b31m${"y".repeat(90)}` } });
  const failing = { since: story.now - 60_000, detail: `\u001b[31mno\r\n${"z".repeat(200)}` };
  story.seen.incoming = { ...RECEIVERS, deadLetters: 1 };
  story.seen.notices = { ...NOTICES, sinks: NOTICES.sinks.map((sink) => ({ ...sink, failing, waiting: 3 })) };
  const content = "\u001b]8;;http://evil/\u0007click\u001b]8;;\u0007 \u200f me";
  story.seen.flag = { kind: "file", owner: "root", modifiedAt: story.wall, content };
  return statusIn(story);
}
