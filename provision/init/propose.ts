import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { ModemModel } from "../../core/model/modem-model.ts";
import { devicePath, type Seating, seat, type Terminals } from "./assign.ts";
import { type ConfModems, modemsOf } from "./conf-modems.ts";
import { decideGlobals } from "./decide-global.ts";
import { asideComment, decideModem, type MovedPin, setAside } from "./decide-modem.ts";
import { renderInventory } from "./document.ts";
import { fateOfLine, type LineFate, type Outcome } from "./fate.ts";
import { newDefaultNotes } from "./safe-settings.ts";
import { settle } from "./settle.ts";
import { shownLine } from "./shown-line.ts";
import { type ConfLine, parseSmsdConf, type SmsdConf } from "./smsd-conf.ts";
import { deviceName, type Survey, surveyBus, usablePort } from "./survey.ts";

export interface ProposalInput {
  readonly bus: readonly AttachedModem[];
  readonly catalogue: readonly ModemModel[];
  /** The smsd.conf to take over. */
  readonly conf?: { readonly text: string; readonly name: string; readonly terminals: Terminals };
  readonly schemaLine: string;
}

export interface Proposal {
  /** The inventory; valid. It names no secret. */
  readonly text: string;
  /** What became of each line of smsd.conf, in its order. */
  readonly fates: readonly LineFate[];
  /** Comments of smsd.conf, which stay behind. */
  readonly comments: number;
  /** Sentences for a person. */
  readonly notes: readonly string[];
  readonly pins: readonly MovedPin[];
}

/** What is assumed where no modem is plugged in: the one of the shipped example. */
const ASSUMED = "SIM7600";

/** An inventory from what is on the bus and, if given, an smsd.conf. Pure; the same input gives the same text. */
export function propose(input: ProposalInput): Proposal {
  const { catalogue, conf } = input;
  const survey = surveyBus(input.bus, catalogue);
  const parsed = conf ? parseSmsdConf(conf.text) : undefined;
  const old = parsed ? modemsOf(parsed) : undefined;
  const seating = seat(old?.modems ?? [], survey, assumedModel(catalogue), conf?.terminals ?? new Map());
  const draft = {
    schemaLine: input.schemaLine,
    origin: conf
      ? `Written by \`provision init\` from what is plugged in and from ${conf.name}.`
      : "Written by `provision init` from what is plugged in. What is not said here has a default.",
    seats: seating.seats,
    appendix: appendix(seating, survey),
  };
  const ours = settle([], () => renderInventory({ ...draft, claims: [] }), catalogue).inventory;
  const { outcomes, pins } = old ? decide(old, seating, ours) : { outcomes: [], pins: [] };
  const settled = settle(outcomes, (claims) => renderInventory({ ...draft, claims }), catalogue);
  const kept = new Set(settled.outcomes);
  return {
    text: settled.text,
    fates: parsed ? fatesOf(parsed, settled.outcomes) : [],
    comments: parsed?.comments ?? 0,
    notes: [...busNotes(seating, survey), ...takeoverNotes(old, seating, settled.inventory)],
    pins: pins.filter(({ outcome }) => kept.has(outcome)),
  };
}

/** Paths under /dev that smsd.conf gives, for the caller to follow. */
export function devicePathsOf(text: string): readonly string[] {
  return modemsOf(parseSmsdConf(text)).modems.map(devicePath);
}

function assumedModel(catalogue: readonly ModemModel[]): ModemModel {
  const model = catalogue.find(({ name }) => name === ASSUMED) ?? catalogue[0];
  if (!model) throw new Error("the catalogue is empty");
  return model;
}

function decide(old: ConfModems, seating: Seating, ours: Inventory) {
  const decisions = seating.seats.flatMap((place, index) => {
    const modem = ours.modems[index];
    return place.conf && modem ? [decideModem(place, place.conf, index, modem)] : [];
  });
  const outcomes: readonly Outcome[] = [
    ...old.outcomes,
    ...decideGlobals(old.globals, ours),
    ...decisions.flatMap((decision) => decision.outcomes),
    ...seating.absent.flatMap(({ conf, why }) => setAside(conf, why)),
  ];
  return { outcomes, pins: decisions.flatMap(({ pin }) => pin ?? []) };
}

function fatesOf(conf: SmsdConf, outcomes: readonly Outcome[]): readonly LineFate[] {
  const byLine = new Map<number, Outcome[]>();
  for (const outcome of outcomes) {
    for (const line of outcome.lines) byLine.set(line, [...(byLine.get(line) ?? []), outcome]);
  }
  const lines: readonly ConfLine[] = [
    ...conf.globals,
    ...conf.sections.flatMap(({ header, lines: own }) => [header, ...own]),
  ];
  return lines.map((line) => fateOfLine(line.number, shownLine(line), byLine.get(line.number) ?? []));
}

function appendix({ seats, absent, unlisted }: Seating, survey: Survey): readonly string[] {
  return [
    ...absent.map(({ conf, why }) => asideComment(conf, why)),
    ...unlisted.map(({ attached, model }) => {
      const port = usablePort(attached.port);
      const match = port === undefined ? "" : `\n    match: { port: ${JSON.stringify(port)} }`;
      const taken = seats.some((one) => one.name === model.name || one.conf?.name === model.name);
      const entry = `  - name: ${model.name}${taken ? "-2" : ""}\n    model: ${model.name}${match}`;
      return `${deviceName(attached)} is plugged in, but the old smsd.conf did not use it. To use it:\n${entry}`;
    }),
    ...survey.entries,
  ];
}

function busNotes({ seats, absent, unlisted }: Seating, survey: Survey): readonly string[] {
  const assumed = seats.filter(({ found }) => !found).map(({ model }) => model.name);
  return [
    ...survey.notes,
    ...assumed.map(
      (model) => `No modem that could be used is plugged in: the inventory has one ${model}, as an example.`,
    ),
    ...seats.flatMap(({ found, model }) =>
      found && found.others.length > 0
        ? [
            `${deviceName(found.attached)} is taken for a ${model.name}; ask it \`AT+CGMM\` to be sure (see the inventory).`,
          ]
        : [],
    ),
    ...seats.flatMap(({ conf, byOrder, found }) =>
      conf && byOrder && found && seats.length > 1
        ? [`${conf.name} was matched by its place in the list only: check it, above all if its SIM has a PIN.`]
        : [],
    ),
    ...absent.map(({ conf, why }) => `${asideComment(conf, why)}`),
    ...unlisted.map(
      ({ attached }) => `${deviceName(attached)} is not in smsd.conf, so it stays out (see the inventory).`,
    ),
  ];
}

/** Without a modem of the old file in use nobody is used to how it behaved. */
function takeoverNotes(old: ConfModems | undefined, { seats }: Seating, inventory: Inventory): readonly string[] {
  if (!old || !seats.some(({ conf }) => conf)) return [];
  return newDefaultNotes(new Set(old.globals.keys()), inventory.smsd.settings);
}
