import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Acceptance } from "./chaos-receiver.ts";
import type { Planned } from "./traffic.ts";

/** More of one kind say nothing new. */
const SHOWN = 5;

/**
 * What is wrong with what the receiver has taken, given what was sent; empty if nothing is: every message taken, unchanged,
 * duplicates alike, and per sender in the order in which they were sent.
 */
export function deliveryProblems(planned: readonly Planned[], accepted: readonly Acceptance[]): readonly string[] {
  const bySubject = new Map(planned.map((one) => [subjectOf(one), one]));
  const firsts = new Map<string, Acceptance>();
  const strange: string[] = [];
  const unlike: string[] = [];
  for (const one of accepted) {
    const subject = subjectOf(one);
    if (!bySubject.has(subject)) strange.push(`taken, but never sent: ${JSON.stringify(subject)}`);
    const first = firsts.get(subject);
    if (!first) firsts.set(subject, one);
    else if (first.key !== one.key) unlike.push(`two keys: ${first.key} and ${one.key}`);
    else if (first.webhookId !== one.webhookId) unlike.push(`two ids: ${first.webhookId} and ${one.webhookId}`);
    else if (first.bodyHash !== one.bodyHash) unlike.push(`two bodies of ${one.key}`);
  }
  const lost = [...bySubject.keys()].filter((subject) => !firsts.has(subject)).map((subject) => `lost: ${subject}`);
  const keys = new Set([...firsts.values()].map(({ key }) => key));
  const shared = keys.size < firsts.size ? [`${firsts.size} messages have only ${keys.size} keys`] : [];
  const disordered = orderProblems([...firsts.keys()].flatMap((subject) => bySubject.get(subject) ?? []));
  return [lost, strange, unlike, shared, disordered].flatMap(shorten);
}

function subjectOf({ from, text }: { readonly from: string; readonly text: string }): string {
  return `${from}: ${text}`;
}

/** `inOrder`: as they were first taken. */
function orderProblems(inOrder: readonly Planned[]): readonly string[] {
  const last = new Map<string, number>();
  return inOrder.flatMap(({ from, sequence }) => {
    const before = last.get(from) ?? -1;
    last.set(from, Math.max(before, sequence));
    return sequence > before ? [] : [`${from}: ${sequence} came after ${before}`];
  });
}

/** What is wrong with the folder of the messages that are done: each must be there once, as smsd wrote it. */
export function processedProblems(planned: readonly Planned[], folder: string): readonly string[] {
  const missing = new Set(planned.map(({ pdus }) => pdus.join()));
  const wrong: string[] = [];
  for (const name of readdirSync(folder)) {
    const pdus = pdusOf(readFileSync(join(folder, name), "latin1"));
    if (!missing.delete(pdus)) wrong.push(`there twice, or nobody sent it: ${name}`);
  }
  return [shorten([...missing].map((pdus) => `not there: ${pdus}`)), shorten(wrong)].flat();
}

/** The PDUs of a file that smsd wrote (`store_received_pdu = 3`), which precede the text. */
export function pdusOf(file: string): string {
  const headers = file.slice(0, Math.max(0, file.lastIndexOf("\n\n")));
  return [...headers.matchAll(/^PDU: ([0-9A-F]+)$/gm)].map(([, pdu]) => pdu).join();
}

function shorten(problems: readonly string[]): readonly string[] {
  const rest = problems.length - SHOWN;
  return rest > 0 ? [...problems.slice(0, SHOWN), `… and ${rest} more of this kind`] : problems;
}
