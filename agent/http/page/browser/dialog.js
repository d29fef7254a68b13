import { h } from "./dom.js";
import { jobTitle, linesView, outcome, times } from "./jobs.js";
import { foreign } from "./parts.js";
import { gatewayNow } from "./store.js";

/** @import { Dialog, Entered, Field, State } from "./types.ts" */
/** @typedef {{ confirm(entered: Entered): void, token(token: string): void, close(): void }} Answers */

/**
 * What is asked of the person, or how that goes which they asked for.
 * @param {State} state
 * @param {Dialog} dialog
 * @param {Answers} answers
 */
export function dialogView(state, dialog, answers) {
  if (dialog.step === "confirm") return confirmView(dialog, answers);
  if (dialog.step === "token") return tokenView(dialog, answers);
  return jobView(state, dialog, answers);
}

/**
 * @param {Extract<Dialog, { step: "confirm" }>} dialog
 * @param {Answers} answers
 */
function confirmView({ action, entered, asking, problem }, answers) {
  return h(
    "form",
    { key: `confirm ${action.path}`, submit: submitted(asking, (values) => answers.confirm(values)) },
    h("h2", { id: "dialog-title" }, foreign(action.title)),
    h(
      "div",
      { id: "dialog-says" },
      action.says.map((text) => h("p", {}, foreign(text))),
    ),
    action.fields.map((field) => fieldView(field, entered[field.name])),
    problemView(problem),
    buttons(answers, asking ? "Asking…" : action.does, action.danger),
  );
}

/**
 * @param {Extract<Dialog, { step: "token" }>} dialog
 * @param {Answers} answers
 */
function tokenView({ asking, problem, action }, answers) {
  const what = action ? `for “${action.title}”` : "to look";
  return h(
    "form",
    { key: "token", submit: submitted(asking, ({ token = "" }) => answers.token(token.trim())) },
    h("h2", { id: "dialog-title" }, "Token"),
    h(
      "div",
      { id: "dialog-says" },
      h(
        "p",
        {},
        `The gateway wants its token ${what}. It is kept in this tab until you close the tab or press “Forget token”.`,
      ),
    ),
    h(
      "label",
      { class: "field" },
      h("span", { class: "label" }, "Token"),
      h("input", {
        key: "token",
        type: "password",
        name: "token",
        required: true,
        autocomplete: "off",
        "data-focus": true,
        "aria-invalid": problem === undefined ? undefined : "true",
        "aria-describedby": problem === undefined ? undefined : "dialog-problem",
      }),
    ),
    problemView(problem),
    buttons(answers, asking ? "Asking…" : (action?.does ?? "Look"), action?.danger ?? false),
  );
}

/**
 * @param {State} state
 * @param {Extract<Dialog, { step: "job" }>} dialog
 * @param {Answers} answers
 */
function jobView(state, { title, job: id }, answers) {
  const job = state.jobs.find((one) => one.id === id);
  const lost = state.connection.state !== "live";
  return h(
    "div",
    { key: `job ${id}`, class: "job" },
    h("h2", { id: "dialog-title" }, foreign(title)),
    h(
      "div",
      { id: "dialog-says" },
      // The only thing in here that speaks up by itself: once when it begins, once when it ends.
      h(
        "p",
        { role: "status" },
        job ? [outcome(job), " ", jobTitle(job)] : "Its outcome is not known: the agent was started anew meanwhile.",
      ),
      h("p", { class: "quiet" }, job ? times(job, gatewayNow(state)) : "The timeline may tell."),
      lost
        ? h(
            "p",
            { class: "problem" },
            "The connection is lost. The job goes on; what it says will be here when the connection is back.",
          )
        : undefined,
    ),
    job ? linesView(job) : undefined,
    h(
      "div",
      { class: "dialog-buttons" },
      h(
        "button",
        { key: "close", type: "button", class: "button", "data-focus": true, click: () => answers.close() },
        "Close",
      ),
    ),
  );
}

/**
 * @param {Field} field
 * @param {string | undefined} entered
 */
function fieldView({ name, label, hint, longest, options }, entered) {
  if (options) {
    return h(
      "fieldset",
      { key: name, class: "field" },
      h("legend", { class: "label" }, label),
      options.map((option) =>
        h(
          "label",
          { key: option.value, class: "option" },
          h("input", {
            type: "radio",
            name,
            value: option.value,
            checked: entered === undefined ? option.chosen === true : entered === option.value,
          }),
          h(
            "span",
            {},
            option.label,
            option.hint === undefined ? "" : h("span", { class: "quiet" }, `: ${option.hint}`),
          ),
        ),
      ),
    );
  }
  return h(
    "label",
    { key: name, class: "field" },
    h("span", { class: "label" }, label, hint === undefined ? "" : h("span", { class: "quiet" }, ` ${hint}`)),
    h("input", { type: "text", name, maxlength: longest, autocomplete: "off", value: entered }),
  );
}

/** @param {string | undefined} problem */
function problemView(problem) {
  if (problem === undefined) return h("p", { key: "problem", id: "dialog-problem", class: "problem", role: "status" });
  return h("p", { key: "problem", id: "dialog-problem", class: "problem", role: "status" }, foreign(problem));
}

/**
 * @param {Answers} answers
 * @param {string} does
 * @param {boolean} danger
 */
function buttons(answers, does, danger) {
  return h(
    "div",
    { key: "buttons", class: "dialog-buttons" },
    h("button", { key: "cancel", type: "button", class: "button", click: () => answers.close() }, "Cancel"),
    h(
      "button",
      { key: "do", type: "submit", class: `button ${danger ? "button-danger" : "button-main"}` },
      foreign(does),
    ),
  );
}

/**
 * @param {boolean} asking
 * @param {(entered: Entered) => void} use
 * @returns {(event: Event) => void}
 */
function submitted(asking, use) {
  return (event) => {
    event.preventDefault();
    if (asking) return;
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    use(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])));
  };
}
