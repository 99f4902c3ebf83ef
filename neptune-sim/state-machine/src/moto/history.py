"""The history of an execution: its events are counted, it has a limit, and it says how the execution ended."""

import re

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str


# How moto tells of an exception of its own.
EXCEPTION = re.compile(r"[A-Za-z]+(Error|Exception)\(")


def text(cause):
    """moto has documents as causes, where AWS has their texts. What is moto's own is said to be."""
    if cause is None or isinstance(cause, str):
        is_own = cause is not None and EXCEPTION.match(cause)
        return f"moto cannot run the state, and says in words of its own: {cause}" if is_own else cause
    return to_json_str(cause)


class History:
    def __init__(self, clock, limit, end):
        self.clock, self.limit, self.answer = clock, limit, end
        self.worker = None

    def install(self):
        add_event = EventManager.add_event

        def add_event_within_limit(manager, context, event_type, *rest, **more):
            # AWS documents: if the last possible event is not ExecutionSucceeded, it is ExecutionFailed, for this reason.
            is_main = manager is self.worker.env.event_manager
            is_last = len(manager._history_event_list) + 1 >= self.limit
            if is_main and is_last and event_type != HistoryEventType.ExecutionSucceeded:
                add_event(manager, context, HistoryEventType.ExecutionFailed)
                # The name is not documented. The cause begins as AWS's does.
                cause = f"The execution reached the maximum number of history events ({self.limit})."
                self.end("FAILED", error="States.Runtime", cause=cause, history_is_full=True)
            return add_event(manager, context, event_type, *rest, **more)

        EventManager.add_event = add_event_within_limit

    def count(self):
        return len(self.worker.env.event_manager._history_event_list)

    def end(self, status, **more):
        events = self.worker.env.event_manager._history_event_list
        entered = [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]
        # What ended the execution from outside is an event, too.
        count = len(events) + (status == "TIMED_OUT")
        self.answer(status=status, entered=entered, events=count, milliseconds=self.clock.milliseconds, **more)

    def terminated(self):
        """moto says that the execution has ended."""
        state = self.worker.env.program_state()
        if isinstance(state, ProgramEnded):
            self.end("SUCCEEDED", output=self.worker.env.states.get_input())
        elif isinstance(state, ProgramError):
            self.end("FAILED", error=state.error.get("error"), cause=text(state.error.get("cause")))
        else:
            raise RuntimeError(f"moto ended the execution with {state}")
