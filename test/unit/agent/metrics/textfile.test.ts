import { afterEach, beforeEach, expect, test } from "vitest";
import { decide } from "../../../../agent/decide/decide.ts";
import { Textfile } from "../../../../agent/metrics/textfile.ts";
import { emptyMemory } from "../../../../agent/model/memory.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";
import { sampleInventory } from "../../../helpers/sample-inventory.ts";
import { at, seen } from "../decide-service/story.ts";

const FOLDER = "/var/lib/prometheus/node-exporter";
const PATH = `${FOLDER}/modemkeeper.prom`;
const WANTED = { metrics: { textfile: PATH } };

let machine: MemoryAgentMachine;
let textfile: Textfile;
let told: string[];
let text: string;

beforeEach(async () => {
  machine = await memoryAgentMachine();
  machine.time.jumps = false;
  told = [];
  text = "smsgw_smsd_up 1\n";
  textfile = new Textfile({
    host: machine.agentHost(),
    log: { write: (level, sentence) => void told.push(`${level}: ${sentence}`) },
    text: () => text,
  });
});

afterEach(async () => {
  await textfile.stop();
});

function folder(): void {
  machine.files.put(FOLDER, { kind: "directory", mode: 0o755, owner: "root", group: "root", modifiedAt: 0 });
}

function written(path = PATH): string | undefined {
  const entry = machine.files.entries.get(path);
  return entry?.kind === "file" ? entry.content : undefined;
}

test("written at once and every 15 s, for everybody to read; gone when the agent ends", async () => {
  folder();
  textfile.configure(WANTED);
  await machine.time.advance(0);
  expect(machine.files.entries.get(PATH)).toMatchObject({ content: text, mode: 0o644, owner: "root" });
  text = "smsgw_smsd_up 0\n";
  await machine.time.advance(14_000);
  expect(written()).toBe("smsgw_smsd_up 1\n");
  textfile.configure(WANTED);
  await machine.time.advance(1_000);
  expect(written()).toBe("smsgw_smsd_up 0\n");
  await textfile.stop();
  expect(written()).toBeUndefined();
  await machine.time.advance(60_000);
  expect(written()).toBeUndefined();
  expect(told).toEqual([]);
});

test("where none is wanted none is written; another place takes the first one away", async () => {
  folder();
  textfile.configure({ metrics: {} });
  await machine.time.advance(30_000);
  expect(written()).toBeUndefined();
  textfile.configure(WANTED);
  await machine.time.advance(0);
  textfile.configure({ metrics: { textfile: `${FOLDER}/other.prom` } });
  await machine.time.advance(0);
  expect(written()).toBeUndefined();
  expect(written(`${FOLDER}/other.prom`)).toBe(text);
  textfile.configure({ metrics: {} });
  await machine.time.advance(0);
  expect(written(`${FOLDER}/other.prom`)).toBeUndefined();
});

test("a folder that is missing is told once, is a finding, and is not made; it goes on when it is there", async () => {
  textfile.configure(WANTED);
  await machine.time.advance(60_000);
  expect(machine.files.entries.has(FOLDER)).toBe(false);
  expect(told).toEqual([`warning: ${PATH} cannot be written, trying again: there is no folder ${FOLDER}`]);
  expect(textfile.observe()).toEqual({ textfileTrouble: `there is no folder ${FOLDER}` });
  folder();
  await machine.time.advance(15_000);
  expect(written()).toBe(text);
  expect(told.at(-1)).toBe(`info: ${PATH} can be written again`);
  expect(textfile.observe()).toEqual({});
});

test("what keeps it from being written is a warning for people", () => {
  const look = (change: object) => {
    const input = { inventory: sampleInventory(), seen: seen(change), memory: emptyMemory("boot-1"), now: at(0) };
    return decide(input).findings.filter(({ code }) => code === "metrics-not-written");
  };
  expect(look({})).toEqual([]);
  expect(look({ textfileTrouble: `there is no folder ${FOLDER}` })).toMatchObject([
    {
      subject: "host",
      level: "warning",
      sentence: `The metrics for node_exporter cannot be written: there is no folder ${FOLDER}.`,
    },
  ]);
});
