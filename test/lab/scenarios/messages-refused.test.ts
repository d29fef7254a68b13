import { expect } from "vitest";
import { editInventory, Timeline } from "../agent.ts";
import { quickInventory } from "../inventories.ts";
import * as messages from "../messages.ts";
import { Receiver } from "../receiver.ts";
import { scenario } from "../scenario.ts";

const TEXT = "nobody understands this";

/*
 * A receiver that refuses a message: it is kept with the reason, shown without its text, and goes out once the receiver is
 * mended and a person says so. Who has it already does not get it again.
 */
scenario("a refused message is kept, shown, and delivered on demand", "gateway", async (guest) => {
  const receiver = await Receiver.install(guest);
  await editInventory(guest, quickInventory({ more: messages.incomingSection(", refusals: 1") }));
  await messages.expectDelivering(guest);
  const command = async (args: string) => await guest.ok(`modemkeeper ${args} 2>&1`, { seconds: 120 });
  const timeline = await Timeline.from(guest);

  await receiver.answer(400);
  const refused = await messages.receiveAll(guest, [{ from: messages.ALICE, text: TEXT }]);
  await timeline.wait("message-dead-lettered", 60);
  await timeline.wait("dead-letters", 60);
  const listed = await command("sms list --dead");
  expect(listed).toContain("it answered 400");
  expect(listed).not.toContain(TEXT);
  const [id = ""] = /\b[0-9a-f]{12,32}\b/.exec(listed) ?? [];
  const shown = await command(`sms show ${id}`);
  expect(shown).toContain(TEXT);
  expect(shown).toContain(messages.ALICE);
  const { stdout } = await guest.run("modemkeeper status", { seconds: 120 });
  expect(stdout.replace(/\s+/g, " ")).toMatch(/hook \(webhook\): .* archive \(file\): 1 delivered/);

  await receiver.answer(200);
  expect(await command("sms retry --all")).toContain("1 message is delivered again");
  await messages.expectDelivered(guest, receiver, refused);
  expect(await messages.repetitions(guest, receiver)).toBe(0);
  expect(await command("sms list --dead")).not.toContain(id);
  expect(await command("sms list --done")).toContain(id);
  await timeline.wait("dead-letters", 60, "Over after");
});
