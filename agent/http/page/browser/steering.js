import { change } from "./api.js";
import { setJobs } from "./store.js";
import { forgetToken, keepToken, token } from "./token.js";

/** @import { Action, Entered, Job, State } from "./types.ts" */

/** What a person does through the page: confirm, say the token, follow the job. */
export class Steering {
  /**
   * @param {State} state
   * @param {{ show(): void, connect(): void }} page
   */
  constructor(state, page) {
    this.state = state;
    this.page = page;
  }

  /** @param {Action} action */
  open(action) {
    this.state.dialog = { step: "confirm", action, entered: {}, asking: false };
    this.page.show();
  }

  /**
   * Asks for the token that is needed to look; what is being asked already is not put aside.
   * @param {string} [problem]
   */
  askForToken(problem) {
    if (this.state.dialog) return;
    this.state.dialog = { step: "token", entered: {}, asking: false, ...(problem === undefined ? {} : { problem }) };
    this.page.show();
  }

  /**
   * The gateway does not let us look with the token that we have, or without one.
   * @param {string} why
   */
  tokenRefused(why) {
    const had = this.state.token;
    forgetToken();
    this.state.token = false;
    this.askForToken(had ? why : undefined);
  }

  close() {
    this.state.dialog = undefined;
    this.page.show();
  }

  forget() {
    forgetToken();
    this.state.token = false;
    this.page.connect();
    this.page.show();
  }

  /** Reads with what is known now. */
  look() {
    this.state.connection = { state: "connecting" };
    this.page.connect();
    this.close();
  }

  /** @param {Entered} entered */
  confirm(entered) {
    const { dialog } = this.state;
    if (dialog?.step !== "confirm") return;
    if (token() === undefined) {
      this.state.dialog = { step: "token", action: dialog.action, entered, asking: false };
      this.page.show();
      return;
    }
    void this.begin(dialog.action, entered);
  }

  /** @param {string} value */
  tokenGiven(value) {
    const { dialog } = this.state;
    if (dialog?.step !== "token" || value === "") return;
    keepToken(value);
    this.state.token = true;
    if (dialog.action) void this.begin(dialog.action, dialog.entered);
    else this.look();
  }

  /**
   * @param {Action} action
   * @param {Entered} entered
   */
  async begin(action, entered) {
    const step = this.state.dialog?.step === "token" ? "token" : "confirm";
    const asked = { step, action, entered, asking: true };
    this.state.dialog = /** @type {State["dialog"]} */ (asked);
    this.page.show();
    const answer = await change(action.path, action.body(entered));
    // Who closed the dialog meanwhile finds the job among the jobs.
    const watched = this.state.dialog === asked;
    if (answer.ok) {
      const { job } = /** @type {{ job: Job }} */ (answer.value);
      if (this.state.connection.state === "locked") this.page.connect();
      setJobs(this.state, [job]);
      if (watched) this.state.dialog = { step: "job", title: action.title, job: job.id };
    } else if (answer.status === 401) {
      forgetToken();
      this.state.token = false;
      if (watched) this.state.dialog = { step: "token", action, entered, asking: false, problem: answer.why };
    } else if (watched) {
      this.state.dialog = { step: "confirm", action, entered, asking: false, problem: answer.why };
    }
    this.page.show();
  }
}
