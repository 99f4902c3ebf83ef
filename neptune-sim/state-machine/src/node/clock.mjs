// The virtual clock of an execution, in place of the timers of its thread.

/** When every execution starts: a time that no test takes for the real one. */
const START = Date.UTC(2030, 0, 1);

/** It stands still while a call is open or a promise goes on, and jumps to the next time that somebody waits for. */
export class Clock {
  milliseconds = 0;
  #tell;
  #timers = [];
  #calls = 0;
  #numbers = 0;
  #looks = false;
  #unset = [];

  /** `tell` is given the milliseconds that have passed, and returns a promise. */
  constructor(tell) {
    this.#tell = tell;
  }

  /** Takes the place of timers and dates. */
  install() {
    const clock = this;
    globalThis.setTimeout = (callback, milliseconds = 0) => {
      for (const timer of this.#unset.splice(0)) timer.milliseconds = milliseconds;
      return this.#wait(callback, milliseconds);
    };
    globalThis.clearTimeout = (number) => {
      this.#timers = this.#timers.filter((timer) => timer.number !== number);
    };
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...values) {
        super(...(values.length ? values : [clock.date()]));
      }
      static now() {
        return clock.date();
      }
    };
  }

  date() {
    return START + this.milliseconds;
  }

  /** The timer that is set next: its `milliseconds`, once it is set. */
  nextTimer() {
    const timer = {};
    this.#unset.push(timer);
    return timer;
  }

  /** Passes after this time. */
  sleep(milliseconds) {
    return new Promise((resolve) => this.#wait(resolve, milliseconds));
  }

  /** No time passes until this has come to its end. */
  async during(call) {
    this.#calls += 1;
    try {
      return await call();
    } finally {
      this.#calls -= 1;
      this.#look();
    }
  }

  #wait(callback, milliseconds) {
    const timer = { due: this.milliseconds + Math.max(0, Math.round(milliseconds)), number: (this.#numbers += 1), callback };
    this.#timers.push(timer);
    this.#look();
    return timer.number;
  }

  /** Looks whether time may pass, once every promise has gone as far as it can. */
  #look() {
    if (this.#looks) return;
    this.#looks = true;
    setImmediate(async () => {
      this.#looks = false;
      if (this.#calls > 0 || this.#timers.length === 0) return;
      const next = this.#timers.reduce((a, b) => (b.due < a.due || (b.due === a.due && b.number < a.number) ? b : a));
      this.#timers = this.#timers.filter((timer) => timer !== next);
      const passed = next.due - this.milliseconds;
      this.milliseconds = next.due;
      if (passed > 0) await this.during(() => this.#tell(passed));
      next.callback();
      this.#look();
    });
  }
}
