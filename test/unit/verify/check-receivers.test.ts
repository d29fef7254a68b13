import { expect, test } from "vitest";
import { ModemkeeperError } from "../../../core/errors.ts";
import type { Sink } from "../../../core/model/inventory.ts";
import type { SecretRef } from "../../../core/secret.ts";
import { checkReceivers } from "../../../provision/verify/check-receivers.ts";
import { sampleInventory } from "../../helpers/sample-inventory.ts";

const KEY: SecretRef = { from: "file", path: "/etc/modemkeeper/secrets/crm.key" };
const { incoming, notify } = sampleInventory();

function check(secrets: Sink["secrets"], read: (ref: SecretRef) => Promise<string>) {
  const sink: Sink = { name: "crm", type: "webhook", options: {}, secrets };
  const inventory = { incoming: { ...incoming, sinks: [sink] }, notify: { ...notify, sinks: [sink] } };
  return checkReceivers({ read }, inventory);
}

async function refuse(): Promise<string> {
  throw new ModemkeeperError("precondition-missing", "the secret of file crm.key is not there", {
    fix: "put it there",
  });
}

test("a receiver whose secret can be read needs no word", async () => {
  expect(await check({ secret: KEY }, async () => "value")).toEqual([]);
});

test("a missing secret is told for each receiver, with what to do, and does not fail the verification", async () => {
  const found = await check({ secret: KEY }, refuse);
  expect(found).toHaveLength(2);
  expect(found[0]).toEqual({
    name: "receiver crm",
    level: "warning",
    sentence: "nothing can be delivered to it (webhook): the secret of file crm.key is not there",
    fix: "put it there",
  });
});

test("the agent's environment cannot be looked into", async () => {
  expect(await check({ password: { from: "env", name: "MQTT" } }, refuse)).toEqual([]);
});
