import type { Composition, ModemModel } from "../../../core/model/modem-model.ts";
import { discriminators, isRival } from "../../models/discriminators.ts";
import { modelFrom } from "../../models/parse.ts";
import type { KeyPath } from "../key-path.ts";
import { quote } from "../quote.ts";
import { didYouMean } from "../suggest.ts";
import { problem, type Rule, type RuleContext, remark } from "./context.ts";

/** `modems[].model` names a row of the catalogue or of `models`. */
export const knownModel: Rule = ({ raw, models, declared, at }) =>
  raw.modems.flatMap(({ model }, index) =>
    models.has(model) || declared.models.has(model)
      ? []
      : [
          problem(
            "unknown-model",
            at(["modems", index, "model"]),
            `There is no modem model ${quote(model)}.${coveredBy(model, models) ?? didYouMean(model, models.keys())}`,
            "The model says which of the modem's ports is for AT commands, and how to reset it.",
            "Run `provision models list`, or describe the modem under `models:`.",
          ),
        ],
  );

/** Several products share a row: EG25-G is in the one called EC25. */
function coveredBy(written: string, models: ReadonlyMap<string, ModemModel>): string | undefined {
  const wanted = written.toLowerCase();
  const row = [...models.values()].find(({ title }) =>
    title
      .toLowerCase()
      .split(/[ ,]+/)
      .some((word) => word === wanted),
  );
  return row && ` Its row is called \`${row.name}\` (${row.title}).`;
}

export const modelNames: Rule = ({ raw, catalogue, at }) =>
  (raw.models ?? []).flatMap(({ name }, index, all) => {
    const place = at(["models", index, "name"]);
    const earlier = all.slice(0, index).some((other) => other.name === name);
    const builtIn = catalogue.some((model) => model.name === name);
    if (earlier) {
      return [
        problem(
          "duplicate-model",
          place,
          `The model ${quote(name)} is described twice.`,
          "Which of the two is meant would be a guess.",
          "Remove one of them, or rename it.",
        ),
      ];
    }
    if (!builtIn) return [];
    return [
      remark(
        "model-replaced",
        place,
        `This replaces the built-in model ${quote(name)}.`,
        "Corrections to the built-in row will not reach this machine.",
        "Rename it if you did not mean to.",
      ),
    ];
  });

/** Every composition must say where AT is: without it smsd has no port. */
export const atRole: Rule = (context) =>
  compositionsOf(context).flatMap(({ composition, path }) =>
    composition.roles.AT === undefined
      ? [
          problem(
            "no-at-role",
            context.at([...path, "roles"], "key"),
            `The composition ${quote(composition.name)} has no role AT.`,
            "AT is the port that smsd talks to.",
            "Add `AT:` with the number of an interface that answers `AT` with `OK`.",
          ),
        ]
      : [],
  );

/** A role's number must be in the signature: otherwise a device without that interface would match. */
export const rolesListed: Rule = (context) =>
  compositionsOf(context).flatMap(({ composition, path }) =>
    Object.entries(composition.roles).flatMap(([role, selector]) => {
      if (!("interface" in selector) || composition.interfaces[selector.interface] !== undefined) return [];
      return [
        problem(
          "role-not-listed",
          context.at([...path, "roles", role]),
          `The role ${role} is interface ${selector.interface}, which \`interfaces\` does not list.`,
          "A device without that interface would be taken for this model.",
          `Add \`${selector.interface}: ff\` (or its class) to \`interfaces\`.`,
        ),
      ];
    }),
  );

/** Compositions with one id and different roles must differ in a class, or udev cannot tell them apart. */
export const separableCompositions: Rule = (context) =>
  ownModels(context).flatMap(({ model, path }) =>
    model.compositions.flatMap((composition, index) => {
      const earlier = model.compositions.slice(0, index);
      const same = earlier.find(
        (other) => isRival(composition, other) && discriminators(composition, [other]).length === 0,
      );
      if (same === undefined) return [];
      return [
        problem(
          "ambiguous-composition",
          context.at([...path, "compositions", index, "name"]),
          `The compositions ${quote(same.name)} and ${quote(composition.name)} have the same id and other roles, but no class tells them apart.`,
          "The links would point to one set of ports or the other by chance.",
          "List the network interface's class (`e0/01/03`, `02/06`, …) in the one that has it.",
        ),
      ];
    }),
  );

/** The second port is asked by its role, so some composition must have it. */
export const secondRole: Rule = (context) =>
  ownModels(context).flatMap(({ model, path }) => {
    const { second } = model.at;
    if (second === undefined || model.compositions.some(({ roles }) => roles[second] !== undefined)) return [];
    return [
      problem(
        "unknown-role",
        context.at([...path, "at", "second"]),
        `No composition has a role ${second}.`,
        "Health checks would look for a port that never appears.",
        "Name a role of the compositions, or remove the line.",
      ),
    ];
  });

interface OwnModel {
  readonly model: ModemModel;
  readonly path: KeyPath;
}

/** The inventory's own models; those of the catalogue are tested when the program is built. */
export function ownModels({ raw }: RuleContext): readonly OwnModel[] {
  return (raw.models ?? []).map((model, index) => ({ model: modelFrom(model, true), path: ["models", index] }));
}

function compositionsOf(
  context: RuleContext,
): readonly { readonly composition: Composition; readonly path: KeyPath }[] {
  return ownModels(context).flatMap(({ model, path }) =>
    model.compositions.map((composition, index) => ({ composition, path: [...path, "compositions", index] })),
  );
}
