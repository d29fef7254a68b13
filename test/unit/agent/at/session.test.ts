import { expect, test } from "vitest";
import { AtSession } from "../../../../agent/at/session.ts";
import { memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

const TTY = "/dev/ttyUSB3";

async function openSession() {
  const machine = await memoryAgentMachine();
  const terminal = machine.terminal(TTY);
  const host = machine.agentHost();
  const session = new AtSession(host, await host.serial.open(TTY));
  return { machine, terminal, host, session };
}

test("the lines of an answer come without its end and without the echo", async () => {
  const { terminal, session } = await openSession();
  terminal.echo = true;
  terminal.answers["AT+CSQ"] = "+CSQ: 20,99\n\nOK";
  expect(await session.command("AT+CSQ", 1000)).toEqual({ outcome: "ok", result: "OK", lines: ["+CSQ: 20,99"] });
});

test("an error is an answer, too", async () => {
  const { terminal, session } = await openSession();
  terminal.answers["AT+CPIN?"] = "+CME ERROR: 10";
  expect(await session.command("AT+CPIN?", 1000)).toEqual({ outcome: "error", result: "+CME ERROR: 10", lines: [] });
});

test("the modem is found with AT before the first command, and not again before each", async () => {
  const { terminal, session } = await openSession();
  terminal.answers["AT+CSQ"] = "+CSQ: 20,99\n\nOK";
  await session.command("AT+CSQ", 1000);
  await session.command("AT+CSQ", 1000);
  expect(terminal.commands).toEqual(["AT", "AT+CSQ", "AT+CSQ"]);
});

test("commands asked at once are answered one after the other", async () => {
  const { terminal, session } = await openSession();
  terminal.onCommand = (command) => (command === "AT" ? "OK" : `${command.slice(2)}: 1\n\nOK`);
  const answers = await Promise.all(["AT+A", "AT+B", "AT+C"].map((command) => session.command(command, 1000)));
  expect(answers.map((answer) => answer.lines)).toEqual([["+A: 1"], ["+B: 1"], ["+C: 1"]]);
});

test("the tail of somebody else's command does not pass for our answer", async () => {
  const { terminal, session } = await openSession();
  terminal.onCommand = (command) => {
    if (command === "AT+CSQ") return "+CSQ: 7,99\n\nOK";
    // What another program asked is answered first, then our AT.
    return terminal.commands.length === 1 ? '+CPMS: "ME",0,23\n\nOK\n\nOK' : "OK";
  };
  expect(await session.command("AT+CSQ", 1000)).toMatchObject({ outcome: "ok", lines: ["+CSQ: 7,99"] });
});

test("an answer that comes too late is not taken for that of the next command", async () => {
  const { terminal, session } = await openSession();
  terminal.onCommand = (command) => {
    if (command === "AT+SLOW") return "";
    // The late answer stands before that to our AT.
    if (command === "AT" && terminal.commands.includes("AT+SLOW")) return "+SLOW: 1\n\nOK\n\nOK";
    return command === "AT" ? "OK" : "+FAST: 2\n\nOK";
  };
  expect(await session.command("AT+SLOW", 1000)).toEqual({ outcome: "silent", result: "", lines: [] });
  expect(await session.command("AT+FAST", 3000)).toMatchObject({ outcome: "ok", lines: ["+FAST: 2"] });
});

test("a silent modem is asked again until the time is over", async () => {
  const { terminal, session } = await openSession();
  terminal.silent = true;
  expect(await session.answers(3500)).toBe(false);
  expect(terminal.commands.filter((command) => command !== "")).toEqual(["AT", "AT", "AT", "AT"]);
  terminal.silent = false;
  expect(await session.answers(1000)).toBe(true);
});

test("what the modem says on its own is told, during a command and between", async () => {
  const { terminal, session } = await openSession();
  const heard: string[] = [];
  session.onAnnouncement((line) => heard.push(line));
  terminal.answers["AT+CSQ"] = '+CSQ: 20,99\n\n+CMTI: "ME",3\n\nOK';
  expect(await session.command("AT+CSQ", 1000)).toMatchObject({ lines: ["+CSQ: 20,99"] });
  terminal.say('+CMTI: "ME",4\n\nRING\n\nnoise');
  await expect.poll(() => heard).toEqual(['+CMTI: "ME",3', '+CMTI: "ME",4', "RING"]);
});

test("the text of a routed message is neither told nor taken for an answer", async () => {
  const { terminal, session } = await openSession();
  const heard: string[] = [];
  session.onAnnouncement((line) => heard.push(line));
  terminal.answers["AT+CGSN"] = "+CMT: ,24\n07911326040000F0\n\n867584030000001\n\nOK";
  expect(await session.command("AT+CGSN", 1000)).toMatchObject({ lines: ["867584030000001"] });
  expect(heard).toEqual(["+CMT: ,24"]);
});

test("a modem that waits for a text is freed with ESC", async () => {
  const { terminal, session } = await openSession();
  terminal.onCommand = (command) => {
    if (!command.startsWith("AT+CMGS")) return "OK";
    setImmediate(() => terminal.sayRaw("\r\n> "));
    return "";
  };
  expect(await session.command("AT+CMGS=20", 1000)).toMatchObject({ outcome: "ok" });
  expect(terminal.commands).toEqual(["AT", "AT+CMGS=20", ""]);
});

test("a device that goes in the middle is an error at once, and for every further command", async () => {
  const { terminal, session, machine } = await openSession();
  const reasons: string[] = [];
  session.onClose((reason) => reasons.push(reason));
  await session.answers(1000);
  terminal.onCommand = () => {
    terminal.hangUp();
    return "";
  };
  const before = machine.time.monotonic;
  await expect(session.command("AT+CSQ", 60_000)).rejects.toMatchObject({ code: "io" });
  expect(machine.time.monotonic - before).toBeLessThan(60_000);
  await expect(session.answers(1000)).rejects.toMatchObject({ code: "io" });
  expect(reasons).toEqual(["the device is gone"]);
  expect(session.closed).toBe("the device is gone");
});

test("a device that takes no bytes is an error", async () => {
  const { terminal, session } = await openSession();
  terminal.stuck = true;
  await expect(session.command("AT", 1000)).rejects.toMatchObject({ code: "io" });
});

test("closing ends what waits, and may be done twice", async () => {
  const { terminal, session } = await openSession();
  terminal.silent = true;
  const asked = session.command("AT+CSQ", 60_000);
  await session.close();
  await expect(asked).rejects.toMatchObject({ code: "io" });
  await session.close();
  expect(terminal.open).toBe(0);
});

test("garbage without end neither answers nor fills the memory", async () => {
  const { terminal, session } = await openSession();
  const noise = Buffer.alloc(4096, "\u00ff\u0000x,").toString("latin1");
  terminal.onCommand = () => {
    setImmediate(() => terminal.sayRaw(`${noise}\r\n`.repeat(2000)));
    return "";
  };
  expect(await session.answers(1500)).toBe(false);
});
