import { ModemkeeperError } from "../../core/errors.ts";
import type { Generation } from "../../core/model/generation.ts";
import type { Host } from "../../core/ports.ts";
import { STATE } from "../desired/paths.ts";

export const GENERATIONS = `${STATE}/generations`;
/** Older ones are dropped; the newest applied one always stays. */
const KEEP = 30;

const NAME = /^(\d+)\.json$/;

function pathOf(number: number): string {
  return `${GENERATIONS}/${number}.json`;
}

/** Numbers on disk, ascending. */
async function numbers(host: Host): Promise<readonly number[]> {
  const names = await host.files.list(GENERATIONS);
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Every readable generation, oldest first. */
export async function listGenerations(host: Host): Promise<readonly Generation[]> {
  return Promise.all((await numbers(host)).map((number) => readGeneration(host, number)));
}

/** @throws ModemkeeperError not-found, or io if the record is damaged */
export async function readGeneration(host: Host, number: number): Promise<Generation> {
  const entry = await host.files.read(pathOf(number));
  if (entry?.kind !== "file") {
    throw new ModemkeeperError("not-found", `there is no generation ${number}`, { fix: "provision generations" });
  }
  try {
    return JSON.parse(entry.content) as Generation;
  } catch (cause) {
    throw new ModemkeeperError("io", `the record of generation ${number} is damaged`, {
      why: `${pathOf(number)} is not JSON`,
      fix: `move it away; the next apply takes the host as it finds it: mv ${pathOf(number)} /root/`,
      cause,
    });
  }
}

export interface History {
  /** The last that was applied. */
  readonly applied?: Generation;
  /** A newer one that was begun and never ended. */
  readonly interrupted?: Generation;
  /** Number for the next. */
  readonly next: number;
}

/** The newest records that matter to a plan. Reads backwards, and usually one file. */
export async function readHistory(host: Host): Promise<History> {
  const all = await numbers(host);
  const next = (all.at(-1) ?? 0) + 1;
  let interrupted: Generation | undefined;
  for (const number of [...all].reverse()) {
    const generation = await readGeneration(host, number);
    if (generation.status === "applied") return { applied: generation, next, ...(interrupted ? { interrupted } : {}) };
    if (generation.status === "applying" || generation.status === "partial") interrupted ??= generation;
  }
  return { next, ...(interrupted ? { interrupted } : {}) };
}

export async function writeGeneration(host: Host, generation: Generation): Promise<void> {
  const content = `${JSON.stringify(generation, undefined, 2)}\n`;
  await host.files.write(pathOf(generation.number), { content, mode: 0o600, owner: "root", group: "root" });
}

/** Drops the oldest records beyond what is kept. */
export async function pruneGenerations(host: Host): Promise<void> {
  const all = await numbers(host);
  for (const number of all.slice(0, Math.max(0, all.length - KEEP))) await host.files.remove(pathOf(number));
}
