import { expect } from "vitest";
import type { IncomingMessage } from "../../core/model/message.ts";
import type { Delivery } from "../sim/modem/network.ts";
import { agentState } from "./agent.ts";
import type { Guest } from "./guest.ts";
import { type Event, Receiver } from "./receiver.ts";

/*
 * The words in which scenarios speak of received messages: who got them, in which order, and where they lie now.
 */

const INCOMING = "/var/spool/sms/incoming";
const PROCESSED = "/var/spool/modemkeeper/processed";
const DEAD_LETTERS = "/var/spool/modemkeeper/dead-letter";
const STATES = "/var/lib/modemkeeper/incoming";
/** What the sink `archive` writes. */
const ARCHIVE = "/var/lib/lab-archive.jsonl";
export const MESSAGES = "/messages";

export const ALICE = "+491710000011";
export const BOB = "+491710000012";

/** A section of an inventory: a webhook with these further options, and a file. */
export function incomingSection(options = ""): string {
  const webhook = `    - { name: hook, ${Receiver.webhook(MESSAGES)}${options} }\n`;
  return `incoming:\n  sinks:\n${webhook}    - { name: archive, type: file, path: ${ARCHIVE} }\n`;
}

/** Waits until the agent delivers messages as the inventory says. */
export async function expectDelivering(guest: Guest): Promise<void> {
  const names = async () => (await agentState(guest)).deliveries?.incoming?.sinks.map(({ name }) => name).join();
  await guest.waitFor(async () => ((await names()) === "hook,archive" ? true : undefined), 240);
}

/** These arrive for the modem's SIM, one after the other. */
export async function receiveAll(guest: Guest, messages: readonly Delivery[]): Promise<readonly Delivery[]> {
  for (const message of messages) await guest.sim.receive(message, "SIM7600");
  return messages;
}

/** Two from each of two people, in turns; `what` makes their texts known. */
export function fromBoth(what: string): readonly Delivery[] {
  return [1, 2].flatMap((number) => [
    { from: ALICE, text: `${what}: ${number} of A` },
    { from: BOB, text: `${what}: ${number} of B` },
  ]);
}

/** Waits until smsd has so many messages in its folder that not everybody has. */
export async function expectWaiting(guest: Guest, count: number, seconds = 60): Promise<void> {
  await guest.waitFor(`test "$(ls ${INCOMING} | wc -l)" = ${count}`, seconds);
}

/** What each receiver has got: first times in order, and how often in all. */
interface Taken {
  readonly first: readonly Event<IncomingMessage>[];
  readonly count: number;
}

/** Waits until both receivers have all messages, and everything is put away; then nothing may be missing, twice, or out of order. */
export async function expectDelivered(guest: Guest, receiver: Receiver, all: readonly Delivery[]): Promise<void> {
  const texts = all.map(({ text = "" }) => text).sort();
  await guest
    .waitFor(async () => {
      const { first } = await hook(receiver);
      return first.length >= all.length && (await isTidy(guest)) ? true : undefined;
    }, 240)
    .catch(async (error: unknown) => {
      expect(textsOf((await hook(receiver)).first).sort(), String(error)).toEqual(texts);
      throw error;
    });
  const order = await putAwayOrder(guest);
  expect(new Set(order).size, "each is put away once").toBe(order.length);
  expect(await guest.ok(`ls -A ${DEAD_LETTERS}`)).toBe("");
  for (const { first } of [await hook(receiver), await archive(guest)]) {
    expect(textsOf(first).sort()).toEqual(texts);
    expect(first.map(({ id }) => id).sort()).toEqual([...order].sort());
    for (const { from } of all) {
      const own = first.filter(({ data }) => data.from === from).map(({ id }) => id);
      expect(own, "in the order in which smsd wrote them").toEqual(order.filter((id) => own.includes(id)));
    }
  }
}

/** How often more than once the receivers got a message. */
export async function repetitions(guest: Guest, receiver: Receiver): Promise<number> {
  const both = [await hook(receiver), await archive(guest)];
  return both.reduce((sum, { first, count }) => sum + count - first.length, 0);
}

/** Nothing waits, and nothing is remembered of single messages. */
async function isTidy(guest: Guest): Promise<boolean> {
  return (await guest.run(`test -z "$(ls -A ${INCOMING} ${STATES} | grep -v ':$')"`)).code === 0;
}

async function hook(receiver: Receiver): Promise<Taken> {
  return taken(await receiver.events<IncomingMessage>(MESSAGES));
}

async function archive(guest: Guest): Promise<Taken> {
  const lines = (await guest.ok(`cat ${ARCHIVE}`)).split("\n");
  return taken(lines.map((line) => JSON.parse(line) as Event<IncomingMessage>));
}

function taken(events: readonly Event<IncomingMessage>[]): Taken {
  const first = [...new Map([...events].reverse().map((event) => [event.id, event])).values()].reverse();
  return { first: first.sort((a, b) => events.indexOf(a) - events.indexOf(b)), count: events.length };
}

function textsOf(events: readonly Event<IncomingMessage>[]): string[] {
  return events.map(({ data }) => data.text ?? "");
}

/** Ids of what was put away, in the order in which smsd wrote it: a rename leaves a file's time as it is. */
async function putAwayOrder(guest: Guest): Promise<readonly string[]> {
  const listed = await guest.ok(`cd ${PROCESSED} && stat -c '%.9Y %n' -- * | sort -n`);
  return listed.split("\n").flatMap((line) => /-([0-9a-f]{32})$/.exec(line)?.[1] ?? []);
}
