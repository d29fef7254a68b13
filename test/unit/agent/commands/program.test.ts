import type { Command } from "commander";
import { expect, test } from "vitest";
import { modemkeeperProgram } from "../../../../agent/commands/program.ts";

function quiet(command: Command): void {
  command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const sub of command.commands) quiet(sub);
}

/** A command line whose commands must not run. */
function program(): Command {
  const context = () => Promise.reject(new Error("reached"));
  const made = modemkeeperProgram({ version: "1.2.3", context, finished: () => undefined });
  quiet(made);
  return made;
}

async function parse(...words: string[]): Promise<unknown> {
  return program()
    .parseAsync(words, { from: "user" })
    .then(
      () => "done",
      (error) => error,
    );
}

test.each([
  ["agent"],
  ["status", "--json"],
  ["status", "-q"],
  ["events", "--follow", "--since", "30m"],
  ["smsd", "stop", "--for", "30m", "--reason", "a reason with blanks"],
  ["smsd", "start"],
  ["smsd", "restart"],
  ["modem", "list"],
  ["modem", "at", "SIM7600", "AT+CSQ"],
  ["modem", "reset", "SIM7600", "--rung", "usb-reset", "--yes"],
  ["links", "repair"],
  ["sms", "send", "+491720000001", "a text", "--timeout", "30s", "--flash", "--report"],
  ["sms", "send", "22000", "-", "--queue", "--wait"],
  ["sms", "send", "22000", "--no-wait", "--json"],
  ["lock", "--", "sh", "-c", "echo --follow"],
  ["status", "-v", "-i", "/tmp/inventory.yaml"],
  ["completion", "fish"],
])("%s %s is a command, and its module can be loaded", async (...words) => {
  expect(await parse(...words)).toMatchObject({ message: "reached" });
});

test.each([
  ["smsd", "halt"],
  ["modem", "reset"],
  ["modem", "reset", "SIM7600", "--rung", "hammer"],
  ["modem", "reset", "SIM7600", "--rung", "restart-smsd"],
  ["sms", "send"],
  ["sms", "send", "22000", "two", "texts"],
  ["lock"],
  ["completion", "tcsh"],
  ["links", "repair", "--now"],
])("%s %s is a mistake that the command line tells", async (...words) => {
  expect(await parse(...words)).toMatchObject({ name: "CommanderError" });
});

test("what follows lock -- belongs to that command, options included", async () => {
  const made = program();
  await made
    .parseAsync(["lock", "--wait", "5s", "--", "sh", "-c", "x", "--json", "-v"], { from: "user" })
    .catch(() => {});
  const lock = made.commands.find((command) => command.name() === "lock");
  expect(lock?.processedArgs[0]).toEqual(["sh", "-c", "x", "--json", "-v"]);
  expect(lock?.opts()).toEqual({ wait: "5s" });
});
