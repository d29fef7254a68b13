import { beforeEach, describe, expect, it } from "vitest";
import { type ModemResetOptions, modemResetCommand } from "../../../../agent/commands/modem-reset.ts";
import { SUSPEND } from "../../../../provision/desired/paths.ts";
import { ONE_SIM7600, sim7600 } from "../../../helpers/gateway.ts";
import { appliedGateway, type Given, LOG } from "../observe/agent-machine.ts";
import { FLAG, giveRunFolder, runAgent, textAt, UNIT } from "./command-desk.ts";

const MODEM = "SIM7600";
const PORT = "platform-3610000.usb-usb-0:1";
const POWER = `${ONE_SIM7600}    power: { hub: "1-1", port: 2 }\n`;
const TWO = `${ONE_SIM7600.replace("SIM7600\n", `SIM7600\n    match: { port: "${PORT}" }\n`)}  - name: B
    model: SIM7600
    match: { port: "platform-3610000.usb-usb-0:2" }
`;

let given: Given;
beforeEach(async () => {
  given = await appliedGateway();
  comesBack();
});

const reset = (options: Partial<ModemResetOptions> = {}, how = {}) =>
  runAgent(given, modemResetCommand, { name: MODEM, ...options }, how);
const starts = () => given.machine.services.starts.get(UNIT);

/** A modem that restarts when it is told to, and that smsd then talks to. */
function comesBack(): void {
  const { machine } = given;
  machine.terminal("/dev/ttyUSB2").onCommand = (command) => {
    if (command !== "AT+CRESET") return undefined;
    restart();
    return "OK";
  };
  machine.onUsbControl = (operation) => {
    if (operation === "cyclePower") restart();
  };
  smsdTalksOnceStarted();
}

function restart(): void {
  given.machine.unplug("1-1");
  given.machine.plug(sim7600("1-1", PORT, 0));
}

/** smsd starts, and a moment later its log shows a poll. */
function smsdTalksOnceStarted(): void {
  const services = given.machine.services;
  const control = services.control.bind(services);
  services.control = async (verb, unit) => {
    await control(verb, unit);
    if (verb === "start") given.machine.append(LOG, "2030-01-01 00:00:09,6, SIM7600: No SMS received\n");
  };
}

describe("the only modem", () => {
  it("is reset by its own command with smsd stopped, comes back, and smsd talks to it again", async () => {
    const { code, out, err, error } = await reset();
    expect(error).toBeUndefined();
    expect(code).toBe(0);
    expect(out).toBe("SIM7600 was reset by at-reset and answers; smsd talks to it again.\n");
    expect(err).toContain("smsd has stopped");
    expect(given.machine.smsd).toHaveLength(1);
    expect(starts()).toBe(2);
  });

  it("that does not restart by its command is reset on the bus", async () => {
    given.machine.terminal("/dev/ttyUSB2").onCommand = (command) => (command === "AT+CRESET" ? "OK" : undefined);
    const { code, out, err } = await reset();
    expect(code).toBe(0);
    expect(err).toContain("did not leave the bus: it has not restarted");
    expect(out).toContain("was reset by usb-reset");
  });

  it("that stays silent: exit 1, and smsd gets it back all the same", async () => {
    for (const tty of ["ttyUSB2", "ttyUSB3"]) {
      given.machine.terminal(`/dev/${tty}`).onCommand = () => "";
      given.machine.terminal(`/dev/${tty}`).answers = {};
    }
    const { code, error } = await reset();
    expect(code).toBe(1);
    expect(String(error)).toContain("SIM7600 was not brought back");
    expect(given.machine.smsd).toHaveLength(1);
  });

  it("that smsd does not talk to afterwards: exit 1", async () => {
    await given.machine.services.control("stop", UNIT);
    await given.machine.services.control("start", UNIT);
    given.machine.services.control = Object.getPrototypeOf(given.machine.services).control;
    const { code, out } = await reset({ rung: "usb-reset" });
    expect(code).toBe(1);
    expect(out).toContain("smsd does not talk to it yet");
  });

  it("with smsd down on purpose is reset, and smsd stays down", async () => {
    await given.machine.services.control("stop", UNIT);
    given.machine.given(FLAG, "");
    const { code, out } = await reset();
    expect(code).toBe(0);
    expect(out).toContain("smsd did not run before, and stays down");
    expect(given.machine.smsd).toEqual([]);
  });

  it("is given back after Ctrl-C", async () => {
    const interruption = new AbortController();
    given.machine.onUsbControl = () => interruption.abort();
    await reset({ rung: "usb-reset" }, { signal: interruption.signal });
    expect(given.machine.smsd).toHaveLength(1);
  });
});

describe("one of several modems", () => {
  beforeEach(async () => {
    given = await appliedGateway(TWO);
    giveRunFolder(given);
    comesBack();
  });

  it("is reset while the others go on", async () => {
    const { machine } = given;
    machine.modemProcesses.set(MODEM, 5001);
    const seen: (string | undefined)[] = [];
    machine.onSignal = (pid) => {
      if (pid !== 5001) return;
      seen.push(textAt(given, SUSPEND));
      const held = textAt(given, SUSPEND)?.includes("reset by hand");
      machine.append(
        LOG,
        `2030-01-01 00:00:09,5, SIM7600: ${held ? "Suspend started. reset by hand" : "No SMS received"}\n`,
      );
    };
    const { code, out, error } = await reset({ rung: "usb-reset" });
    expect(error).toBeUndefined();
    expect(code).toBe(0);
    expect(out).toContain("smsd talks to it again");
    expect(seen[0]).toBe("SIM7600: reset by hand (modemkeeper)\n");
    expect(textAt(given, SUSPEND)).toBe("");
    expect(starts()).toBe(1);
  });

  it("that smsd does not let go of is reset with all of smsd stopped", async () => {
    const { code, err } = await reset({ rung: "usb-reset" });
    expect(code).toBe(0);
    expect(err).toContain("so all of smsd is stopped");
    expect(starts()).toBe(2);
  });
});

describe("what cuts off more than a modem", () => {
  it.each(["usb-power", "host-reboot"] as const)("%s asks first", async (rung) => {
    given = await appliedGateway(POWER);
    comesBack();
    expect((await reset({ rung })).code).toBe(64);
    expect((await reset({ rung }, { answer: "n" })).code).toBe(130);
    expect(given.machine.journal.filter((line) => /cyclePower|reboot/.test(line))).toEqual([]);
    expect(starts()).toBe(1);
  });

  it("cuts the power where the inventory says whose", async () => {
    given = await appliedGateway(POWER);
    comesBack();
    const { code, out } = await reset({ rung: "usb-power", yes: true });
    expect(code).toBe(0);
    expect(out).toContain("was reset by usb-power");
  });

  it("does not guess whose power", async () => {
    const { code, error } = await reset({ rung: "usb-power", yes: true });
    expect(code).toBe(12);
    expect(String(error)).toContain("nobody knows which hub and port");
  });
});

describe("is refused", () => {
  it("for a modem that the inventory does not have", async () => {
    const { code, error } = await reset({ name: "NOPE" });
    expect(code).toBe(64);
    expect(error).toMatchObject({ fix: "it has: SIM7600" });
  });

  it("for one that is not on the bus, before anything is stopped", async () => {
    given.machine.unplug("1-1");
    const { code, error } = await reset();
    expect(code).toBe(12);
    expect(String(error)).toContain("is not on the USB bus");
    expect(given.machine.smsd).toHaveLength(1);
  });
});
