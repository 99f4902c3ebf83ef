"""The virtual clock of an execution, in place of everything by which moto waits."""

import contextlib
import datetime
import heapq
import http.client
import itertools
import threading
import types
import urllib.parse

from jsonata.timebox import Timebox

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import inline_iteration_component, job
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branch_worker, branches_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

# AWS lets no execution run longer.
YEAR = 365 * 24 * 3600
# When every execution starts: a time that no test takes for the real one.
START = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)


class Clock:
    """It stands still while a thread of the execution runs, and jumps to the next time that one of them waits for."""

    def __init__(self, host):
        self.milliseconds = 0
        self.deadline = YEAR * 1000
        self.changed = threading.Condition()
        self.running = 1
        self.sleeping = []
        self.awake = set()
        self.numbers = itertools.count()
        self.thread = threading.local()
        self.host = http.client.HTTPConnection(urllib.parse.urlsplit(host).netloc)

    def at_the_end_of_time(self, end):
        self.end = end

    def history_header(self):
        """How many events the history has, for the host."""
        return {"x-history-events": str(self.count_events())}

    def date(self):
        return Date.fromtimestamp(START.timestamp() + self.milliseconds / 1000, datetime.timezone.utc)

    def sleep(self, seconds):
        """Waits, but not beyond the deadline of the thread's task."""
        if seconds == 0:
            return
        due = self.milliseconds + max(0, round(seconds * 1000))
        limit = min(getattr(self.thread, "deadlines", None) or [due + 1])
        with self.changed:
            number = next(self.numbers)
            heapq.heappush(self.sleeping, (min(due, limit), number))
            self.rest()
            self.changed.wait_for(lambda: number in self.awake)
            self.awake.remove(number)
        if due >= limit:
            raise EvalTimeoutError

    @contextlib.contextmanager
    def task(self, seconds):
        """Whatever the thread does in it must be done within this time."""
        deadlines = self.thread.__dict__.setdefault("deadlines", [])
        deadlines.append(self.milliseconds + round(seconds * 1000))
        try:
            yield
        finally:
            deadlines.pop()

    def left(self):
        """How many milliseconds the thread's task may still take."""
        return min(self.thread.deadlines) - self.milliseconds

    def rest(self):
        """One thread less runs."""
        self.running -= 1
        if self.running == 0 and self.sleeping:
            due, number = heapq.heappop(self.sleeping)
            self.move_to(due)
            self.awake.add(number)
            self.running += 1
            self.changed.notify_all()

    def move_to(self, due):
        is_over = due >= self.deadline
        passed = (self.deadline if is_over else due) - self.milliseconds
        if passed > 0:
            self.milliseconds += passed
            self.host.request("POST", "/clock", str(passed), self.history_header())
            self.host.getresponse().read()
        if is_over:
            self.end()


class Date(datetime.datetime):
    """Written as Step Functions writes it."""

    def isoformat(self, *_, **__):
        return self.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.microsecond // 1000:03}Z"


class Inline:
    """A thread that is none: its work is done when it starts."""

    def __init__(self, target, daemon):
        self.start = target


def install(clock):
    class Thread(threading.Thread):
        """A thread that the clock knows."""

        def start(self):
            with clock.changed:
                clock.running += 1
            super().start()

        def run(self):
            try:
                super().run()
            finally:
                with clock.changed:
                    clock.rest()

    class Event:
        """Whoever waits for it runs again from the moment at which it is set."""

        def __init__(self):
            self.value, self.waiting = False, 0

        def is_set(self):
            return self.value

        def set(self):
            with clock.changed:
                self.value = True
                clock.running += self.waiting
                self.waiting = 0
                clock.changed.notify_all()

        def wait(self):
            with clock.changed:
                if not self.value:
                    self.waiting += 1
                    clock.rest()
                    clock.changed.wait_for(lambda: self.value)

    class Now(Date):
        @classmethod
        def now(cls, tz=None):
            date = clock.date()
            return date if tz else date.replace(tzinfo=None)

    threads = types.SimpleNamespace(Thread=Thread, Event=Event, Lock=threading.Lock)
    for module in (branch_worker, branches_decl, inline_iteration_component, job):
        module.threading = threads
    retrier_decl.time = types.SimpleNamespace(sleep=clock.sleep)
    WaitFunction._wait_interval = lambda self, env, wait_seconds: clock.sleep(wait_seconds)
    # What $now() and $millis() of JSONata are.
    Timebox.current_milli_time = staticmethod(lambda: round(clock.date().timestamp() * 1000))
    dates = types.SimpleNamespace(datetime=Now, timezone=datetime.timezone)
    state.datetime = timestamp.datetime = dates

    # A task ends when its call has ended, or taken the whole of its time: a thread of its own, to wait for, has no use.
    execute_state.Thread = Inline
    evaluate = execute_state.ExecutionState._evaluate_with_timeout

    def evaluate_in_time(self, env):
        self.timeout.eval(env=env)
        with clock.task(env.stack.pop()):
            evaluate(self, env)

    execute_state.ExecutionState._evaluate_with_timeout = evaluate_in_time

    def evaluate_program(self, env):
        if self.timeout_seconds and not env.is_frame():
            clock.deadline = min(self.timeout_seconds.timeout_seconds, YEAR) * 1000
        env.next_state_name = self.start_at.start_at_name
        EvalComponent.eval(self, env)

    Program.eval = evaluate_program
