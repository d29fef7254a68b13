import { quote } from "../quote.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./context.ts";
import { problem } from "./context.ts";

/** `modems[].model` names a row of the catalogue or of `models`. */
export const knownModel: Rule = ({ raw, models, at }) =>
  raw.modems.flatMap(({ model }, index) =>
    models.has(model)
      ? []
      : [
          problem(
            "unknown-model",
            at(["modems", index, "model"]),
            `There is no modem model ${quote(model)}.${didYouMean(model, models.keys())}`,
            "The model says which of the modem's ports is for AT commands, and how to reset it.",
            "Run `provision models list`, or describe the modem under `models:`.",
          ),
        ],
  );
